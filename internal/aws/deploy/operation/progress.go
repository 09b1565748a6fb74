package operation

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/width"
)

// show writes a line for each resource whose state changes. CloudFormation reports
// *_IN_PROGRESS up to three times: the second time once the service has accepted it, the
// third once it is configured (User Guide, "Stack status codes", detailed status).
// Neither of these says anything new.
func (w *Watch) show(e types.StackEvent) {
	id, reason := shown(e.LogicalResourceId), aws.ToString(e.ResourceStatusReason)
	going := InProgress(e.ResourceStatus)
	w.ended[id] = !going && !isStack(e)
	if going && (e.DetailedStatus != "" || strings.HasSuffix(reason, "Initiated") && !isStack(e)) {
		return
	}
	what := changes.InWords(id, aws.ToString(e.ResourceType))
	if isStack(e) {
		what = changes.InWords("", "AWS::CloudFormation::Stack")
	}
	at := aws.ToTime(e.Timestamp).Sub(aws.ToTime(w.events[0].Timestamp)) // AWS's clock by AWS's clock
	w.wipe()
	fmt.Fprintln(w.Out, w.head(clock(at), id, what)+w.result(e, reason))
}

// result is what an event says of its resource.
func (w *Watch) result(e types.StackEvent, reason string) string {
	switch {
	case hasFailed(e.ResourceStatus) && cancelled.MatchString(reason) && !isStack(e):
		return "cancelled, because another resource failed"
	case hasFailed(e.ResourceStatus):
		return w.statusInWords(e.ResourceStatus) + ": " + Readable(reason)
	}
	return w.statusInWords(e.ResourceStatus)
}

// head is the part of a line that says when, and of what. On a terminal of 80 columns
// the result of most resources has room behind it.
func (w *Watch) head(when, id, what string) string {
	idColumns, whatColumns := 28, 44
	if w.Width > 0 && w.Width < 100 { // "create in progress" has room, except beside the longest names
		idColumns, whatColumns = 20, 29
	}
	return when + "  " + width.Pad(id, idColumns) + " " + width.Pad(what, whatColumns) + " "
}

// clock is a time since the beginning in the form 01:05.
func clock(d time.Duration) string {
	d = max(0, d).Round(time.Second)
	return fmt.Sprintf("%02d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

// statusInWords makes a status readable (create complete), and shows on a terminal by
// its colour how it ended.
func (w *Watch) statusInWords(status types.ResourceStatus) string {
	text := printable.Line(strings.ToLower(strings.ReplaceAll(string(status), "_", " ")))
	switch {
	case hasFailed(status) || strings.Contains(string(status), rollback):
		return w.Paint.Paint(color.Red, text)
	case strings.HasSuffix(string(status), complete):
		return w.Paint.Paint(color.Green, text)
	}
	return text
}

// draw shows the progress in the last line of a terminal.
func (w *Watch) draw() {
	if !w.Terminal {
		return
	}
	done := 0
	for _, ended := range w.ended {
		if ended {
			done++
		}
	}
	text := count.Of(done, "resource") + " done"
	if w.Total > 0 {
		text = fmt.Sprintf("%d of %d resources done", min(done, w.Total), w.Total)
	}
	line := fmt.Sprintf("%s  %s; Ctrl-C stops watching, not the work", clock(w.Now().Sub(w.began)), text)
	fmt.Fprint(w.Out, screen.EraseLine+width.Cut(line, cmp.Or(max(w.Width, 0), 79)))
	w.drawn = true
}

func (w *Watch) wipe() {
	if w.drawn {
		fmt.Fprint(w.Out, screen.EraseLine)
		w.drawn = false
	}
}
