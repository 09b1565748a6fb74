package deploy

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

func drifts() []cloudformation.Drift {
	return []cloudformation.Drift{
		{LogicalID: "Egress1", Type: typeLambda, Status: "MODIFIED", Differences: []cloudformation.Difference{
			{Path: "/MemorySize", Expected: "128", Actual: "512", Type: "NOT_EQUAL"},
			{Path: "/Environment/Variables/DEBUG", Actual: "1", Type: "ADD"},
			{Path: "/TracingConfig/Mode", Expected: "Active", Type: "REMOVE"},
		}},
		{LogicalID: "StateMachineLogGroup", Type: typeLogs, Status: "DELETED"},
		{LogicalID: "EgressRole", Type: typeRole, Status: "MODIFIED"},
	}
}

// What somebody changed by hand is shown property by property, and nothing has been
// begun or uploaded by then.
func TestDriftIsRefused(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.version = "2"
	w.fake.Drifts, w.fake.PageSize = drifts(), 2
	_, err := w.deployment().Run(t.Context())
	wantError(t, err, `the stack acme-orders was changed outside of CloudFormation:
  Egress1 (Lambda of egress 1): MemorySize: 128 -> 512
  Egress1 (Lambda of egress 1): Environment/Variables/DEBUG: added, 1
  Egress1 (Lambda of egress 1): TracingConfig/Mode: removed, was Active
  StateMachineLogGroup (log group of the workflow) was deleted
  EgressRole (role of the egresses) was changed
--revert-drift reverts this to the template; --drifted deploys and keeps it where it can`)
	if KindOf(err) != drifted || len(w.uploaded()) > 0 || slices.Contains(w.fake.Calls(), "CreateChangeSet") {
		t.Errorf("%#v; bucket %v, calls %v", err, w.uploaded(), w.fake.Calls())
	}
}

// Drift is no less there because its details may not be read.
func TestDriftWhoseDetailsAreDeniedIsRefused(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.version = "2"
	w.fake.Drifts = drifts()
	w.fake.Before = func(action string, _ url.Values) *cloudformation.Error {
		if action == "DescribeStackResourceDrifts" {
			return &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"}
		}
		return nil
	}
	_, err := w.deployment().Run(t.Context())
	if KindOf(err) != drifted || !strings.Contains(err.Error(), "what it is cannot be read: ") ||
		slices.Contains(w.fake.Calls(), "CreateChangeSet") {
		t.Errorf("%v; calls %v", err, w.fake.Calls())
	}
}

func TestDriftIsKeptOrReverted(t *testing.T) {
	for drift, mode := range map[Drift]string{KeepDrift: "", RevertDrift: "REVERT_DRIFT"} {
		w := newRig(t)
		w.deployed(nil)
		w.version = "2"
		w.fake.Drifts, w.fake.Pace = drifts(), 100
		got := "unasked"
		w.fake.Before = func(action string, form url.Values) *cloudformation.Error {
			if action == "CreateChangeSet" {
				got = form.Get("DeploymentMode")
			}
			return nil
		}
		d := w.deployment()
		d.Drift = drift
		_, err := d.Run(t.Context())
		wantError(t, err, "")
		if got != mode || slices.Contains(w.fake.Calls(), "DetectStackDrift") {
			t.Errorf("deployment mode %q, want %q; calls %v", got, mode, w.fake.Calls())
		}
	}
}

// Not being able to look is a note: the deployment continues.
func TestDriftThatCannotBeTold(t *testing.T) {
	cases := map[string]struct {
		arrange func(*cloudformation.Fake)
		note    string
	}{
		"denied": {func(f *cloudformation.Fake) {
			f.Before = func(action string, _ url.Values) *cloudformation.Error {
				if action == "DetectStackDrift" {
					return &cloudformation.Error{Status: 501, Code: "NotImplemented", Message: "The DetectStackDrift action has not been implemented"}
				}
				return nil
			}
		}, "note: whether the stack was changed outside of CloudFormation is not known: "},
		"failed": {func(f *cloudformation.Fake) { f.DriftFailure = "Failed to detect drift on resources [Egress1]" },
			"note: whether the stack was changed outside of CloudFormation is not known: drift is not known: Failed to detect drift on " +
				"resources [Egress1]\n"},
		"unknown": {func(f *cloudformation.Fake) { f.DriftStatus = "UNKNOWN" },
			"note: whether the stack was changed outside of CloudFormation is not known: drift is not known: CloudFormation does not say why\n"},
		"unknown of one": {func(f *cloudformation.Fake) {
			f.DriftStatus, f.Drifts = "DRIFTED", []cloudformation.Drift{{LogicalID: "EgressRole", Type: typeRole, Status: "UNKNOWN",
				Reason: "Access denied for operation 'GetRole'"}}
		}, "note: whether EgressRole was changed outside of CloudFormation is not known: Access denied for operation 'GetRole'\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.version = "2"
			w.fake.Pace = 100
			c.arrange(w.fake)
			_, err := w.deployment().Run(t.Context())
			wantError(t, err, "")
			if !strings.Contains(w.said(), c.note) || w.fake.Stack("acme-orders").Status != "UPDATE_COMPLETE" {
				t.Errorf("no %q in\n%s", c.note, w.said())
			}
		})
	}
}
