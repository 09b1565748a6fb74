package deploy

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

const (
	quicker   = "somebody else has changed the stack in the meantime; deploy again to see what remains to be done: executing the change set: "
	zipsStay  = "; the uploaded zips stay in the bucket zips, for the next time"
	isRemoved = "nothing was deployed: the change set is deleted"
)

// Two deployments at once: while the first one asks, the second one runs to its
// end. The first one's answer comes too late, and it must not take the other's
// success for its own.
func TestAnotherDeploymentIsQuicker(t *testing.T) {
	for name, update := range map[string]bool{"creation": false, "update": true} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			if update {
				w.deployed(nil)
			}
			w.version = "2"
			late := w.deployment()
			late.Bucket.Name = "zips"
			late.Confirm = func(ctx context.Context, _ string) (bool, error) {
				w.version = "3"
				quick := w.deployment()
				quick.Bucket.Name, quick.Out = "zips", &bytes.Buffer{}
				_, err := quick.Run(ctx)
				return true, err
			}
			_, err := late.Run(t.Context())
			if got := fmt.Sprint(err); !strings.HasPrefix(got, quicker) || !strings.HasSuffix(got, "\n"+isRemoved+zipsStay) {
				t.Errorf("%s", got)
			}
			if strings.Contains(w.said(), "deployed acme-orders") {
				t.Errorf("said\n%s", w.said())
			}
			key := w.fake.Stack("acme-orders").Parameters[1].Value
			if key != w.artifact("egress").Key("acme-orders") { // of version 3
				t.Errorf("deployed is %s", key)
			}
		})
	}
}

// A refusal is a refusal, whatever has become of the stack.
func TestRefusedExecutionIsNoFailure(t *testing.T) {
	w := newRig(t)
	s := w.deployed(nil)
	w.version = "2"
	w.fake.Before = func(action string, _ url.Values) *cloudformation.Error {
		if action != "ExecuteChangeSet" {
			return nil
		}
		s.Status = "UPDATE_ROLLBACK_COMPLETE"
		return &cloudformation.Error{Code: "ValidationError", Message: "the role is wrong"}
	}
	_, err := w.deployment().Run(t.Context())
	if got := fmt.Sprint(err); KindOf(err) == Failed || !strings.HasPrefix(got, "executing the change set: ") ||
		!strings.HasSuffix(got, "the role is wrong"+request+"\n"+isRemoved+zipsStay) {
		t.Errorf("%s", got)
	}
}

func (w *rig) answer503(rw http.ResponseWriter) bool {
	rw.WriteHeader(http.StatusServiceUnavailable)
	return true
}

func (w *rig) answerXML(rw http.ResponseWriter, status int, text string, args ...any) bool {
	rw.WriteHeader(status)
	if _, err := fmt.Fprintf(rw, text, args...); err != nil {
		w.t.Error(err)
	}
	return true
}

const executing = `<ErrorResponse><Error><Code>InvalidChangeSetStatus</Code><Message>it is in EXECUTE_IN_PROGRESS</Message></Error>` +
	`</ErrorResponse>`

