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

// tell writes a line for each resource whose state changes. CloudFormation says
// *_IN_PROGRESS up to three times: the second time once the service has taken it
// on, the third once it is configured (User Guide, "Stack status codes", detailed
// status), and neither says anything new.
func (w *Watch) tell(e types.StackEvent) {
	id, status, reason := told(e.LogicalResourceId), printable.Line(string(e.ResourceStatus)), aws.ToString(e.ResourceStatusReason)
	going := strings.HasSuffix(status, "_IN_PROGRESS")
	w.ended[id] = !going && !IsStack(e)
	if going && (e.DetailedStatus != "" || strings.HasSuffix(reason, "Initiated") && !IsStack(e)) {
		return
	}
	what := changes.InWords(id, aws.ToString(e.ResourceType))
	if IsStack(e) {
		what = changes.InWords("", "AWS::CloudFormation::Stack")
	}
	at := aws.ToTime(e.Timestamp).Sub(aws.ToTime(w.events[0].Timestamp)) // AWS's clock by AWS's clock
	line := w.head(clock(at), id, what)
	switch {
	case strings.HasSuffix(status, "_FAILED") && cancelled.MatchString(reason) && !IsStack(e):
		line += "given up, because of what failed"
	case strings.HasSuffix(status, "_FAILED"):
		line += w.outcome(status) + ": " + Readable(reason)
	default:
		line += w.outcome(status)
	}
	w.wipe()
	w.Say("%s", line)
}

// head is the part of a line that says when, and of what. On a terminal of 80 columns
// the outcome of most resources has room behind it.
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

// outcome makes a status readable (create complete), and on a terminal its outcome
// visible.
func (w *Watch) outcome(status string) string {
	text := strings.ToLower(strings.ReplaceAll(status, "_", " "))
	switch {
	case strings.HasSuffix(status, "_FAILED") || strings.Contains(status, "ROLLBACK"):
		return w.Paint.Paint(color.Red, text)
	case strings.HasSuffix(status, "_COMPLETE"):
		return w.Paint.Paint(color.Green, text)
	}
	return text
}

// draw puts where it stands into the last line of a terminal.
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
	fmt.Fprint(w.Out, screen.EraseLine+width.Cut(line, cmp.Or(w.Width, 79)))
	w.drawn = true
}

func (w *Watch) wipe() {
	if w.drawn {
		fmt.Fprint(w.Out, screen.EraseLine)
		w.drawn = false
	}
}
