package deploy

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// What somebody does right after our deployment is not our deployment's end; nor
// are the events of one that ended just before it.
func TestOnlyOurOwnOperationIsFollowed(t *testing.T) {
	w := newRig(t)
	stack := w.deployed(nil)
	w.version, w.fake.Pace = "2", 100
	other := func(status, reason string) {
		stack.Events = append([]cloudformation.Event{event("acme-orders", status, reason, "Console-1", w.now)}, stack.Events...)
		stack.Events[0].ID, stack.Events[0].PhysicalID = "other-"+status, stack.ID
	}
	n := 0
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		switch {
		case action == "ExecuteChangeSet": // late, as events are
			other("UPDATE_COMPLETE", "")
		case action == "DescribeStacks" && len(w.asked) > 0:
			if n++; n == 3 {
				other("UPDATE_IN_PROGRESS", "User Initiated")
				stack.Status = "UPDATE_IN_PROGRESS"
			}
			return n > 9 && w.answerXML(rw, 403, `<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>`)
		}
		return false
	}
	outcome, err := w.deployment().Run(t.Context())
	wantError(t, err, "")
	_, told, _ := strings.Cut(w.said(), "4 changes: 4 updated\n")
	const first = "00:00  acme-orders                  the stack itself                             update in progress\n"
	if outcome.Status != "UPDATE_COMPLETE" || n != 3 || !strings.HasPrefix(told, first) || strings.Count(told, "acme-orders  ") != 3 {
		t.Errorf("%d looks, %+v\n%s", n, outcome, w.said())
	}
}

// Who cannot read events goes by the state. Somebody has deployed since it was
// read first, and it lags behind: that is no sign that our deployment has ended.
func TestStateFromBeforeIsNotTheEnd(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.version, w.fake.Pace = "2", 100
	d := w.deployment()
	compile := d.Pack
	d.Pack = func(ctx context.Context, progress func(string)) ([]pack.Artifact, error) {
		w.version = "3"
		quick := w.deployment()
		quick.Out = &bytes.Buffer{}
		if _, err := quick.Run(ctx); err != nil {
			return nil, err
		}
		w.version = "2"
		return compile(ctx, progress)
	}
	before, looks := "", 0 // what was last said of the stack; looks since the execution
	w.cut = func(rw http.ResponseWriter, r *http.Request, action string) bool {
		late := len(w.asked) == 2
		switch {
		case action == "DescribeStackEvents" && late:
			return w.answerXML(rw, 403, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`)
		case action == "ExecuteChangeSet" && late:
			looks = 1
		case action == "DescribeStacks" && looks == 1:
			looks++
			return w.answerXML(rw, 200, "%s", before)
		case action == "DescribeStacks" && looks > 1:
			looks++
			w.fake.Advance("acme-orders") // as looks at the events would
		case action == "DescribeStacks":
			answer := httptest.NewRecorder()
			w.fake.ServeHTTP(answer, r)
			before = answer.Body.String()
		}
		return false
	}
	outcome, err := d.Run(t.Context())
	wantError(t, err, "")
	if outcome.Status != "UPDATE_COMPLETE" || looks != 3 {
		t.Errorf("%s after %d looks, want 3", outcome.Status, looks)
	}
}
