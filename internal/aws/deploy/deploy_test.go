package deploy

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

const bothUploaded = `uploaded egress.zip (0.1 MB) to zips
uploaded orchestrator.zip (0.1 MB) to zips
`

// A first deployment: everything is new, each resource is shown once in
// progress and once done, and the outputs are the result.
func TestFirstDeployment(t *testing.T) {
	w := newRig(t)
	w.fake.PageSize = 7 // of changes and of events
	d := w.deployment()
	d.Bucket.Name = "zips"
	outcome, err := d.Run(t.Context())
	wantError(t, err, "")
	lines := strings.Split(w.said(), "\n")
	begins := []string{"compiling", "uploaded egress.zip (0.1 MB) to zips", "uploaded orchestrator.zip (0.1 MB) to zips",
		"asking CloudFormation what would change",
		"  + CallerPolicy                 policy for callers",
		"  + Egress1                      Lambda of egress 1"}
	if diff := cmp.Diff(begins, lines[:len(begins)]); diff != "" {
		t.Errorf("begins (-want +got)\n%s", diff)
	}
	for _, want := range []string{
		"17 changes: 17 created",
		"00:00  acme-orders                  the stack itself                             create in progress",
		"00:20  Egress2                      Lambda of egress 2                           create complete",
		"01:09  acme-orders                  the stack itself                             create complete",
	} {
		if n := linesThatAre(lines, want); n != 1 {
			t.Errorf("said %d times, want once: %s\n%s", n, want, w.said())
		}
	}
	const begun = "  Egress2                      Lambda of egress 2                           create in progress\n"
	if n := strings.Count(w.said(), begun); n != 1 {
		t.Errorf("that egress 2 is being created is said %d times", n)
	}
	if diff := cmp.Diff([]string{"deploy these 17 changes to acme-orders in eu-central-1 of account 123456789012?"}, w.asked); diff != "" {
		t.Errorf("asked (-want +got)\n%s", diff)
	}
	s := w.fake.Stack("acme-orders")
	if s == nil || s.Status != "CREATE_COMPLETE" || !slices.Contains(s.Tags, cloudformation.Pair{Key: "sfngen:spec", Value: "acme-orders"}) {
		t.Fatalf("the stack is %+v", s)
	}
	want := []cloudformation.Pair{
		{Key: "ArtifactBucket", Value: "zips"},
		{Key: "EgressKey", Value: egressKey},
		{Key: "OrchestratorKey", Value: orchestratorKey},
	}
	if diff := cmp.Diff(want, s.Parameters); diff != "" {
		t.Errorf("parameters (-want +got)\n%s", diff)
	}
	for _, p := range want[1:] {
		if !slices.Contains(w.buckets.Keys("zips"), p.Value) {
			t.Errorf("%s was not uploaded", p.Value)
		}
	}
	if !strings.HasPrefix(s.Events[0].Token, "sfngen-20261124T103000Z-00000001") {
		t.Errorf("the operation's token is %q", s.Events[0].Token)
	}
	var results bytes.Buffer
	wantError(t, outcome.Write(&results), "")
	wantResults := `FunctionUrl           value-of-FunctionUrl-of-acme-orders
CallerPolicyArn       value-of-CallerPolicyArn-of-acme-orders
EgressFunctions       value-of-EgressFunctions-of-acme-orders
OrchestratorFunction  value-of-OrchestratorFunction-of-acme-orders
StateMachineArn       value-of-StateMachineArn-of-acme-orders
`
	if diff := cmp.Diff(wantResults, results.String()); diff != "" {
		t.Errorf("results (-want +got)\n%s", diff)
	}
}

func linesThatAre(lines []string, line string) int {
	n := 0
	for _, l := range lines {
		if l == line {
			n++
		}
	}
	return n
}

// New code of the Lambdas: the references to them are not drowned in, nothing
// seems to be replaced, and the stack's own bucket and tags are used on.
func TestUpdateOfCode(t *testing.T) {
	w := newRig(t)
	w.deployed(func(s *cloudformation.Stack) {
		s.Tags = append(s.Tags, cloudformation.Pair{Key: "cost-center", Value: "7"}, cloudformation.Pair{Key: "aws:own", Value: "x"})
	})
	w.version = "2"
	w.fake.Pace = 100
	outcome, err := w.deployment().Run(t.Context())
	wantError(t, err, "")
	before, _, _ := strings.Cut(w.said(), "00:00")
	want := "compiling\nlooking for changes made outside of CloudFormation\n" + bothUploaded + `asking CloudFormation what would change
  ~ Egress1       Lambda of egress 1          new code
  ~ Egress2       Lambda of egress 2          new code
  ~ Egress3       Lambda of egress 3          new code
  ~ Orchestrator  Lambda of the orchestrator  new code
    4 resources that refer to these stay as they are: CallerPolicy, FunctionUrl, StateMachine, StateMachineRole
4 changes: 4 updated
`
	if diff := cmp.Diff(want, before); diff != "" {
		t.Errorf("said (-want +got)\n%s", diff)
	}
	if !strings.HasSuffix(w.said(), "\ndeployed acme-orders in 0s\n") {
		t.Errorf("the last line is not that it is deployed:\n%s", w.said())
	}
	if keys := w.buckets.Keys("zips"); len(keys) != 2 || !slices.Contains(keys, w.artifact("egress").Key("acme-orders")) {
		t.Errorf("uploaded %v", keys)
	}
	s := w.fake.Stack("acme-orders")
	if !outcome.Changed || s.Status != "UPDATE_COMPLETE" || !slices.Contains(s.Tags, cloudformation.Pair{Key: "cost-center", Value: "7"}) ||
		len(s.Tags) != 2 {
		t.Errorf("%+v, the stack is in %s, its tags are %v", outcome, s.Status, s.Tags)
	}
}

// All of CloudFormation's ways to say that nothing changes are success, and leave
// nothing behind.
func TestNoChanges(t *testing.T) {
	const refused = "an error of CreateChangeSet"
	cases := map[string]func(*rig){
		"a failed change set": func(*rig) {},
		refused: func(w *rig) {
			w.fake.Before = func(action string, _ url.Values) *cloudformation.Error {
				if action == "CreateChangeSet" {
					return &cloudformation.Error{Code: "ValidationError", Message: "No updates are to be performed."}
				}
				return nil
			}
		},
		"a failed change set with the words of updates": func(w *rig) { w.fake.RefuseChangeSet = "No updates are to be performed." },
	}
	for name, arrange := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			arrange(w)
			w.uploadedBefore("zips")
			outcome, err := w.deployment().Run(t.Context())
			wantError(t, err, "")
			w.wantSaid("compiling\nlooking for changes made outside of CloudFormation\nasking CloudFormation what would change\nno changes: " +
				"acme-orders is as the template says\n")
			if removes := slices.Contains(w.fake.Calls(), "DeleteChangeSet"); removes != (name != refused) {
				t.Errorf("a change set is removed: %v", removes)
			}
			if outcome.Changed || outcome.Outputs["FunctionUrl"] == "" || len(w.fake.ChangeSets()) != 0 || len(w.asked) != 0 {
				t.Errorf("%+v; change sets %v; asked %v", outcome, w.fake.ChangeSets(), w.asked)
			}
		})
	}
}
