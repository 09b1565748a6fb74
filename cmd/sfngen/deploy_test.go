package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
)

// deploySpec is for this machine's architecture, for which Go's build cache has more.
var deploySpec = "version: 1\nname: orders\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 2}\narchitecture: " +
	architecture() + "\n"

func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}

// inRegion is a folder with a built stack, and an AWS for it.
func inRegion(t *testing.T) (*cloudformation.Fake, *s3.Server) {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", deploySpec)
	if code, _, stderr := run("build", "orders.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	stacks, buckets := &cloudformation.Fake{Pace: 100}, s3.New(fakeaws.Account)
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": stacks, "s3": buckets, "lambda": lambda.New(nil), "states": states.New()})
	return stacks, buckets
}

// Who stops reading does not stop what is cleaned up behind a dry run.
func TestDryRunOutlivesItsReaders(t *testing.T) {
	withStubGo(t)
	stacks, buckets := inRegion(t)
	buckets.Add("zips", s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region})
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	c := exec.Command("sfngen", "deploy", "orders", "--dry-run", "--bucket", "zips")
	c.Stdout = writer
	var stderr strings.Builder
	c.Stderr = &stderr
	err = c.Run()
	writer.Close()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(stderr.String(),
		"sfngen: nothing was deployed, and what would change could not be written: ") {
		t.Errorf("%v\n%s", err, stderr.String())
	}
	if stacks.Stack("orders") != nil || len(stacks.ChangeSets()) > 0 {
		t.Errorf("left: %v, %v", stacks.Stack("orders"), stacks.ChangeSets())
	}
}

// The whole way with the Lambdas compiled: a bucket is made on request only, a
// second deployment has nothing to do, and destroy takes it all away.
func TestDeployFromFolderToStackAndBack(t *testing.T) {
	stacks, buckets := inRegion(t)
	code, stdout, stderr := run("deploy", "orders", "--yes")
	if code != 2 || stdout != "" ||
		!strings.HasSuffix(stderr, "\nsfngen: no bucket for the zips of the Lambdas: --create-bucket creates "+
			"sfngen-artifacts-123456789012-eu-central-1 (private, encrypted, versioned), "+
			"which later deployments use without naming it; --bucket names one that you have in eu-central-1\n") ||
		strings.Contains(stderr, "compiling") {
		t.Fatalf("without a bucket: exit status %d\n%s%s%v", code, stdout, stderr, buckets.Calls())
	}
	code, stdout, stderr = run("deploy", "orders", "--yes", "--create-bucket")
	if code != 0 || !strings.HasPrefix(stdout, "FunctionUrl           value-of-FunctionUrl-of-orders\n") || strings.Count(stdout, "\n") != 5 {
		t.Fatalf("exit status %d\n%s\n%s", code, stdout, stderr)
	}
	const bucket = "sfngen-artifacts-123456789012-eu-central-1"
	s := stacks.Stack("orders")
	for _, want := range []string{"stack orders in eu-central-1 of account 123456789012, as " + fakeaws.Caller + "\n",
		"created the bucket " + bucket + "\n", "\ndeployed orders in "} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in\n%s", want, stderr)
		}
	}
	for _, p := range s.Parameters[1:] {
		if o, there := buckets.Object(bucket, p.Value); !there || len(o.Body) < 1<<20 {
			t.Errorf("%s: %d bytes are in the bucket", p.Value, len(o.Body))
		}
	}
	code, stdout, stderr = run("deploy", "orders", "--yes", "--json")
	var outcome struct {
		Mode    string
		Status  string
		Changed bool
		Outputs map[string]string
	}
	if err := json.Unmarshal([]byte(stdout), &outcome); err != nil || code != 0 || outcome.Changed || outcome.Mode != "execute" ||
		outcome.Status != "CREATE_COMPLETE" || len(outcome.Outputs) != 5 {
		t.Errorf("nothing to do: exit status %d, %v\n%s%s", code, err, stdout, stderr)
	}
	code, stdout, _ = run("status", "orders")
	want := "orders in eu-central-1 of account 123456789012: CREATE_COMPLETE, last deployed " + s.Updated.Format(time.DateTime) + " UTC\n" +
		"runs " + s.Parameters[1].Value + " and " + s.Parameters[2].Value + " of the bucket " + bucket +
		"\nits template is that of stacks/orders\nFunctionUrl           value-of-FunctionUrl-of-orders\n"
	if code != 0 || !strings.HasPrefix(stdout, want) {
		t.Errorf("status: exit status %d (-want +got)\n%s", code, cmp.Diff(want, stdout))
	}
	code, stdout, stderr = run("destroy", "orders", "--yes")
	if code != 0 || stdout != "" || stacks.Stack("orders") != nil ||
		!strings.Contains(stderr, "\nthe bucket "+bucket+" and the zips in it stay\n") {
		t.Errorf("destroy: exit status %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := run("status", "orders"); code != 2 || !strings.HasPrefix(stderr,
		"sfngen: no such CloudFormation stack orders in eu-central-1 of account 123456789012: sfngen deploy creates it") {
		t.Errorf("status of nothing: exit status %d\n%s", code, stderr)
	}
	if code, _, stderr := run("destroy", "orders", "--yes"); code != 0 || !strings.HasSuffix(stderr,
		"\nnothing to destroy: there is no stack orders in eu-central-1 of account 123456789012; --stack-name, --region and --profile look "+
			"elsewhere\n") {
		t.Errorf("again: exit status %d\n%s", code, stderr)
	}
}

