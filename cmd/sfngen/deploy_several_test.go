package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
)

// inProject is a project with the stacks aa, bb and cc, built, and an AWS with a bucket.
func inProject(t *testing.T) *cloudformation.Fake {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "sfngen.yaml", "bucket: zips\nspecs: [apis]\n")
	if err := os.Mkdir("apis", 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"aa", "bb", "cc"} {
		write(t, "apis/"+name+".yaml", strings.Replace(deploySpec, "orders", name, 1))
	}
	write(t, "apis/bb.yaml", readFile(t, "apis/bb.yaml")+"egress: {count: 3}\n")
	if code, _, stderr := run("build"); code != 0 {
		t.Fatal(stderr)
	}
	stacks, buckets := &cloudformation.Fake{Pace: 100}, s3.New(fakeaws.Account)
	buckets.Add("zips", s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region})
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": stacks, "s3": buckets, "lambda": lambda.New(nil), "states": states.New()})
	return stacks
}

func states3(stacks *cloudformation.Fake) (list []string) {
	for _, name := range []string{"aa", "bb", "cc"} {
		status := "none"
		if s := stacks.Stack(name); s != nil {
			status = s.Status
		}
		list = append(list, status)
	}
	return list
}

// refuse lets AWS refuse the change set of bb, and fail3 fail what only bb has.
func refuse(fake *cloudformation.Fake) {
	fake.Before = func(action string, form url.Values) *cloudformation.Error {
		if action == "CreateChangeSet" && form.Get("StackName") == "bb" {
			return &cloudformation.Error{Code: "ValidationError", Message: "not bb"}
		}
		return nil
	}
}

func fail3(fake *cloudformation.Fake) { fake.Fails = map[string]string{"Egress3": "no more"} }

// deployUncompiled is run("deploy", …) with zips that hold nothing.
func deployUncompiled(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return deployUncompiledIn(t.Context(), t, args...)
}

// deployUncompiledIn is deployUncompiled until ctx ends.
func deployUncompiledIn(ctx context.Context, t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	c := deployCommandWith(&deployFlags{pack: func(_ context.Context, o pack.Options) (list []pack.Artifact, err error) {
		for _, name := range []string{"egress", "orchestrator"} {
			file := filepath.Join(t.TempDir(), name+".zip")
			write(t, file, o.Dir)
			sum := sha256.Sum256([]byte(o.Dir))
			list = append(list, pack.Artifact{Lambda: name, File: file, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(o.Dir))})
		}
		return list, nil
	}})
	var out, errs bytes.Buffer
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	c.SetIn(strings.NewReader(""))
	c.SetOut(&out)
	c.SetErr(&errs)
	err := c.ExecuteContext(withProject(ctx))
	code = end(ctx, &errs, err)
	return code, out.String(), errs.String()
}

