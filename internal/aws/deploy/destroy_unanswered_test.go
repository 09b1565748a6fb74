package deploy

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// The answer to a DeleteStack gets lost, or is an error that may be only the
// answer's: only what the stack says tells whether the deletion has started.
func TestDeletionWhoseAnswerIsLost(t *testing.T) {
	const begins = "deleting the stack acme-orders: "
	hung := func(_ *rig, rw http.ResponseWriter, action string, _ int) bool {
		if action == "DeleteStack" {
			panic(http.ErrAbortHandler) // the connection breaks
		}
		return false
	}
	cases := map[string]struct {
		lost bool
		cut  func(w *rig, rw http.ResponseWriter, action string, n int) bool
		want string // the error's end; "" for none
	}{
		"begun": {lost: true},
		"begun, its events lag": {lost: true, cut: func(w *rig, rw http.ResponseWriter, action string, n int) bool {
			return action == "DescribeStackEvents" && n == 2 && w.answer503(rw)
		}},
		"begun, the state lags": {lost: true, cut: func(w *rig, rw http.ResponseWriter, action string, n int) bool {
			if action != "DescribeStacks" || n <= 2 || n > 8 {
				return false
			}
			return w.answerXML(rw, 200, `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">`+
				`<DescribeStacksResult><Stacks><member><StackName>acme-orders</StackName><StackStatus>CREATE_COMPLETE</StackStatus></member>`+
				`</Stacks></DescribeStacksResult></DescribeStacksResponse>`)
		}},
		"not begun": {cut: func(w *rig, rw http.ResponseWriter, action string, _ int) bool {
			return action == "DeleteStack" && w.answer503(rw)
		}, want: "\nnothing was changed"},
		"perhaps on its way": {cut: hung, want: "\nnothing has changed so far; " + cli + "describe-stack-events" + here +
			" shows whether that stays so"},
		"nobody knows": {cut: func(w *rig, rw http.ResponseWriter, action string, n int) bool {
			switch action { // the first of each came before it was asked for, and the second look
			case "DescribeStacks":
				return n > 2 && w.answer503(rw)
			case "DescribeStackEvents":
				return n > 1 && w.answer503(rw)
			}
			return action == "DeleteStack" && w.answer503(rw)
		}, want: "\nwhether the deletion has started is not known: " + cli + "describe-stack-events" + here + " shows it"},
		"refused": {cut: func(w *rig, rw http.ResponseWriter, action string, _ int) bool {
			return action == "DeleteStack" && w.answerXML(rw, 403, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message>`+
				`</Error></ErrorResponse>`)
		}, want: "AWS denies cloudformation:DeleteStack: no; " + policyPage + "\nnothing was changed"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.lost = func(action string) bool { return c.lost && action == "DeleteStack" }
			seen := map[string]int{}
			w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
				seen[action]++
				return c.cut != nil && c.cut(w, rw, action, seen[action])
			}
			err := w.destruction().Run(t.Context())
			if c.want == "" {
				wantError(t, err, "")
				if w.fake.Stack("acme-orders") != nil || !strings.Contains(w.said(), "\ndestroyed acme-orders in ") {
					t.Errorf("said\n%s", w.said())
				}
				return
			}
			if got := fmt.Sprint(err); !strings.HasPrefix(got, begins) || !strings.HasSuffix(got, c.want) {
				t.Errorf("%s", got)
			}
			if name == "refused" && len(w.slept) > 0 {
				t.Errorf("it was looked for what a refusal cannot have begun: %v", w.slept)
			}
		})
	}
}

// Somebody else has begun it: that is followed, too.
func TestDeletionOfSomebodyElse(t *testing.T) {
	w := newRig(t)
	stack := w.deployed(nil)
	w.cut = func(rw http.ResponseWriter, r *http.Request, action string) bool {
		if action != "DeleteStack" {
			return false
		}
		r.Form.Set("ClientRequestToken", "Console-1")
		w.fake.ServeHTTP(discarded{}, r)
		return w.answer503(rw)
	}
	wantError(t, w.destruction().Run(t.Context()), "")
	if stack.Status != "DELETE_COMPLETE" || !strings.Contains(w.said(),
		"  the stack itself                             delete in progress\n") {
		t.Errorf("%s\n%s", stack.Status, w.said())
	}
}

// discarded is an answer that nobody gets.
type discarded struct{}

func (discarded) Header() http.Header         { return http.Header{} }
func (discarded) Write(p []byte) (int, error) { return len(p), nil }
func (discarded) WriteHeader(int)             {}

// CloudFormation accepts a deletion, and nothing happens.
func TestDeletionThatDoesNotShow(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		return action == "DeleteStack" && w.answerXML(rw, 200, `<DeleteStackResponse `+
			`xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"/>`)
	}
	wantError(t, w.destruction().Run(t.Context()), "following the stack: "+operation.ErrNeverBegan.Error()+
		"\nwhether the deletion has started is not known: "+cli+"describe-stack-events"+here+" shows it")
}

// A stack that only has change sets is somebody's, and their names tell whose.
func TestStacksThatAreClaimed(t *testing.T) {
	const want = "the CloudFormation stack acme-orders in eu-central-1 of account 123456789012 has no resources yet, but 1 change set " +
		"that sfngen did not create (cdk-deploy-change-set): " +
		"choose another name with --stack-name; if they are no longer needed, " + cli + "delete-stack" + here + " deletes the stack with them"
	w := newRig(t)
	w.fake.Put(cloudformation.Stack{Name: "acme-orders", Status: "REVIEW_IN_PROGRESS"})
	w.changeSet("cdk-deploy-change-set")
	wantError(t, w.destruction().Run(t.Context()), want)
	_, err := w.deployment().Run(t.Context())
	wantError(t, err, want)
	if w.fake.Stack("acme-orders") == nil || len(w.fake.ChangeSets()) != 1 || len(w.asked) > 0 {
		t.Errorf("change sets %v, asked %v", w.fake.ChangeSets(), w.asked)
	}

	w = newRig(t)
	w.fake.Put(cloudformation.Stack{Name: "acme-orders", Status: "REVIEW_IN_PROGRESS"})
	w.changeSet("sfngen-1")
	wantError(t, w.destruction().Run(t.Context()), "")
	if said := "change sets that were not executed are deleted with it: sfngen-1\n"; !strings.HasPrefix(w.said(), said) ||
		w.fake.Stack("acme-orders") != nil {
		t.Errorf("said\n%s", w.said())
	}
}
