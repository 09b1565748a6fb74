package deploy

import (
	"net/url"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

const noKey = `Resource handler returned message: "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The ` +
	`specified key does not exist. (Service: Lambda, Status Code: 400, Request ID: 1)" (RequestToken: 2, HandlerErrorCode: InvalidRequest)`

// The first failure comes first, then what to do about it, then in what state the
// stack is: of a creation and of an update, rolled back or not.
func TestFailedDeployments(t *testing.T) {
	const key = "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.\n" +
		"the zip is not in the bucket: a lifecycle rule or somebody has deleted it, or the bucket is another one; deploy again, which " +
		"uploads it\n"
	cases := map[string]struct {
		deployed bool
		fails    map[string]string
		status   string
		want     string
	}{
		"a creation": {fails: map[string]string{"Egress2": noKey}, status: "ROLLBACK_COMPLETE",
			want: "deploying acme-orders failed at Egress2 (Lambda of egress 2): " + key +
				"what was created is deleted again, and only the stack's name remains (ROLLBACK_COMPLETE): 'sfngen destroy acme-orders' deletes " +
				"it, then deploy again"},
		"an update": {deployed: true, fails: map[string]string{"Egress2": noKey}, status: "UPDATE_ROLLBACK_COMPLETE",
			want: "deploying acme-orders failed at Egress2 (Lambda of egress 2): " + key +
				"the stack is as it was before (UPDATE_ROLLBACK_COMPLETE); fix what failed and deploy again"},
		"an update that cannot go back": {deployed: true, fails: map[string]string{"Egress2": "Internal error",
			"ROLLBACK:Egress1": "Still internal."}, status: "UPDATE_ROLLBACK_FAILED",
			want: "deploying acme-orders failed at Egress2 (Lambda of egress 2): Internal error\n" +
				"then Egress1 (Lambda of egress 1) failed: Still internal.\n" +
				"the stack acme-orders is in UPDATE_ROLLBACK_FAILED: an update failed, and so did rolling it back; fix what prevented it, then " +
				cli + "continue-update-rollback" + here +
				" (with --resources-to-skip Egress1 for what cannot be fixed), then deploy again"},
		"a creation that cannot go back": {fails: map[string]string{"Egress2": "", "ROLLBACK:EgressRole": "It is in use."},
			status: "ROLLBACK_FAILED",
			want: "deploying acme-orders failed at Egress2 (Lambda of egress 2): CloudFormation gives no reason\n" +
				"then EgressRole (role of the egresses) failed: It is in use.\n" +
				"the stack acme-orders is in ROLLBACK_FAILED: its first creation failed, and so did deleting what it had created; fix what " +
				"prevented it, delete the rest with 'sfngen destroy acme-orders', then deploy again"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.fake.PageSize, w.fake.Fails = 5, c.fails
			if c.deployed {
				w.deployed(nil)
				w.version = "2"
			}
			d := w.deployment()
			d.Bucket.Name = "zips"
			outcome, err := d.Run(t.Context())
			wantError(t, err, c.want)
			if KindOf(err) != Failed || string(outcome.Status) != c.status || outcome.Reason == "" ||
				w.fake.Stack("acme-orders").Status != c.status {
				t.Errorf("%#v, %+v", err, outcome)
			}
			if !strings.Contains(w.said(), "Egress3LogGroup              log group of egress 3                        cancelled, because "+
				"another resource failed\n") && !c.deployed {
				t.Errorf("what was given up is not said:\n%s", w.said())
			}
		})
	}
}

// A change set that CloudFormation refuses changes nothing, and is removed.
func TestRefusedChangeSet(t *testing.T) {
	w := newRig(t)
	w.fake.RefuseChangeSet = "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot " +
		"Early Validation errors, use the DescribeEvents API for detailed failure information."
	w.fake.Validations = map[string]string{"Egress1": "Resource of type 'AWS::Lambda::Function' with identifier 'acme-orders-egress-1' " +
		"already exists."}
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	wantError(t, err, "CloudFormation refuses this deployment of acme-orders: "+w.fake.RefuseChangeSet+`
  Egress1 (Lambda of egress 1): Resource of type 'AWS::Lambda::Function' with identifier 'acme-orders-egress-1' already exists.
something with this name already exists outside of this stack: created by hand or by another stack, or left behind by a deleted one; `+
		`delete it, or choose another name in the spec
nothing was deployed: the change set is deleted, and so is the empty stack that it created; `+
		`the uploaded zips stay in the bucket zips, for the next time`)
	if KindOf(err) != Refused || w.fake.Stack("acme-orders") != nil || len(w.fake.ChangeSets()) > 0 {
		t.Errorf("left: %v, %v", w.fake.Stack("acme-orders"), w.fake.ChangeSets())
	}
}

// A Hook of the account's says why, too; without permission to read that, a note says so.
func TestRefusedByAHook(t *testing.T) {
	for name, c := range map[string]struct {
		before func(string, url.Values) *cloudformation.Error
		said   string // by the error, or by a note
	}{
		"read": {nil, "\n  Egress1 (Lambda of egress 1): memory is over 64 MB (the Hook Acme::Guard::Hook)\n"},
		"denied": {refuse("DescribeEvents", &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"}),
			"note: CloudFormation's details of that cannot be read: "},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.fake.RefuseChangeSet = "The following hook(s)/validation failed: [Acme::Guard::Hook]."
			w.fake.Hooks = map[string]string{"Egress1": "memory is over 64 MB"}
			w.fake.Before = c.before
			d := w.deployment()
			d.Bucket.Name = "zips"
			_, err := d.Run(t.Context())
			if KindOf(err) != Refused || !strings.Contains(w.said()+err.Error(), c.said) {
				t.Errorf("no %q in\n%s\n%v", c.said, w.said(), err)
			}
		})
	}
}

// An error of CreateChangeSet itself has made nothing: there is nothing to remove.
func TestChangeSetThatWasNeverMade(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.version = "2"
	w.fake.Before = refuse("CreateChangeSet", &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "User: ada is not " +
		"authorized to perform: cloudformation:CreateChangeSet"})
	_, err := w.deployment().Run(t.Context())
	if err == nil || !strings.HasSuffix(err.Error(), "AWS denies cloudformation:CreateChangeSet to ada: it gives no reason; "+policyPage+
		request+"\nnothing was deployed; the uploaded zips stay in the bucket zips, for the next time") {
		t.Errorf("%v", err)
	}
	if calls := w.fake.Calls(); calls[len(calls)-1] != "CreateChangeSet" {
		t.Errorf("calls after it: %v", calls)
	}
}
