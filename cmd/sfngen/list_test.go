package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// What is deployed is asked for by the stack's name; who else has a stack of that name is
// not taken for it.
func TestListAndStatusAskAWS(t *testing.T) {
	stacks := inProject(t)
	stacks.Put(cloudformation.Stack{Name: "aa", Status: "UPDATE_COMPLETE", Template: readFile(t, "stacks/aa/template.yaml")})
	stacks.Put(cloudformation.Stack{Name: "bb", Status: "CREATE_COMPLETE", Template: readFile(t, "stacks/bb/template.yaml") + "# older\n"})
	code, stdout, stderr := run("list", "--aws")
	want := `STACK  SPEC          FOLDER       AWS
aa     apis/aa.yaml  as its spec  UPDATE_COMPLETE
bb     apis/bb.yaml  as its spec  CREATE_COMPLETE, another template
cc     apis/cc.yaml  as its spec  not deployed
`
	if code != 0 || stderr != "" || stdout != want {
		t.Errorf("exit status %d\n%s%s", code, stderr, cmp.Diff(want, stdout))
	}
	code, stdout, stderr = run("status")
	if code != 2 || !strings.HasPrefix(stdout, "aa in eu-central-1 of account 123456789012: UPDATE_COMPLETE") ||
		!strings.Contains(stdout, "\n\nbb in ") || !strings.Contains(stdout, "its template is not that of stacks/bb\n") ||
		!strings.HasSuffix(stderr, "\nsfngen: no status of 1 of 3 stacks\n") || !strings.Contains(stderr, "sfngen: cc: no such "+
		"CloudFormation stack cc") {
		t.Errorf("status: exit status %d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, _ := run("status", "bb", "aa", "--json"); code != 0 || !strings.HasPrefix(stdout, "[\n  {\n    \"stack\": \"bb\",") {
		t.Errorf("status in JSON: exit status %d\n%s", code, stdout)
	}
	stacks.Put(cloudformation.Stack{Name: "cc", Status: "CREATE_COMPLETE", Template: "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"})
	if _, stdout, _ := run("list", "--aws"); !strings.Contains(stdout, "another stack has this name") {
		t.Errorf("of somebody else:\n%s", stdout)
	}
}

// A folder whose stack is deployed stays, and nothing else happens either.
func TestPruneAsksAWS(t *testing.T) {
	stacks := inProject(t)
	stacks.Put(cloudformation.Stack{Name: "bb", Status: "UPDATE_COMPLETE", Template: readFile(t, "stacks/bb/template.yaml")})
	stacks.Put(cloudformation.Stack{Name: "cc", Status: "CREATE_COMPLETE", Template: "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"})
	for _, name := range []string{"apis/bb.yaml", "apis/cc.yaml"} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	write(t, "apis/aa.yaml", readFile(t, "apis/aa.yaml")+"description: other\n")
	code, stdout, stderr := run("build", "--prune")
	if code != 2 || stdout != "" || stderr != "sfngen: nothing was written or removed: stacks/bb is deployed in eu-central-1 of account "+
		"123456789012: 'sfngen destroy bb' first\n" {
		t.Errorf("deployed: exit status %d\n%s%s", code, stdout, stderr)
	}
	if strings.Contains(readFile(t, "stacks/aa/plan.json"), "other") {
		t.Error("aa was built")
	}
	if code, _, stderr := run("destroy", "bb", "--yes"); code != 0 {
		t.Fatal(stderr)
	}
	code, stdout, stderr = run("build", "--prune")
	if code != 0 || stderr != "" || !strings.Contains(stdout, "\nstacks/bb: ") || !strings.Contains(stdout, "\nstacks/cc: ") {
		t.Errorf("destroyed: exit status %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := run("diff"); code != 0 {
		t.Errorf("afterwards: exit status %d\n%s", code, stderr)
	}
}
