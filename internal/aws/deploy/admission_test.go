package deploy

import (
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// event is one of acme-orders' own, or of a resource's, the newest first in a stack.
func event(id, status, reason, token string, at time.Time) cloudformation.Event {
	e := cloudformation.Event{ID: id + status, LogicalID: id, PhysicalID: "acme-orders-" + id, Type: "AWS::Lambda::Function", Status: status,
		Reason: reason, Token: token, Time: at}
	if id == "acme-orders" {
		e.PhysicalID, e.Type = "arn:acme", "AWS::CloudFormation::Stack"
	}
	return e
}

// failedHistory is an operation that failed at Egress2, after another one that
// failed long before.
func failedHistory() []cloudformation.Event {
	at := time.Date(2026, 11, 24, 10, 25, 0, 0, time.UTC)
	events := []cloudformation.Event{
		event("Egress1", "UPDATE_FAILED", "long ago", "", at.Add(-time.Hour)),
		event("acme-orders", "UPDATE_IN_PROGRESS", "User Initiated", "sfngen-20261124T102500Z", at),
		event("Egress2", "UPDATE_IN_PROGRESS", "", "", at),
		event("Egress2", "UPDATE_FAILED", `Resource handler returned message: "Internal error. (Service: Lambda, Status Code: 500)" `+
			`(RequestToken: x, HandlerErrorCode: InternalFailure)`, "", at.Add(time.Second)),
		event("Egress3", "UPDATE_FAILED", "Resource update cancelled", "", at.Add(2*time.Second)),
		event("Orchestrator", "UPDATE_FAILED", "Rate exceeded", "", at.Add(3*time.Second)),
	}
	slices.Reverse(events)
	return events
}

const cli = "'aws cloudformation "
const here = " --stack-name acme-orders --region eu-central-1'"

// The states that admit no deployment, each with what to do.
func TestStatesInWords(t *testing.T) {
	const at = " at Egress2 (Internal error) and 1 more"
	const since = ", since 10:25:00 UTC (5m ago), started by sfngen"
	for status, want := range map[string]string{
		"ROLLBACK_COMPLETE": "its first creation failed" + at + " and was rolled back, so only its name remains; 'sfngen destroy " +
			"acme-orders' deletes that, then deploy again",
		"ROLLBACK_FAILED": "its first creation failed, and so did deleting what it had created" + at +
			"; fix what prevented it, delete the rest with 'sfngen destroy acme-orders', then deploy again",
		"CREATE_FAILED": "its first creation failed" + at + " and was not rolled back; 'sfngen destroy acme-orders' deletes what " +
			"exists, then deploy again",
		"UPDATE_FAILED": "an update failed" + at + " and was not rolled back; " + cli + "rollback-stack" + here +
			" restores the last good state, then deploy again",
		"UPDATE_ROLLBACK_FAILED": "an update failed, and so did rolling it back" + at + "; fix what prevented it, then " + cli +
			"continue-update-rollback" + here + " (with --resources-to-skip Egress2 Orchestrator for what cannot be fixed), then deploy again",
		"DELETE_FAILED": "deleting it failed" + at + "; fix what prevented it and delete the rest with 'sfngen destroy " +
			"acme-orders', then deploy again",
		"IMPORT_ROLLBACK_FAILED": "an import of resources failed, and so did rolling it back" + at +
			"; CloudFormation's console shows what remains",
		"CREATE_IN_PROGRESS": "it is being created" + since + "; " + cli + "wait stack-create-complete" + here + " waits for it; " + cli +
			"delete-stack" + here + " deletes it at once",
		"UPDATE_IN_PROGRESS": "it is being updated" + since + "; " + cli + "wait stack-update-complete" + here + " waits for it; " + cli +
			"cancel-update-stack" + here + " stops it and rolls it back",
		"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "it has been updated" + since + ", and what the update has replaced is still being deleted; " +
			cli + "wait stack-update-complete" + here +
			" waits for it, then deploy again",
		"ROLLBACK_IN_PROGRESS": "its first creation failed" + at + " and is being rolled back" + since + "; once " +
			cli + "describe-stacks" + here + " says ROLLBACK_COMPLETE, 'sfngen destroy acme-orders' deletes what remains, then deploy again",
		"UPDATE_ROLLBACK_IN_PROGRESS": "an update failed" + at + " and is being rolled back" + since + "; " + cli +
			"wait stack-rollback-complete" + here + " waits for it, then deploy again",
		"UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "an update failed" + at + " and has been rolled back, and what it had created is " +
			"still being deleted" + since + "; " + cli + "wait stack-rollback-complete" + here + " waits for it, then deploy again",
		"DELETE_IN_PROGRESS": "it is being deleted" + since + "; " + cli + "wait stack-delete-complete" + here +
			" waits for it, then deploy again",
		"IMPORT_IN_PROGRESS": "resources are being imported into it" + since + "; " + cli + "wait stack-import-complete" + here +
			" waits for it, then deploy again",
		"IMPORT_ROLLBACK_IN_PROGRESS": "an import of resources failed" + at + " and is being rolled back" + since +
			"; wait for it, then deploy again",
		"SOMETHING_NEW": "sfngen does not know this state; CloudFormation's console shows more",
	} {
		t.Run(status, func(t *testing.T) {
			w := newRig(t)
			w.deployed(func(s *cloudformation.Stack) { s.ID, s.Status, s.Events = "arn:acme", status, failedHistory() })
			_, err := w.deployment().Run(t.Context())
			wantError(t, err, "the stack acme-orders is in "+status+": "+want)
			if KindOf(err) != wrongStatus || slices.Contains(w.fake.Calls(), "CreateChangeSet") {
				t.Errorf("%#v after %v", err, w.fake.Calls())
			}
		})
	}
}

// Every state that CloudFormation has is either updated, or has its words.
func TestEveryStateIsKnown(t *testing.T) {
	for _, status := range deployedStates() {
		if !updatable[status] && statusMessages[status] == (statusMessage{}) {
			t.Errorf("%s is neither updatable nor has words", status)
		}
		if updatable[status] && statusMessages[status] != (statusMessage{}) {
			t.Errorf("%s is updatable, but has words", status)
		}
	}
}

// Without events, only the state is shown; that it was started in the console is said.
func TestStateWithLittleToTell(t *testing.T) {
	cases := map[string]struct {
		arrange func(*rig)
		want    string
	}{
		"no events may be read": {
			func(w *rig) {
				w.deployed(func(s *cloudformation.Stack) { s.Status = "UPDATE_IN_PROGRESS" })
				w.fake.Before = func(action string, _ url.Values) *cloudformation.Error {
					if action == "DescribeStackEvents" {
						return &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "User is not authorized to perform: " +
							"cloudformation:DescribeStackEvents"}
					}
					return nil
				}
			},
			"the stack acme-orders is in UPDATE_IN_PROGRESS: it is being updated; " + cli + "wait stack-update-complete" + here +
				" waits for it; " + cli + "cancel-update-stack" + here + " stops it and rolls it back",
		},
		"the console": {
			func(w *rig) {
				w.deployed(func(s *cloudformation.Stack) {
					s.ID, s.Status = "arn:acme", "DELETE_IN_PROGRESS"
					s.Events = []cloudformation.Event{event("acme-orders", "DELETE_IN_PROGRESS", "User Initiated", "Console-DeleteStack-1",
						w.now.Add(-40*time.Second))}
				})
			},
			"the stack acme-orders is in DELETE_IN_PROGRESS: it is being deleted, since 10:29:20 UTC (40s ago), started in the console; " + cli +
				"wait stack-delete-complete" + here + " waits for it, then deploy again",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			c.arrange(w)
			_, err := w.deployment().Run(t.Context())
			wantError(t, err, c.want)
		})
	}
}