// All at once, then nothing to do; a dry run and a change set that waits are no question.
func TestDeployAll(t *testing.T) {
	stacks := inProject(t)
	code, stdout, stderr := deployUncompiled(t, "--all", "--dry-run")
	if code != 0 || strings.Count(stdout, " created\n") != 3 || !strings.HasSuffix(stderr, "\nwould change: aa, bb, cc\n") ||
		!strings.HasPrefix(stdout, "aa:\n") {
		t.Fatalf("dry run: exit status %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := run("deploy", "--all"); code != 2 || !strings.Contains(stderr, "there is nobody to ask") {
		t.Fatalf("nobody to ask: exit status %d\n%s", code, stderr)
	}
	code, stdout, stderr = deployUncompiled(t, "--all", "--yes")
	if code != 0 || !strings.HasSuffix(stderr, "\ndeployed: aa, bb, cc\n") ||
		!strings.HasPrefix(stdout, "aa:\nFunctionUrl           value-of-FunctionUrl-of-aa\n") || !strings.Contains(stdout,
		"\ncc:\nFunctionUrl ") {
		t.Fatalf("exit status %d\n%s%s", code, stdout, stderr)
	}
	if diff := cmp.Diff([]string{"CREATE_COMPLETE", "CREATE_COMPLETE", "CREATE_COMPLETE"}, states3(stacks)); diff != "" {
		t.Error(diff)
	}
	code, _, stderr = deployUncompiled(t, "aa", "bb", "--yes")
	if code != 0 || !strings.HasSuffix(stderr, "\nno changes: aa, bb\n") {
		t.Errorf("again: exit status %d\n%s", code, stderr)
	}
}

// The first failure ends it, before anything is deployed or between two stacks; the last
// lines say of each what became of it.
func TestDeployAllStopsAtAFailure(t *testing.T) {
	const finished, rolledBack, none = "CREATE_COMPLETE", "ROLLBACK_COMPLETE", "none"
	for name, test := range map[string]struct {
		arrange func(*cloudformation.Fake)
		args    []string
		code    int
		states  []string
		results []string
		summary string
	}{
		"proposing": {refuse, nil, 2, []string{none, none, none}, []string{"not deployed", "failed", "not deployed"},
			"failed: bb\nnot deployed: aa, cc\nsfngen: 3 of 3 stacks not done\n"},
		"proposing, and going on": {refuse, []string{"--keep-going"}, 2, []string{finished, none, finished},
			[]string{"deployed", "failed", "deployed"}, "deployed: aa, cc\nfailed: bb\nsfngen: 1 of 3 stacks not done\n"},
		"executing": {fail3, nil, 1, []string{finished, rolledBack, none}, []string{"deployed", "failed", "not deployed"},
			"deployed: aa\nfailed: bb\nnot deployed: cc\nsfngen: 2 of 3 stacks not done\n"},
		"executing, and going on": {fail3, []string{"--keep-going"}, 1, []string{finished, rolledBack, finished},
			[]string{"deployed", "failed", "deployed"}, "deployed: aa, cc\nfailed: bb\nsfngen: 1 of 3 stacks not done\n"},
	} {
		t.Run(name, func(t *testing.T) {
			stacks := inProject(t)
			test.arrange(stacks)
			code, stdout, stderr := deployUncompiled(t, append([]string{"--all", "--yes", "--json"}, test.args...)...)
			if code != test.code || !strings.HasSuffix(stderr, test.summary) {
				t.Errorf("exit status %d\n%s", code, stderr)
			}
			var records []struct{ Stack, Result, Error string }
			if err := json.Unmarshal([]byte(stdout), &records); err != nil {
				t.Fatalf("%v\n%s", err, stdout)
			}
			var results []string
			for _, r := range records {
				results = append(results, r.Result)
				if r.Result == "failed" && r.Error == "" || r.Result == "deployed" && r.Error != "" {
					t.Errorf("%+v", r)
				}
			}
			if diff := cmp.Diff(test.results, results); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.states, states3(stacks)); diff != "" {
				t.Errorf("in AWS (-want +got):\n%s", diff)
			}
			if left := stacks.ChangeSets(); len(left) > 0 {
				t.Errorf("change sets are left: %v", left)
			}
		})
	}
}

