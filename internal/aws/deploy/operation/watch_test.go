package operation

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// An event's resource and status, and its reason later, stay in their line and act on
// no terminal.
func TestEventsAreShownAsText(t *testing.T) {
	const (
		evil    = "x\nsfngen: all is well\r\u009b2J\u202eevil\u2028Z\x7f"
		visible = "x sfngen: all is well  2J evil Z "
		inWords = "x sfngen: all is well 2J evil Z"
	)
	e := types.StackEvent{LogicalResourceId: aws.String(evil), ResourceType: aws.String(evil),
		ResourceStatus:       types.ResourceStatus(evil + "_FAILED"),
		ResourceStatusReason: aws.String(evil), PhysicalResourceId: aws.String("p")}
	var out bytes.Buffer
	w := Watch{
		ended: map[string]bool{}, events: []types.StackEvent{e}, Out: &out,
		Say: func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) },
	}
	w.show(e)
	if want := fmt.Sprintf("00:00  %-28s %-44s ", visible, visible) + "x sfngen: all is well  2j evil z  failed: " + inWords +
		"\n"; out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
	list := Failures([]types.StackEvent{e})
	if len(list) != 1 || list[0].ID != visible || list[0].Reason != inWords {
		t.Errorf("%+v", list)
	}
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{-time.Second: "00:00", 5 * time.Second: "00:05", 61*time.Minute + 5*time.Second: "61:05"} {
		if got := clock(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
