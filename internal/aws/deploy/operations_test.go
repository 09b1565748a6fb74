package deploy

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/fakeaws/kms"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// What belongs to another account or region is found before anything is compiled.
func TestOperationsOfAnotherPlace(t *testing.T) {
	for name, c := range map[string]struct {
		operations cfn.Operations
		want       string
	}{
		"a role": {cfn.Operations{Roles: map[string]string{"workflow": "arn:aws:iam::210987654321:role/w"}},
			"operations.roles.workflow is of account 210987654321, and the stack would be in account 123456789012: it takes a role of its " +
				"own account alone"},
		"a boundary": {cfn.Operations{Boundary: "arn:aws:iam::210987654321:policy/b"}, "operations.permissionsBoundary is of account " +
			"210987654321"},
		"a key": {cfn.Operations{Key: "arn:aws:kms:eu-west-1:123456789012:key/k"}, "operations.kmsKey is in eu-west-1, and the stack would " +
			"be in eu-central-1"},
		"AWS's own boundary": {cfn.Operations{Boundary: "arn:aws:iam::aws:policy/PowerUserAccess"}, ""},
		"all of here": {cfn.Operations{Boundary: "arn:aws:iam::123456789012:policy/b",
			Roles: map[string]string{"egress": "arn:aws:iam::123456789012:role/e"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.folder.Summary.Operations = c.operations
			d := w.deployment()
			d.Bucket.Name, d.Mode = "zips", DryRun
			_, err := d.Run(t.Context())
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || KindOf(err) != otherAccount || !strings.HasPrefix(err.Error(), c.want)):
				t.Errorf("got %v, want %s", err, c.want)
			}
			if c.want != "" && strings.Contains(w.out.String(), "compiling") {
				t.Error("it compiled before it looked")
			}
		})
	}
}

// Log groups that were kept are taken in by the deployment that would create them.
func TestKeptLogsAreImported(t *testing.T) {
	for _, kept := range []bool{false, true} {
		w := newRig(t)
		if kept {
			w.folder.Summary.Operations.KeptLogs = []string{"Egress1LogGroup"}
		}
		d := w.deployment()
		input := d.changeSetInput(d.newChangeSet(types.Stack{}, true), types.Stack{}, prepared{})
		if got := input.ImportExistingResources != nil && *input.ImportExistingResources; got != kept {
			t.Errorf("kept %t: imports %t", kept, got)
		}
	}
}

func TestDestroyNamesTheLogsThatStay(t *testing.T) {
	w := newRig(t)
	w.deployed(nil, "Type: AWS::Logs::LogGroup\n    DeletionPolicy: Delete", "Type: AWS::Logs::LogGroup\n    DeletionPolicy: "+
		"RetainExceptOnCreate")
	d := &Destruction{Session: w.session, Name: "acme-orders", Spec: "acme-orders", DryRun: true}
	if err := d.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	said := w.said()
	for _, want := range []string{
		"5 log groups stay with their logs, and cost by the gigabyte until their retention has emptied them (operations.retainLogs): " +
			"Egress1LogGroup, Egress2LogGroup, Egress3LogGroup, OrchestratorLogGroup, StateMachineLogGroup\n",
		"'aws logs describe-log-groups --log-group-name-prefix /aws/lambda/acme-orders- --region eu-central-1' shows them",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "the logs are lost") {
		t.Errorf("it says that logs are lost:\n%s", said)
	}
}

// A key that AWS may not use is found before anything is compiled; one that nobody may ask
// about does not stop a deployment.
func TestAKeyThatCannotBeUsed(t *testing.T) {
	const id = "arn:aws:kms:eu-central-1:123456789012:key/k"
	run := func(keys kms.Service) (string, error) {
		w := newRig(t)
		w.keys, w.folder.Summary.Operations.Key = keys, id
		d := w.deployment()
		d.Bucket.Name, d.Mode = "zips", DryRun
		_, err := d.Run(t.Context())
		return w.said(), err
	}
	said, err := run(kms.Service{Keys: map[string]kms.Key{id: {State: "Disabled", Policy: `{"Statement": []}`}}})
	wantError(t, err, "operations.kmsKey "+id+" cannot be used: it is in the state Disabled, in which nothing is encrypted or read: "+
		"aws kms enable-key --key-id "+id+" enables it\n"+
		"  its policy does not let CloudWatch Logs (logs.eu-central-1.amazonaws.com) use it for the log group "+
		"/aws/lambda/acme-orders-orchestrator\n"+
		"  its policy leaves nothing to the IAM policies of account 123456789012, so no role of the stack may use it\n"+
		"'sfngen plan --policies SPEC' prints the statements that the key's policy needs; who administers the key adds them")
	if KindOf(err) != unusableKey || strings.Contains(said, "compiling") {
		t.Errorf("%s: %s", KindOf(err), said)
	}
	said, err = run(kms.Service{Denied: map[string]bool{"DescribeKey": true}})
	if err != nil || !strings.Contains(said, "note: operations.kmsKey: whether it can be used is not known: AWS denies kms:DescribeKey") {
		t.Errorf("%v: %s", err, said)
	}
}