// Of all stacks those of some environments can be meant; of one STACK it is one.
func TestDeployAllOfEnvironments(t *testing.T) {
	stacks := inProject(t)
	write(t, "apis/bb.yaml", readFile(t, "apis/bb.yaml")+"environments: {dev: {}, staging: {}, prod: {}}\n")
	if code, _, stderr := run("build"); code != 0 {
		t.Fatal(stderr)
	}
	for _, flags := range [][]string{{"--env", "dev,staging"}, {"--env", "dev", "--env", "staging"}} {
		code, _, stderr := deployUncompiled(t, append([]string{"--all", "--dry-run"}, flags...)...)
		if code != 0 || !strings.HasSuffix(stderr, "\nwould change: bb-dev, bb-staging\n") {
			t.Errorf("%v: exit status %d\n%s", flags, code, stderr)
		}
	}
	const two = "sfngen: --env names dev and prod, but a STACK means one of them; several are for all stacks\n"
	for _, command := range []string{"deploy", "status"} {
		if code, _, stderr := run(command, "bb", "--env", "dev,prod"); code != 2 || stderr != two {
			t.Errorf("%s: exit status %d\n%s", command, code, stderr)
		}
	}
	stacks.Put(cloudformation.Stack{Name: "bb-prod", Status: "CREATE_COMPLETE", Template: readFile(t, "stacks/bb-prod/template.yaml")})
	code, stdout, stderr := run("status", "--env", "dev,prod")
	if code != 2 || !strings.HasPrefix(stdout, "bb-prod in ") || !strings.HasSuffix(stderr, "\nsfngen: no status of 1 of 2 stacks\n") {
		t.Errorf("status: exit status %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := run("status", "--env", "test,qa"); code != 2 || !strings.HasPrefix(stderr, "sfngen: no stack in stacks is of the "+
		"environment test or qa: ") {
		t.Errorf("status of none: exit status %d\n%s", code, stderr)
	}
}

// CloudFormation goes on with the stack whose turn it is; nothing else begins.
func TestDeployAllInterrupted(t *testing.T) {
	stacks := inProject(t)
	ctx, cancel := context.WithCancel(t.Context())
	stacks.Before = func(action string, form url.Values) *cloudformation.Error {
		if action == "ExecuteChangeSet" && strings.Contains(form.Get("StackName"), "/bb/") {
			cancel()
		}
		return nil
	}
	code, _, stderr := deployUncompiledIn(ctx, t, "--all", "--yes", "--keep-going")
	if code != 2 || !strings.Contains(stderr, "\nsfngen: bb: the deployment continues in AWS: ") || strings.Contains(stderr, "failed") ||
		!strings.Contains(stderr, "\ndeployed: aa\nstill deploying: bb\nnot deployed: cc\n") {
		t.Errorf("exit status %d\n%s", code, stderr)
	}
	if got := states3(stacks); got[0] != "CREATE_COMPLETE" || !strings.HasPrefix(got[1], "CREATE_") || got[2] != "none" {
		t.Errorf("in AWS: %v", got)
	}
}

// What is refused before AWS is asked for anything.
func TestDeployAllRefusals(t *testing.T) {
	stacks := inProject(t)
	if err := os.Mkdir("empty", 0o777); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"deploy"}, "sfngen: deploy needs a STACK, or --all for every stack of the project; see 'sfngen deploy --help'\n"},
		{[]string{"deploy", "aa", "--all"}, "sfngen: deploy takes STACK or --all, not both; see 'sfngen deploy --help'\n"},
		{[]string{"deploy", "aa", "stacks/aa", "--yes"}, "sfngen: deploy was given aa twice; see 'sfngen deploy --help'\n"},
		{[]string{"deploy", "aa", "bb", "--stack-name", "x"}, "sfngen: --stack-name is about one stack: name that one alone\n"},
		{[]string{"deploy", "--all", "--execute", "x"}, "sfngen: --execute is about one stack: name that one alone\n"},
	} {
		if code, _, stderr := run(test.args...); code != 2 || stderr != test.want || len(stacks.Calls()) > 0 {
			t.Errorf("%v: exit status %d\n%swant\n%s", test.args, code, stderr, test.want)
		}
	}
	write(t, "apis/dd.yaml", strings.Replace(deploySpec, "orders", "dd", 1))
	if code, _, stderr := run("deploy", "--all", "--yes"); code != 2 || !strings.Contains(stderr, "there is no folder stacks/dd; sfngen "+
		"build writes it") {
		t.Errorf("not built: exit status %d\n%s", code, stderr)
	}
	write(t, "apis/dd.yaml", strings.Replace(deploySpec, "orders", "cc", 1))
	if code, _, stderr := run("deploy", "--all", "--yes"); code != 2 || !strings.Contains(stderr, `"cc" is the name of apis/cc.yaml too`) {
		t.Errorf("two of one name: exit status %d\n%s", code, stderr)
	}
	t.Chdir("empty")
	if code, _, stderr := run("deploy", "--all", "--yes"); code != 2 || !strings.Contains(stderr, "there is no file sfngen.yaml here or "+
		"above") {
		t.Errorf("no project: exit status %d\n%s", code, stderr)
	}
	if len(stacks.Calls()) > 0 {
		t.Errorf("AWS was asked: %v", stacks.Calls())
	}
}