// What is not this spec's is left alone, whatever its state.
func TestStacksOfOthers(t *testing.T) {
	foreign := func(s *cloudformation.Stack) {
		s.Template = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"
	}
	cases := map[string]struct {
		change    func(*cloudformation.Stack)
		partition string
		bus       string
		topic     string
		want      string
	}{
		"foreign": {change: foreign, want: "the CloudFormation stack acme-orders in eu-central-1 of account 123456789012 was not created " +
			"from a template of sfngen's, and sfngen does not touch it: " +
			"choose another name with --stack-name, or another region or account"},
		"another spec": {
			change: func(s *cloudformation.Stack) {
				s.Template = template(t, "Value: acme-orders", "Value: beta-orders", "acme-orders", "beta-orders")
			},
			want: "the CloudFormation stack acme-orders in eu-central-1 of account 123456789012 was deployed from another spec, beta-orders, " +
				"not acme-orders: choose another name with --stack-name",
		},
		"another partition": {partition: "aws-cn", want: "the spec is for the partition aws-cn, but these credentials are of aws: set " +
			"partition: aws in the spec and build again, or choose other credentials with --profile"},
		"a bus of another account": {bus: "arn:aws:events:eu-central-1:210987654321:event-bus/orders", want: "the event bus orders is in " +
			"eu-central-1 of account 210987654321, and the stack would be in eu-central-1 of account 123456789012: rules live with their bus: " +
			"let a rule of that bus send its events on to a bus here, and name that one in triggers.events; or deploy there, with --region " +
			"and --profile"},
		"a bus of another region": {bus: "arn:aws:events:eu-west-1:123456789012:event-bus/orders", want: "the event bus orders is in " +
			"eu-west-1 of account 123456789012, and the stack would be in eu-central-1 of account 123456789012: rules live with their bus: " +
			"let a rule of that bus send its events on to a bus here, and name that one in triggers.events; or deploy there, with --region " +
			"and --profile"},
		"a topic of another region": {topic: "arn:aws:sns:eu-west-1:210987654321:on-call", want: "operations.alarms.topic is in eu-west-1, and " +
			"the stack would be in eu-central-1: an alarm tells topics of its own region alone: name a topic of eu-central-1, which the " +
			"environments of a spec can do each for itself, or deploy there with --region eu-west-1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(c.change)
			d := w.deployment()
			d.Partition = c.partition
			if c.bus != "" {
				d.Folder.Summary.BusARNs = []string{c.bus}
			}
			d.Folder.Summary.AlarmTopic = c.topic
			_, err := d.Run(t.Context())
			wantError(t, err, c.want)
			if slices.Contains(w.fake.Calls(), "CreateChangeSet") {
				t.Errorf("it was touched: %v", w.fake.Calls())
			}
		})
	}
	w := newRig(t)
	w.deployed(foreign)
	if _, err := w.deployment().Run(t.Context()); !errors.As(err, new(*live.ForeignError)) {
		t.Errorf("%#v", err)
	}
}

