package deploy

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
)

func (w *rig) destruction() *Destruction {
	return &Destruction{Session: w.session, Name: "acme-orders"}
}

// What goes is shown, with what is lost; then it goes, told as it happens.
func TestDestroy(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.fake.PageSize = 6
	wantError(t, w.destruction().Run(t.Context()), "")
	shown, told, _ := strings.Cut(w.said(), "00:00")
	want := `  - CallerPolicy                 policy for callers                           deleting it fails while it is attached to ` +
		`a user, group or role: detach it first
  - Egress1                      Lambda of egress 1
  - Egress1LogGroup              log group of egress 1                        the logs are lost
  - Egress2                      Lambda of egress 2
  - Egress2LogGroup              log group of egress 2                        the logs are lost
  - Egress3                      Lambda of egress 3
  - Egress3LogGroup              log group of egress 3                        the logs are lost
  - EgressRole                   role of the egresses
  - FunctionUrl                  function URL                                 its address is gone for good, and callers get an error
  - FunctionUrlInvokePermission  permission to call through the function URL
  - FunctionUrlPermission        permission to call the function URL
  - Orchestrator                 Lambda of the orchestrator
  - OrchestratorLogGroup         log group of the orchestrator                the logs are lost
  - OrchestratorRole             role of the orchestrator
  - StateMachine                 workflow                                     running executions end at their next step, ` +
		`and their history goes
  - StateMachineLogGroup         log group of the workflow                    the logs are lost
  - StateMachineRole             role of the workflow
all of it, 17 resources
the bucket zips and the zips in it stay
`
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("shown (-want +got)\n%s", diff)
	}
	if !strings.Contains(told, "  EgressRole                   role of the egresses                         delete complete\n") ||
		!strings.Contains(told, "\ndestroyed acme-orders in ") {
		t.Errorf("told\n%s", told)
	}
	if diff := cmp.Diff([]string{"destroy acme-orders in eu-central-1 of account 123456789012?"}, w.asked); diff != "" ||
		w.fake.Stack("acme-orders") != nil {
		t.Errorf("asked (-want +got)\n%s\nthe stack is %v", diff, w.fake.Stack("acme-orders"))
	}
}

// What a failed deployment, or a failed deletion, has left goes, too.
func TestDestroyLeftovers(t *testing.T) {
	for _, status := range []string{"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED",
		"REVIEW_IN_PROGRESS"} {
		t.Run(status, func(t *testing.T) {
			w := newRig(t)
			w.fake.Put(cloudformation.Stack{Name: "acme-orders", Status: status,
				Template: map[bool]string{false: template(t)}[status == "REVIEW_IN_PROGRESS"]})
			wantError(t, w.destruction().Run(t.Context()), "")
			if s := w.fake.Stack("acme-orders"); s != nil {
				t.Errorf("it exists: %s", s.Status)
			}
			if empty := strings.Contains(w.said(), "it has no resources: only its name is deleted\n"); empty != (status == "REVIEW_IN_PROGRESS") {
				t.Errorf("said\n%s", w.said())
			}
		})
	}
}

// The deletion of a standard workflow waits for its executions, so the
// user sees them.
func TestDestroyTellsOfRunningExecutions(t *testing.T) {
	const machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:acme-orders"
	execution := func(status string) states.Execution {
		return states.Execution{ARN: "arn:aws:states:eu-central-1:123456789012:execution:acme-orders:" + status, StateMachine: machine,
			Status: status}
	}
	cases := map[string]struct {
		kind       string
		executions []states.Execution
		note       string
	}{
		"one runs": {"STANDARD", []states.Execution{execution("SUCCEEDED"), execution("RUNNING")},
			"note: the workflow still has 1 execution running: each ends at its next step, and the deletion waits for that; " +
				"'aws stepfunctions stop-execution --execution-arn arn:aws:states:eu-central-1:123456789012:execution:acme-orders:RUNNING --region " +
				"eu-central-1' ends one at once\n"},
		"more than a page": {"STANDARD", slices.Repeat([]states.Execution{execution("RUNNING")}, 1001),
			"note: the workflow still has more than 1000 executions running: "},
		"none runs":              {"STANDARD", []states.Execution{execution("SUCCEEDED")}, ""},
		"they end by themselves": {"EXPRESS", []states.Execution{execution("RUNNING")}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.machines.Add(c.executions...)
			w.fake.Put(cloudformation.Stack{Name: "acme-orders", Status: "CREATE_COMPLETE",
				Template: template(t, "StateMachineType: EXPRESS", "StateMachineType: "+c.kind)})
			wantError(t, w.destruction().Run(t.Context()), "")
			if noted := strings.Contains(w.said(), "note: "); noted != (c.note != "") || !strings.Contains(w.said(), c.note) {
				t.Errorf("no %q in\n%s", c.note, w.said())
			}
		})
	}
}