// CI reads the exit status: a failure that is CloudFormation's, or a no, is 1, and
// everything that kept it from beginning is 2.
func TestDeployExitStatus(t *testing.T) {
	ended := func(kind deploy.Kind) error {
		return &deploy.Error{Kind: kind, Stack: "orders", Message: cloud.Message{What: "deploying orders failed", Why: "Rate exceeded"}}
	}
	for name, c := range map[string]struct {
		err      error
		findings bool
		stdout   string
	}{
		"failed": {ended(deploy.Failed), true,
			"{\n  \"stack\": \"orders\",\n  \"mode\": \"execute\",\n  \"status\": \"ROLLBACK_COMPLETE\",\n  \"changed\": true,\n  " +
				"\"changes\": [],\n  \"outputs\": {},\n  \"reason\": \"Rate exceeded\"\n}\n"},
		"refused":     {&deploy.RemainsError{Err: ended(deploy.Refused), Remains: "nothing was changed"}, true, ""},
		"declined":    {&deploy.RemainsError{Err: ended(deploy.Declined), Remains: "nothing was changed"}, true, ""},
		"drifted":     {ended("drifted"), false, ""},
		"interrupted": {&deploy.RemainsError{Err: context.Canceled, Remains: "nothing was changed"}, false, ""},
	} {
		var stdout, stderr strings.Builder
		command := &cobra.Command{}
		command.SetOut(&stdout)
		command.SetErr(&stderr)
		outcome := deploy.Outcome{Stack: "orders", Status: "ROLLBACK_COMPLETE", Changed: true, Reason: "Rate exceeded"}
		err := (&deployFlags{format: format{word: formatJSON}}).report(command, outcome, c.err)
		said := map[bool]string{true: "sfngen: " + c.err.Error() + "\n"}[c.findings]
		if errors.Is(err, errFindings) != c.findings || err == nil || stdout.String() != c.stdout || stderr.String() != said {
			t.Errorf("%s: %v, stdout %q, stderr %q, want %q and %q", name, err, stdout.String(), stderr.String(), c.stdout, said)
		}
	}
}