// Where and as whom stands before anything else.
func TestWhereIsSaidFirst(t *testing.T) {
	w := newRig(t)
	w.removeBuckets()
	_, err := w.deployment().Run(t.Context())
	if KindOf(err) != noBucket {
		t.Fatal(err)
	}
	want := "stack acme-orders in eu-central-1 of account 123456789012, as arn:aws:sts::123456789012:assumed-role/deployer/ada\n"
	if diff := cmp.Diff(want, w.out.String()); diff != "" {
		t.Errorf("said (-want +got)\n%s", diff)
	}
}

// The commands to copy and paste look where this one has looked.
func TestHintsGoToTheSamePlace(t *testing.T) {
	w := newRig(t)
	w.session.Profile, w.session.Flags = "prod", " --region eu-central-1 --profile prod"
	w.deployed(func(s *cloudformation.Stack) { s.Status = "ROLLBACK_COMPLETE" })
	_, err := w.deployment().Run(t.Context())
	wantError(t, err, "the stack acme-orders is in ROLLBACK_COMPLETE: its first creation failed and was rolled back, so only its name "+
		"remains; "+
		"'sfngen destroy acme-orders --region eu-central-1 --profile prod' deletes that, then deploy again")
	for profile, want := range map[string]string{
		"prod":      "'aws cloudformation wait stack-exists --stack-name x --region eu-central-1 --profile prod'",
		"my work's": "`aws cloudformation wait stack-exists --stack-name x --region eu-central-1 --profile 'my work'\\''s'`",
	} {
		w.session.Profile = profile
		if got := w.session.awsCommand("wait stack-exists", "x"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	w.session.Flags = " --profile 'my work'"
	if got, want := w.session.sfngenCommand("destroy", "x"), "`sfngen destroy x --profile 'my work'`"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func deployedStates() []types.StackStatus {
	var all []types.StackStatus
	for _, s := range types.StackStatus("").Values() {
		if s != types.StackStatusReviewInProgress && s != types.StackStatusDeleteComplete { // nothing exists
			all = append(all, s)
		}
	}
	return all
}