// The answer to an ExecuteChangeSet that was carried out gets lost, and what AWS
// tells lags behind: each trace alone shows that it has begun.
func TestExecutionWhoseAnswerIsLost(t *testing.T) {
	const available = `<DescribeChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeChangeSetResult>` +
		`<Status>CREATE_COMPLETE</Status><ExecutionStatus>%s</ExecutionStatus></DescribeChangeSetResult></DescribeChangeSetResponse>`
	cases := map[string]func(w *rig, rw http.ResponseWriter, action string, n int) bool{
		"the state lags": func(w *rig, rw http.ResponseWriter, action string, n int) bool {
			if action != "DescribeStacks" || n > 1 {
				return false
			}
			return w.answerXML(rw, 200, `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">`+
				`<DescribeStacksResult><Stacks><member><StackName>acme-orders</StackName><StackStatus>CREATE_COMPLETE</StackStatus><StackId>%s`+
				`</StackId></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, w.fake.Stack("acme-orders").ID)
		},
		"events cannot be read at first": func(w *rig, rw http.ResponseWriter, action string, n int) bool {
			return action == "DescribeStackEvents" && n < 4 && w.answer503(rw)
		},
		"only the change set tells": func(w *rig, rw http.ResponseWriter, action string, n int) bool {
			switch action {
			case "DescribeStackEvents":
				return n < 9 && w.answer503(rw)
			case "DescribeChangeSet":
				return w.answerXML(rw, 200, available, "EXECUTE_IN_PROGRESS")
			}
			return false
		},
		"only its deletion tells": func(w *rig, rw http.ResponseWriter, action string, n int) bool {
			switch action {
			case "DescribeStackEvents":
				return n < 9 && w.answer503(rw)
			case "DescribeChangeSet":
				return w.answerXML(rw, 200, available, "AVAILABLE")
			case "DeleteChangeSet":
				return w.answerXML(rw, 400, executing)
			}
			return false
		},
	}
	for name, cut := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.version = "2"
			executed, seen := false, map[string]int{}
			w.lost = func(action string) bool {
				executed = executed || action == "ExecuteChangeSet"
				return action == "ExecuteChangeSet"
			}
			w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
				if !executed {
					return false
				}
				seen[action]++
				return cut(w, rw, action, seen[action])
			}
			outcome, err := w.deployment().Run(t.Context())
			wantError(t, err, "")
			if outcome.Status != "UPDATE_COMPLETE" || !strings.Contains(w.said(), "\ndeployed acme-orders in ") {
				t.Errorf("%+v\n%s", outcome, w.said())
			}
		})
	}
}

// Without an answer, and with a change set that is gone, only the events could
// tell whose execution that was.
func TestExecutionThatLeavesNoTrace(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.version = "2"
	w.lost = func(action string) bool { return action == "ExecuteChangeSet" }
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		return action == "DescribeStackEvents" && w.answerXML(rw, 403,
			`<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`)
	}
	_, err := w.deployment().Run(t.Context())
	if got := fmt.Sprint(err); !strings.HasPrefix(got, "executing the change set: ") ||
		!strings.HasSuffix(got, "\nwhether the deployment has started is not known: "+cli+"describe-stack-events"+here+" shows it") {
		t.Errorf("%s", got)
	}
}

// Somebody executes our change set while we ask: it cannot be removed, and it is
// not so that nothing is deployed.
func TestSomebodyElseExecutesOurChangeSet(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.version, w.answer = "2", false
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		return action == "DeleteChangeSet" && w.answerXML(rw, 400, executing)
	}
	_, err := w.deployment().Run(t.Context())
	wantError(t, err, "declined\nsomebody else executes the change set sfngen-20261124T103000Z-00000001: "+cli+"describe-stack-events"+here+
		" shows it")
	if slices.Contains(w.slept, time.Second) {
		t.Errorf("it was waited for: %v", w.slept)
	}
}

// Operations that begin in the same second have names of their own.
func TestTokensDiffer(t *testing.T) {
	w := newRig(t)
	if one, two := w.session.token(), w.session.token(); one != "sfngen-20261124T103000Z-00000001" || one == two {
		t.Errorf("%s and %s", one, two)
	}
}

// changeSet is one of this name that waits in the stack.
func (w *rig) changeSet(name string) {
	w.t.Helper()
	text := template(w.t)
	_, err := w.session.Cloud.CloudFormation().CreateChangeSet(w.t.Context(), &sdk.CreateChangeSetInput{
		StackName: aws.String("acme-orders"), ChangeSetName: &name, ChangeSetType: types.ChangeSetTypeCreate, TemplateBody: &text,
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// Two people may execute the same change set that waits: whose execution it is
// must show.
func TestExecutionOfWhatWaitsHasATokenOfItsOwn(t *testing.T) {
	w, set := left(t, true)
	if _, err := w.resumed(set).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if token := w.fake.Stack("acme-orders").Events[0].Token; token == set || !strings.HasPrefix(token, tokenPrefix) {
		t.Errorf("the token is %q, the change set's name %q", token, set)
	}
}
