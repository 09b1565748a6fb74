package operation

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/term/printable"
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
	fmt.Fprintf(w.Out, "%s  %-28s %-44s %s\n", clock(at), id, what, w.result(e, reason))
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
		return w.Paint(red, text)
	case strings.HasSuffix(string(status), complete):
		return w.Paint(green, text)
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
	text := plan.Count(done, "resource") + " done"
	if w.Total > 0 {
		text = fmt.Sprintf("%d of %d resources done", min(done, w.Total), w.Total)
	}
	width := cmp.Or(max(w.Width, 0), 80)
	line := fmt.Sprintf("%s  %s; Ctrl-C stops watching, not the work", clock(w.Now().Sub(w.began)), text)
	fmt.Fprint(w.Out, "\r\x1b[K"+line[:min(len(line), width-1)])
	w.drawn = true
}

func (w *Watch) wipe() {
	if w.drawn {
		fmt.Fprint(w.Out, "\r\x1b[K")
		w.drawn = false
	}
}

// Colours (ECMA-48 SGR).
const (
	red   = "31"
	green = "32"
)
