package deploy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
)

const (
	otherHash = "9999999999999999999999999999999999999999999999999999999999999999"
	refused   = "the stack acme-orders was changed outside of CloudFormation:\n  "
	ways      = "\n--revert-drift reverts this to the template; --drifted deploys and keeps it where it can"
	code2     = "Egress2 (Lambda of egress 2): its code is not the zip that was deployed"
	edited    = "StateMachine (workflow): its definition was edited outside of CloudFormation"
)

// uploadCode puts other code into a function, by hand.
func (w *rig) uploadCode(function string) {
	w.functions.Code[function] = inBase64(w.t, otherHash)
}

func (w *rig) edit(old, added string) {
	w.t.Helper()
	text := w.machines.Definitions[machineARN]
	if !strings.Contains(text, old) {
		w.t.Fatalf("no %q in the definition", old)
	}
	w.machines.Definitions[machineARN] = strings.Replace(text, old, added, 1)
}

// What CloudFormation's drift detection does not see is refused like the rest, also
// when the folder is the one that was deployed.
func TestWhatCloudFormationDoesNotSee(t *testing.T) {
	cases := map[string]struct {
		version string // of the code now; 1 is deployed
		arrange func(*rig)
		want    string // the error
	}{
		"nothing":               {"1", func(*rig) {}, ""},
		"nothing, and new code": {"2", func(*rig) {}, ""},
		"other code":            {"1", func(w *rig) { w.uploadCode("acme-orders-egress-2") }, refused + code2 + ways},
		"other code of a Lambda alone": {"1", func(w *rig) { w.uploadCode("acme-orders-orchestrator") }, refused +
			"Orchestrator (Lambda of the orchestrator): its code is not the zip that was deployed" + ways},
		"other code, and new code": {"2", func(w *rig) {
			w.uploadCode("acme-orders-egress-2")
			w.uploadedBefore("zips")
		}, refused + code2 + ways},
		"a zip that is gone": {"2", func(w *rig) { w.uploadCode("acme-orders-egress-2") }, ""},
		"an edited workflow": {"1", func(w *rig) { w.edit(`"TimeoutSeconds": 168`, `"TimeoutSeconds": 16`) }, refused + edited + ways},
		"a workflow in other words": {"1", func(w *rig) {
			w.edit(`"TimeoutSeconds": 168`, `"TimeoutSeconds": "168"`)
			w.edit(`"fullJitter": true`, `"fullJitter": "true"`)
			w.edit(`{"statusCodes": [429], "scope": "ip", "backoffSeconds": 0}`, `{"backoffSeconds": 0.0, "scope": "ip", "statusCodes": [429]}`)
		}, ""},
		"all of it": {"1", func(w *rig) {
			w.fake.Drifts = []cloudformation.Drift{{LogicalID: "EgressRole", Type: typeRole, Status: "MODIFIED"}}
			w.uploadCode("acme-orders-egress-2")
			w.edit(`"StartAt": "Start"`, `"StartAt": "Attempt 1"`)
		}, refused + "EgressRole (role of the egresses) was changed\n  " + code2 + "\n  " + edited + ways},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.fake.Pace = 100
			c.arrange(w)
			w.version = c.version
			_, err := w.deployment().Run(t.Context())
			wantError(t, err, c.want)
			if refuses := KindOf(err) == drifted; refuses != (c.want != "") || refuses && slices.Contains(w.fake.Calls(), "CreateChangeSet") {
				t.Errorf("%#v after %v", err, w.fake.Calls())
			}
		})
	}
}

// A key with the hash of a program, as a stack's README makes it, says nothing of
// the zip.
func TestCodeThatWasDeployedByHandIsNotCompared(t *testing.T) {
	w := newRig(t)
	w.deployed(func(s *cloudformation.Stack) { s.Parameters[1].Value = "acme-orders/egress-0123456789abcdef.zip" })
	w.buckets.Put("zips", "acme-orders/egress-0123456789abcdef.zip", s3.Object{SHA256: inBase64(t, otherHash)})
	w.fake.Pace = 100
	_, err := w.deployment().Run(t.Context())
	wantError(t, err, "")
	if got := w.fake.Stack("acme-orders").Parameters[1].Value; got != egressKey || strings.Contains(w.said(), "note: ") {
		t.Errorf("the key is %s\n%s", got, w.said())
	}
}