// What is refused before AWS is asked for anything.
func TestDeployRefusals(t *testing.T) {
	other := strings.Replace(deploySpec, "orders", "other", 1)
	for name, c := range map[string]struct {
		arrange func(t *testing.T)
		args    []string
		want    string // the last line of stderr
	}{
		"nobody to ask": {args: []string{"deploy", "orders"},
			want: "sfngen: there is nobody to ask (stdin or stderr is not a terminal): use --yes to continue without a question"},
		"nobody to ask either": {args: []string{"destroy", "orders"},
			want: "sfngen: there is nobody to ask (stdin or stderr is not a terminal): use --yes to continue without a question"},
		"stale": {
			arrange: func(t *testing.T) {
				write(t, "stacks/orders/template.yaml", readFile(t, "stacks/orders/template.yaml")+"# by hand\n")
			},
			args: []string{"deploy", "orders", "--yes"},
			want: "sfngen: stacks/orders no longer matches orders.yaml: template.yaml differs; see it with 'sfngen diff orders.yaml', update " +
				"it with 'sfngen build orders.yaml', or deploy the folder unchanged with --stale",
		},
		"no spec": {
			arrange: func(t *testing.T) { write(t, "orders.yaml", other) }, args: []string{"deploy", "orders", "--yes"},
			want: "sfngen: no spec of orders (a .yaml or .yml file with 'name: orders') in ., stacks; name it with --spec FILE, or leave out " +
				"the comparison with it by --stale",
		},
		"another's spec": {
			arrange: func(t *testing.T) { write(t, "other.yaml", other) }, args: []string{"deploy", "orders", "--yes", "--spec", "other.yaml"},
			want: "sfngen: other.yaml is the spec of other, but stacks/orders is the stack of orders",
		},
		"a broken spec": {
			arrange: func(t *testing.T) { write(t, "orders.yaml", deploySpec+"extra: 1\n") }, args: []string{"deploy", "orders", "--yes"},
			want: "sfngen: the spec has errors, so there is nothing to compare with",
		},
		"an empty bucket": {args: []string{"deploy", "orders", "--yes", "--bucket", ""},
			want: `sfngen: invalid argument "" for "--bucket" flag: is empty; leave the flag out, or give it a value; see 'sfngen deploy --help'`},
		"a bucket's URL": {args: []string{"deploy", "orders", "--yes", "--bucket", "s3://zips"},
			want: `sfngen: --bucket "s3://zips": give the bucket's name alone, such as my-artifacts`},
		"no bucket's name": {args: []string{"deploy", "orders", "--yes", "--bucket", "Bad_Bucket!"},
			want: `sfngen: --bucket "Bad_Bucket!": a bucket's name has lower-case letters, digits, hyphens and dots, and begins and ends with a ` +
				`letter or digit`},
		"no account": {args: []string{"deploy", "orders", "--yes", "--bucket-owner", "1234-5678-9012"},
			want: `sfngen: --bucket-owner "1234-5678-9012": give the 12 digits of an AWS account's ID, such as 123456789012`},
		"a change set that is there, and a new one": {args: []string{"deploy", "orders", "--yes", "--execute", "x", "--dry-run"},
			want: "sfngen: --dry-run and --execute cannot be used together; see 'sfngen deploy --help'"},
		"two ways with drift": {args: []string{"deploy", "orders", "--drifted", "--revert-drift"},
			want: "sfngen: --drifted and --revert-drift cannot be used together; see 'sfngen deploy --help'"},
		"no stack": {args: []string{"deploy", "stacks/none", "--yes"},
			want: "sfngen: no such stack: there is no folder stacks/none; sfngen build writes it from a spec"},
	} {
		t.Run(name, func(t *testing.T) {
			stacks, _ := inRegion(t)
			if c.arrange != nil {
				c.arrange(t)
			}
			code, stdout, stderr := run(c.args...)
			lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
			if last := lines[len(lines)-1]; code != 2 || stdout != "" || last != c.want || len(stacks.Calls()) > 0 {
				t.Errorf("exit status %d, stdout %q, calls %v\ngot  %s\nwant %s", code, stdout, stacks.Calls(), last, c.want)
			}
		})
	}
}

// What --create-bucket has made is found again, whatever became of the deployment,
// and so it is by other stacks.
func TestDeployFindsTheBucketOfTheAccount(t *testing.T) {
	withStubGo(t)
	stacks, buckets := inRegion(t)
	stacks.RefuseChangeSet = "not today"
	code, _, stderr := run("deploy", "orders", "--yes", "--create-bucket")
	const bucket = "sfngen-artifacts-123456789012-eu-central-1"
	if code != 1 || !strings.HasSuffix(stderr, "; the new bucket "+bucket+" stays, and so do the uploaded zips in it, for the next time\n") {
		t.Fatalf("exit status %d\n%s", code, stderr)
	}
	stacks.RefuseChangeSet = ""
	if code, _, stderr := run("deploy", "orders", "--yes"); code != 0 || strings.Contains(stderr, "uploaded") {
		t.Errorf("again: exit status %d\n%s", code, stderr)
	}
	buckets.Add("sfngen-artifacts-123456789012-us-east-1", s3.Bucket{Owner: "999999999999", Region: "us-east-1", Shared: true})
	code, _, stderr = run("deploy", "orders", "--yes", "--stack-name", "second", "--region", "us-east-1")
	if code != 2 || !strings.Contains(stderr,
		"\nsfngen: no bucket is named with --bucket, and the account's cannot be used: S3 refuses the bucket "+
			"sfngen-artifacts-123456789012-us-east-1 as one of account 123456789012: ") {
		t.Errorf("another account's: exit status %d\n%s", code, stderr)
	}
}

