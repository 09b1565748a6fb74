package main

import (
	"encoding/json"
	"net/url"
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
	if code, _, stderr := run("status", "--env", "dev"); code != 2 || stderr != "sfngen: no stack in stacks is of the environment dev: "+
		"sfngen build writes the stacks of the environments that the specs have\n" {
		t.Errorf("status of no environment: exit status %d\n%s", code, stderr)
	}
	if code, stdout, _ := run("status", "bb", "aa", "--json"); code != 0 || !strings.HasPrefix(stdout, "[\n  {\n    \"stack\": \"bb\",") {
		t.Errorf("status in JSON: exit status %d\n%s", code, stdout)
	}
	stacks.Put(cloudformation.Stack{Name: "cc", Status: "CREATE_COMPLETE", Template: "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"})
	if _, stdout, _ := run("list", "--aws"); !strings.Contains(stdout, "another stack has this name") {
		t.Errorf("of somebody else:\n%s", stdout)
	}
}

// A policy may allow to look at some stacks only: one that is denied keeps no other from
// being listed. Whatever else is wrong ends the asking.
func TestListGoesOnAfterADenial(t *testing.T) {
	for denial, want := range map[string]string{"AccessDenied": "none unknown none", "ValidationError": "none unknown unknown"} {
		stacks := inProject(t)
		stacks.Before = func(_ string, form url.Values) *cloudformation.Error {
			if form.Get("StackName") != "bb" {
				return nil
			}
			return &cloudformation.Error{Code: denial, Message: "User: ada is not authorized to perform: cloudformation:DescribeStacks"}
		}
		code, stdout, stderr := run("list", "--aws", "--json")
		var got struct {
			Stacks []struct{ AWS struct{ State string } }
		}
		if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got.Stacks) != 3 {
			t.Fatalf("%v\n%s", err, stdout)
		}
		states := got.Stacks[0].AWS.State + " " + got.Stacks[1].AWS.State + " " + got.Stacks[2].AWS.State
		if code != 2 || states != want || !strings.Contains(stderr, "what is deployed is not known: looking for the stack bb: ") {
			t.Errorf("%s: exit status %d, %s, want %s\n%s", denial, code, states, want, stderr)
		}
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
	if code != 0 || stderr != "sfngen: note: not deployed in eu-central-1 of account 123456789012: stacks/bb and stacks/cc\n" ||
		!strings.Contains(stdout, "\nstacks/bb: ") || !strings.Contains(stdout, "\nstacks/cc: ") {
		t.Errorf("destroyed: exit status %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := run("diff"); code != 0 {
		t.Errorf("afterwards: exit status %d\n%s", code, stderr)
	}
}

// What is there of a stack keeps its folder, whatever its state.
func TestPruneInOtherStates(t *testing.T) {
	for status, want := range map[string]string{
		"REVIEW_IN_PROGRESS": "stacks/bb is not deployed, but its change set waits in eu-central-1 of account 123456789012: 'sfngen destroy " +
			"bb' first\n",
		"DELETE_FAILED":      "stacks/bb is deployed in eu-central-1 of account 123456789012: 'sfngen destroy bb' first\n",
		"DELETE_IN_PROGRESS": "stacks/bb is deployed in eu-central-1 of account 123456789012: 'sfngen destroy bb' first\n",
		"ROLLBACK_COMPLETE":  "stacks/bb is deployed in eu-central-1 of account 123456789012: 'sfngen destroy bb' first\n",
	} {
		t.Run(status, func(t *testing.T) {
			stacks := inProject(t)
			stacks.Put(cloudformation.Stack{Name: "bb", Status: status, Template: readFile(t, "stacks/bb/template.yaml")})
			if err := os.Remove("apis/bb.yaml"); err != nil {
				t.Fatal(err)
			}
			if code, stdout, stderr := run("build", "--prune"); code != 2 || stdout != "" || !strings.HasSuffix(stderr, want) {
				t.Errorf("exit status %d\n%s%s", code, stdout, stderr)
			}
		})
	}
}