// That all is as the template says is only said when all was looked at.
func TestNoChangesAsFarAsIsKnown(t *testing.T) {
	const denied = "note: whether the Lambdas run the zips that were deployed is not known: "
	cases := map[string]struct {
		drift   Drift
		arrange func(*rig)
		note    string
	}{
		"not looked at": {KeepDrift, func(*rig) {}, ""},
		"denied": {RefuseDrift, func(w *rig) { w.functions.Refusal = &lambda.Refusal{Status: 403, Code: "AccessDeniedException"} },
			denied},
		"a function is gone":                          {RefuseDrift, func(w *rig) { delete(w.functions.Code, "acme-orders-egress-1") }, ""},
		"a workflow is gone":                          {RefuseDrift, func(w *rig) { w.machines.Definitions = nil }, ""},
		"reverting, and CloudFormation does not know": {RevertDrift, func(w *rig) { w.fake.DriftStatus = "UNKNOWN" }, ""},
		"unknown drift": {RefuseDrift, func(w *rig) { w.fake.DriftStatus = "UNKNOWN" },
			"note: whether the stack was changed outside of CloudFormation is not known: drift is not known: CloudFormation does not say why\n"},
		"no drift detection": {RefuseDrift, func(w *rig) { w.fake.DriftFailure = "Failed" }, "note: whether the stack was changed outside of " +
			"CloudFormation is not known: drift is not known: Failed\n"},
		"no definition": {RefuseDrift, func(w *rig) { w.machines.Definitions[machineARN] = "{" },
			"note: whether the workflow's definition was edited outside of CloudFormation is not known: reading the definition: unexpected EOF\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			c.arrange(w)
			d := w.deployment()
			d.Drift = c.drift
			_, err := d.Run(t.Context())
			wantError(t, err, "")
			if !strings.HasSuffix(w.said(), "\nno changes: acme-orders was last deployed with this template and these zips\n") {
				t.Errorf("said\n%s", w.said())
			}
			if noted := strings.Contains(w.said(), "note: "); noted != (c.note != "") || !strings.Contains(w.said(), c.note) {
				t.Errorf("no %q in\n%s", c.note, w.said())
			}
		})
	}
}

// --revert-drift makes CloudFormation send again what it does not see, once: the
// next deployment has nothing to do.
func TestRevertingWhatCloudFormationDoesNotSee(t *testing.T) {
	cases := map[string]struct {
		arrange    func(*rig)
		said       string
		parameters []string
		template   string // what the comment of the definition ends with
	}{
		"code": {
			func(w *rig) { w.uploadCode("acme-orders-egress-2") },
			code2, []string{"zips", strings.Replace(egressKey, ".zip", "-20261124T103000Z.zip", 1), orchestratorKey},
			"change that, not this.'",
		},
		"the definition": {
			func(w *rig) { w.edit(`"StartAt": "Start"`, `"StartAt": "Attempt 1"`) },
			edited, []string{"zips", egressKey, orchestratorKey},
			"change that, not this. Sent again 20261124T103000Z.'",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.fake.Pace = 100
			c.arrange(w)
			d := w.deployment()
			d.Drift = RevertDrift
			outcome, err := d.Run(t.Context())
			wantError(t, err, "")
			if !strings.Contains(w.said(), "\nchanged outside of CloudFormation, where its change sets do not look, and deployed again:\n  "+c.said+
				"\n") {
				t.Errorf("said\n%s", w.said())
			}
			w.wantSent(c.parameters, c.template)
			w.run(w.fake.Stack("acme-orders").Template)
			w.edit("change that, not this.", strings.TrimSuffix(c.template, "'"))
			w.out.Reset()
			outcome, err = w.deployment().Run(t.Context())
			wantError(t, err, "")
			if outcome.Changed || !strings.HasSuffix(w.said(), "\nno changes: acme-orders is as the template says\n") {
				t.Errorf("the next deployment\n%s", w.said())
			}
		})
	}
}

// wantSent checks what the stack has now.
func (w *rig) wantSent(parameters []string, template string) {
	w.t.Helper()
	s := w.fake.Stack("acme-orders")
	var got []string
	for _, p := range s.Parameters {
		got = append(got, p.Value)
	}
	if diff := cmp.Diff(parameters, got); diff != "" || !strings.Contains(s.Template, template) {
		w.t.Errorf("parameters (-want +got)\n%s\n%q is in the template: %v", diff, template, strings.Contains(s.Template, template))
	}
	for _, key := range parameters[1:] {
		if !slices.Contains(w.uploaded(), key) {
			w.t.Errorf("%s was not uploaded: %v", key, w.uploaded())
		}
	}
}

// A template that changes otherwise needs no mark, and loses it.
func TestTheMarkGoesWithTheNextChange(t *testing.T) {
	w := newRig(t)
	w.deployed(nil, "change that, not this.", "change that, not this. Sent again 20261101T000000Z.", "MemorySize: 128", "MemorySize: 256")
	w.edit("change that, not this.", "change that, not this. Sent again 20261101T000000Z.")
	w.fake.Pace = 100
	_, err := w.deployment().Run(t.Context())
	wantError(t, err, "")
	if got := w.fake.Stack("acme-orders").Template; got != template(t) {
		t.Errorf("the template differs from the folder's: %s", cmp.Diff(template(t), got))
	}
}