// A folder stands for the stack of its spec: another spec's is not destroyed by it.
func TestDestroyFolderOfAnotherSpec(t *testing.T) {
	withStubGo(t)
	stacks, buckets := inRegion(t)
	buckets.Add("zips", s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region})
	if code, _, stderr := run("deploy", "orders", "--yes", "--bucket", "zips"); code != 0 {
		t.Fatal(stderr)
	}
	write(t, "other.yaml", strings.Replace(deploySpec, "orders", "other", 1))
	if code, _, stderr := run("build", "other.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	code, _, stderr := run("destroy", "other", "--stack-name", "orders", "--yes")
	if code != 2 || !strings.HasSuffix(stderr,
		"\nsfngen: the CloudFormation stack orders in eu-central-1 of account 123456789012 was deployed from another spec, orders, not "+
			"other: choose another name with --stack-name\n") || stacks.Stack("orders") == nil {
		t.Errorf("exit status %d\n%s", code, stderr)
	}
}

// --stale deploys what is there, and --stack-name under another name; the zips are
// under the spec's all the same. The command that is told executes it.
func TestDeployStaleUnderAnotherName(t *testing.T) {
	withStubGo(t)
	stacks, buckets := inRegion(t)
	buckets.Add("zips", s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region})
	if err := os.Remove("orders.yaml"); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run("deploy", "orders", "--stale", "--stack-name", "orders-blue", "--bucket", "zips", "--no-execute")
	if s := stacks.Stack("orders-blue"); code != 0 || s == nil || s.Status != "REVIEW_IN_PROGRESS" || len(stacks.ChangeSets()) != 1 ||
		!strings.HasSuffix(stdout, "15 changes: 15 created\n") {
		t.Fatalf("exit status %d, %v\n%s%s", code, s, stdout, stderr)
	}
	_, told, _ := strings.Cut(stderr, "\n  sfngen ")
	command := strings.Fields(told)
	if want := []string{"deploy", "stacks/orders", "--execute", stacks.ChangeSets()[0], "--stack-name",
		"orders-blue"}; !slices.Equal(command, want) {
		t.Fatalf("to be pasted: %q, want %q", command, want)
	}
	code, stdout, stderr = run(append(command, "--yes")...)
	s := stacks.Stack("orders-blue")
	if code != 0 || s == nil || s.Status != "CREATE_COMPLETE" || !strings.HasPrefix(stdout, "FunctionUrl ") ||
		strings.Contains(stderr, "compiling") {
		t.Fatalf("exit status %d, %v\n%s%s", code, s, stdout, stderr)
	}
	for _, p := range s.Parameters[1:] {
		if _, there := buckets.Object("zips", p.Value); !there || !strings.HasPrefix(p.Value, "orders/") {
			t.Errorf("the key is %s, and in the bucket: %v", p.Value, there)
		}
	}
}

// --stale deploys a template that somebody has edited, and says so; of one that sfngen
// wrote there is nothing to say.
func TestDeployStaleSaysWhatWasEdited(t *testing.T) {
	withStubGo(t)
	for _, edited := range []bool{false, true} {
		_, buckets := inRegion(t)
		buckets.Add("zips", s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region})
		if edited {
			text := readFile(t, "stacks/orders/template.yaml")
			write(t, "stacks/orders/template.yaml", strings.Replace(text, "MemorySize: 128", "MemorySize: 256", 1))
		}
		code, _, stderr := run("deploy", "orders", "--stale", "--bucket", "zips", "--dry-run")
		const note = "note: stacks/orders/template.yaml is not as sfngen wrote it, and is deployed\n"
		if code != 0 || strings.Contains(stderr, note) != edited {
			t.Errorf("edited: %t: exit status %d\n%s", edited, code, stderr)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestConsent(t *testing.T) {
	for typed, want := range map[string]bool{"y\n": true, "Yes\n": true, "yes": true, "\n": false, "n\n": false, "yep\n": false} {
		c := &cobra.Command{}
		var asked strings.Builder
		c.SetIn(strings.NewReader(typed))
		c.SetErr(&asked)
		got, err := (&consent{}).ask(c)(t.Context(), "deploy this?")
		if got != want || err != nil || asked.String() != "deploy this? [y/N] " {
			t.Errorf("%q: %v, %v, asked %q", typed, got, err, asked.String())
		}
	}
	c := &cobra.Command{}
	c.SetErr(io.Discard)
	c.SetIn(strings.NewReader(""))
	if _, err := (&consent{}).ask(c)(t.Context(), "?"); !errors.Is(err, errNoAnswer) {
		t.Errorf("the end of the input: %v", err)
	}
	idle, writer := io.Pipe()
	defer writer.Close()
	c.SetIn(idle)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (&consent{}).ask(c)(ctx, "?"); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupt: %v", err)
	}
	if got, err := (&consent{yes: true}).ask(c)(t.Context(), "?"); !got || err != nil {
		t.Errorf("--yes: %v, %v", got, err)
	}
}
