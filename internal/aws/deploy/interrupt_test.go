package deploy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// refuse fails one action.
func refuse(action string, with *cloudformation.Error) func(string, url.Values) *cloudformation.Error {
	return func(a string, _ url.Values) *cloudformation.Error {
		if a == action {
			return with
		}
		return nil
	}
}

// Ctrl-C at each step, and what it leaves; a second world is one that is updated.
func TestInterrupted(t *testing.T) {
	const removed = "nothing was deployed: the change set is deleted"
	const zips = "; the uploaded zips stay in the bucket zips, for the next time"
	const goesOn = "the deployment continues in AWS: " + cli + "describe-stack-events" + here +
		" shows it, and 'sfngen deploy ../../../golden/acme-orders' once more says how far it is"
	cases := map[string]struct {
		deployed bool
		during   string // the action, the n-th time
		n        int
		want     string
		status   string // of the stack afterwards; "" for none
	}{
		"the state": {during: "DescribeStacks", n: 1, want: "nothing was changed in AWS"},
		"drift": {deployed: true, during: "DescribeStackDriftDetectionStatus", n: 1, want: "nothing was changed in AWS",
			status: "CREATE_COMPLETE"},
		"the change set": {during: "DescribeChangeSet", n: 1, want: removed + ", and so is the empty stack that it created" + zips},
		"an update's":    {deployed: true, during: "DescribeChangeSet", n: 1, want: removed + zips, status: "CREATE_COMPLETE"},
		"the first look": {during: "DescribeStacks", n: 3, want: goesOn, status: "CREATE_IN_PROGRESS"},
		"an update's look": {deployed: true, during: "DescribeStacks", n: 3, want: goesOn + "; " + cli + "cancel-update-stack" + here +
			" stops it and rolls it back", status: "UPDATE_IN_PROGRESS"},
		"the making of it":  {during: "CreateChangeSet", n: 1, want: removed + ", and so is the empty stack that it created" + zips},
		"executing":         {during: "ExecuteChangeSet", n: 1, want: goesOn, status: "CREATE_IN_PROGRESS"},
		"the events before": {during: "DescribeStackEvents", n: 1, want: removed + ", and so is the empty stack that it created" + zips},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			if c.deployed {
				w.deployed(nil)
				w.version = "2"
			}
			ctx := w.interrupt(c.during, c.n)
			d := w.deployment()
			d.Bucket.Name = "zips"
			_, err := d.Run(ctx)
			wantError(t, err, c.want)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%#v is no interrupt", err)
			}
			var remains *RemainsError
			if goes := strings.HasPrefix(c.want, goesOn); !errors.As(err, &remains) || (remains.Begun == Begun) != goes {
				t.Errorf("%#v: begun: %v", err, goes)
			}
			status := ""
			if s := w.fake.Stack("acme-orders"); s != nil {
				status = s.Status
			}
			if status != c.status || len(w.fake.ChangeSets()) > 0 {
				t.Errorf("the stack is in %q, want %q; change sets %v", status, c.status, w.fake.ChangeSets())
			}
		})
	}
}

func TestInterruptedBeforeAnything(t *testing.T) {
	w := newRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	d := w.deployment()
	d.Bucket.Name = "zips"
	d.Pack = func(context.Context, func(string)) ([]pack.Artifact, error) {
		cancel()
		return nil, errors.New("killed")
	}
	_, err := d.Run(ctx)
	wantError(t, err, "nothing was changed in AWS")
}

// What cannot be cleaned up is named.
func TestCleaningUpThatFails(t *testing.T) {
	w := newRig(t)
	w.answer = false
	w.fake.Before = refuse("DeleteChangeSet", &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"})
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "declined\nnothing was deployed, but the change set sfngen-20261124T103000Z-00000001 "+
		"and the empty stack acme-orders (REVIEW_IN_PROGRESS) still exist; 'sfngen destroy acme-orders' deletes both: ") {
		t.Errorf("%v", err)
	}
	w = newRig(t)
	w.deployed(nil)
	w.answer, w.version = false, "2"
	w.fake.Before = refuse("DeleteChangeSet", &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"})
	_, err = w.deployment().Run(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "declined\nnothing was deployed, but the change set sfngen-20261124T103000Z-00000001 "+
		"still exists; "+cli+"delete-change-set --change-set-name sfngen-20261124T103000Z-00000001"+here+" deletes it: ") {
		t.Errorf("of an update: %v", err)
	}
	w = newRig(t)
	w.answer = false
	w.fake.Before = refuse("DeleteStack", &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"})
	d = w.deployment()
	d.Bucket.Name = "zips"
	_, err = d.Run(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "declined\nnothing was deployed, but the empty stack acme-orders "+
		"(REVIEW_IN_PROGRESS) still exists; 'sfngen destroy acme-orders' deletes it: ") {
		t.Errorf("%v", err)
	}
}

// An ExecuteChangeSet that fails: only the stack knows whether it has begun.
func TestExecutionThatIsNotAnswered(t *testing.T) {
	const nothing = "\nnothing was deployed: the change set is deleted, and so is the empty stack that it created; the uploaded zips stay " +
		"in the bucket zips, for the next time"
	unavailable := &cloudformation.Error{Status: 503, Code: "ServiceUnavailable", Message: "try later"}
	obsolete := &cloudformation.Error{Code: "InvalidChangeSetStatus", Message: "ChangeSet cannot be executed in its current execution " +
		"status of [OBSOLETE]"}
	cases := map[string]struct {
		arrange    func(w *rig)
		begin, end string // of the error; "" for none
	}{
		"it was begun": {arrange: func(w *rig) {
			w.lost = func(action string) bool { return action == "ExecuteChangeSet" }
		}},
		"it was not begun": {func(w *rig) { w.fake.Before = refuse("ExecuteChangeSet", unavailable) }, "executing the change set: ",
			"https://health.aws.amazon.com/health/status shows more" + request + nothing},
		"somebody was quicker": {func(w *rig) {
			w.fake.Before = func(action string, _ url.Values) *cloudformation.Error {
				switch action {
				case "ExecuteChangeSet":
					return obsolete
				case "DescribeChangeSet":
					if len(w.asked) > 0 {
						return &cloudformation.Error{Status: 404, Code: "ChangeSetNotFound", Message: "gone"}
					}
				}
				return nil
			}
		}, "somebody else has changed the stack in the meantime; deploy again to see what remains to be done: executing the change set: ",
			nothing},
		"nobody knows": {func(w *rig) {
			w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
				if len(w.asked) > 0 && action != "DescribeStackEvents" {
					rw.WriteHeader(http.StatusServiceUnavailable)
					return true
				}
				return false
			}
		}, "executing the change set: ", "\nwhether the deployment has started is not known: " + cli + "describe-stack-events" + here +
			" shows it"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			c.arrange(w)
			d := w.deployment()
			d.Bucket.Name = "zips"
			_, err := d.Run(t.Context())
			if got := fmt.Sprint(err); (err == nil) != (c.begin == "") || err != nil &&
				(!strings.HasPrefix(got, c.begin) || !strings.HasSuffix(got, c.end)) {
				t.Errorf("%s", got)
			}
		})
	}
}