func TestDestroyDryRun(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	d := w.destruction()
	d.DryRun = true
	wantError(t, d.Run(t.Context()), "")
	if said := w.said(); !strings.Contains(said, "  - Egress1  ") || !strings.HasSuffix(said, "\ndry run: nothing was changed in AWS\n") ||
		len(w.asked) > 0 || slices.Contains(w.fake.Calls(), "DeleteStack") {
		t.Errorf("asked %v, calls %v, said\n%s", w.asked, w.fake.Calls(), said)
	}
}

// What a person has agreed to is what was shown: a stack that somebody has deployed,
// or updated, in the meantime is not destroyed.
func TestDestroyOnlyWhatWasShown(t *testing.T) {
	for name, c := range map[string]struct {
		status string
		change func(*cloudformation.Stack)
		want   string
	}{
		"it came to life": {"REVIEW_IN_PROGRESS", func(s *cloudformation.Stack) { s.Status = "CREATE_COMPLETE" },
			"nothing was deleted, because the stack acme-orders has changed since it was shown: it was in REVIEW_IN_PROGRESS and is in " +
				"CREATE_COMPLETE; 'sfngen destroy acme-orders' shows what would be deleted now"},
		"it was updated": {"UPDATE_COMPLETE", func(s *cloudformation.Stack) { s.Updated = s.Updated.Add(time.Minute) },
			"nothing was deleted, because the stack acme-orders has changed since it was shown: it was updated in the meantime, and is in " +
				"UPDATE_COMPLETE again; 'sfngen destroy acme-orders' shows what would be deleted now"},
		"it is as it was":     {"UPDATE_COMPLETE", func(*cloudformation.Stack) {}, ""},
		"it is being deleted": {"UPDATE_COMPLETE", func(s *cloudformation.Stack) { s.Status = "DELETE_IN_PROGRESS" }, ""},
		"it is deleted, too":  {"UPDATE_COMPLETE", func(s *cloudformation.Stack) { s.Status = "DELETE_COMPLETE" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			s := w.fake.Put(cloudformation.Stack{Name: "acme-orders", Status: c.status, Template: template(t), Updated: w.now})
			d := w.destruction()
			d.Confirm = func(context.Context, string) (bool, error) { c.change(s); return true, nil }
			err := d.Run(t.Context())
			wantError(t, err, c.want)
			if (KindOf(err) == outdated) != (c.want != "") || slices.Contains(w.fake.Calls(), "DeleteStack") && c.want != "" {
				t.Errorf("%#v; calls %v", err, w.fake.Calls())
			}
		})
	}
}

// A change set that somebody makes while the question stands goes with nobody's yes.
func TestDestroyLooksForChangeSetsAgain(t *testing.T) {
	for name, c := range map[string]struct{ set, want string }{
		"another one of sfngen's": {"sfngen-20261124T103000Z-00000009", "nothing was deleted, because the stack acme-orders has changed " +
			"since it was shown: it has other change sets now; 'sfngen destroy acme-orders' shows what would be deleted now"},
		"somebody else's": {"theirs", "the CloudFormation stack acme-orders in eu-central-1 of account 123456789012 has no resources yet, " +
			"but 1 change set that sfngen did not create (theirs): " +
			"choose another name with --stack-name; if they are no longer needed, " + cli + "delete-stack" + here + " deletes the stack with them"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.fake.Put(cloudformation.Stack{Name: "acme-orders", Status: "REVIEW_IN_PROGRESS"})
			d := w.destruction()
			d.Confirm = func(context.Context, string) (bool, error) {
				w.changeSet(c.set)
				return true, nil
			}
			wantError(t, d.Run(t.Context()), c.want)
			if slices.Contains(w.fake.Calls(), "DeleteStack") {
				t.Errorf("calls %v", w.fake.Calls())
			}
		})
	}
}

// Whatever ends it before the question says in what state AWS is left.
func TestDestroyInterruptedBeforeTheQuestion(t *testing.T) {
	for _, action := range []string{"DescribeStacks", "GetTemplate", "ListStackResources"} {
		w := newRig(t)
		w.deployed(nil)
		err := w.destruction().Run(w.interrupt(action, 1))
		wantError(t, err, "nothing was changed in AWS")
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %#v", action, err)
		}
	}
}

func TestNothingToDestroy(t *testing.T) {
	w := newRig(t)
	wantError(t, w.destruction().Run(t.Context()), "")
	w.wantSaid("nothing to destroy: there is no stack acme-orders in eu-central-1 of account 123456789012; --stack-name, --region and " +
		"--profile look elsewhere\n")
	if len(w.asked) > 0 {
		t.Errorf("asked %v", w.asked)
	}
}

// A folder is the stack of one spec: that of another is not destroyed for it.
func TestDestroyOnlyOfTheSameSpec(t *testing.T) {
	for spec, want := range map[string]string{
		"":            "",
		"acme-orders": "",
		"beta-orders": "the CloudFormation stack acme-orders in eu-central-1 of account 123456789012 was deployed from another spec, " +
			"acme-orders, not beta-orders: choose another name with --stack-name",
	} {
		w := newRig(t)
		w.deployed(nil)
		w.fake.Pace = 100
		d := w.destruction()
		d.Spec = spec
		wantError(t, d.Run(t.Context()), want)
		if gone := w.fake.Stack("acme-orders") == nil; gone != (want == "") {
			t.Errorf("of %q: destroyed: %v", spec, gone)
		}
	}
}

// Stacks that are not destroyed, with the reason; nothing is asked or done.
func TestNotDestroyed(t *testing.T) {
	const since = ", since 10:25:00 UTC (5m ago), started by sfngen"
	cases := map[string]struct {
		change func(*cloudformation.Stack)
		want   string
	}{
		"protected": {func(s *cloudformation.Stack) { s.Protected = true },
			"nothing was changed, because the stack acme-orders has termination protection: " + cli +
				"update-termination-protection --no-enable-termination-protection" + here + " turns it off"},
		"foreign": {func(s *cloudformation.Stack) { s.Template = "Resources: {}\n" },
			"the CloudFormation stack acme-orders in eu-central-1 of account 123456789012 was not created from a template of sfngen's, and " +
				"sfngen does not touch it: choose another name with --stack-name, or another region or account"},
		"being created": {func(s *cloudformation.Stack) { s.Status, s.Events = "CREATE_IN_PROGRESS", failedHistory() },
			"the stack acme-orders is in CREATE_IN_PROGRESS: it is being created" + since + "; " + cli + "wait stack-create-complete" + here +
				" waits for it; " + cli + "delete-stack" + here + " deletes it at once"},
		"being updated": {func(s *cloudformation.Stack) {
			s.Status, s.Events = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", failedHistory()
		},
			"the stack acme-orders is in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: it has been updated" + since +
				", and what the update has replaced is still being deleted; " + cli + "wait stack-update-complete" + here +
				" waits for it, then destroy it"},
		"being deleted": {func(s *cloudformation.Stack) { s.Status, s.Events = "DELETE_IN_PROGRESS", failedHistory() },
			"the stack acme-orders is in DELETE_IN_PROGRESS: it is being deleted" + since + "; " + cli + "wait stack-delete-complete" + here +
				" waits for it"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(func(s *cloudformation.Stack) { s.ID = "arn:acme"; c.change(s) })
			wantError(t, w.destruction().Run(t.Context()), c.want)
			if len(w.asked) > 0 || slices.Contains(w.fake.Calls(), "DeleteStack") {
				t.Errorf("asked %v, calls %v", w.asked, w.fake.Calls())
			}
		})
	}
}

func TestDestroyDeclinedInterruptedAndFailed(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.answer = false
	err := w.destruction().Run(t.Context())
	wantError(t, err, "declined\nnothing was changed")
	if KindOf(err) != Declined {
		t.Errorf("%#v", err)
	}

	w = newRig(t)
	w.deployed(nil)
	wantError(t, w.destruction().Run(w.interrupt("DeleteStack", 1)), "the deletion continues in AWS, and nothing stops it; 'sfngen "+
		"destroy acme-orders' says how far it is")

	w = newRig(t)
	w.deployed(nil)
	wantError(t, w.destruction().Run(w.interrupt("DescribeStackEvents", 1)), "nothing was changed")
	if s := w.fake.Stack("acme-orders"); s.Status != "CREATE_COMPLETE" {
		t.Errorf("the stack is in %s", s.Status)
	}

	w = newRig(t)
	w.deployed(nil)
	w.fake.Fails = map[string]string{"Egress2LogGroup": "Access denied for operation 'AWS::Logs::LogGroup'."}
	err = w.destruction().Run(t.Context())
	wantError(t, err, "destroying acme-orders failed at Egress2LogGroup (log group of egress 2): Access denied for operation "+
		"'AWS::Logs::LogGroup'.\n"+
		"what could not be deleted still exists (DELETE_FAILED); fix what prevented it, then run 'sfngen destroy acme-orders' once more")
	if KindOf(err) != Failed {
		t.Errorf("%#v", err)
	}
}
