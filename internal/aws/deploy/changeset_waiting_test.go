package deploy

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// left is a world in which --no-execute has left a change set of this name.
func left(t *testing.T, update bool) (w *rig, name string) {
	t.Helper()
	w = newRig(t)
	w.fake.Pace = 100
	if update {
		w.deployed(nil)
		w.version = "2"
	}
	d := w.deployment()
	d.Mode = NoExecute
	if _, err := d.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.out.Reset()
	return w, "sfngen-20261124T103000Z-00000001"
}

// resumed is a deployment that must neither compile nor look for a bucket.
func (w *rig) resumed(set string) *Deployment {
	d := w.deployment()
	d.ChangeSet = set
	d.Pack = func(context.Context, func(string)) ([]pack.Artifact, error) { return nil, errors.New("compiled") }
	w.toS3 = func(r *http.Request) { w.t.Errorf("S3 is asked: %s %s", r.Method, r.URL) }
	return d
}

// What --no-execute has left is shown, asked about, and followed to its end.
func TestExecuteWhatWasLeft(t *testing.T) {
	for _, c := range []struct {
		update bool
		status types.StackStatus
		begins string
		asked  string
	}{
		{false, "CREATE_COMPLETE", "  + CallerPolicy ", "deploy these 17 changes to acme-orders in eu-central-1 of account 123456789012?"},
		{true, "UPDATE_COMPLETE", "  ~ Egress1       Lambda of egress 1          new code\n", "deploy these 4 changes to acme-orders in " +
			"eu-central-1 of account 123456789012?"},
	} {
		w, set := left(t, c.update)
		w.fake.PageSize = 3
		outcome, err := w.resumed(set).Run(t.Context())
		wantError(t, err, "")
		if !strings.HasPrefix(w.said(), c.begins) || !strings.Contains(w.said(), "\ndeployed acme-orders in ") {
			t.Errorf("%s: said\n%s", c.status, w.said())
		}
		if outcome.Status != c.status || !outcome.Changed || outcome.Outputs["FunctionUrl"] == "" {
			t.Errorf("%s: %+v", c.status, outcome)
		}
		if diff := cmp.Diff([]string{c.asked}, w.asked); diff != "" {
			t.Errorf("%s: asked (-want +got)\n%s", c.status, diff)
		}
	}
}

// Whoever says no, or stops in time, leaves the change set as it was; a failure
// begins with its reason.
func TestExecuteThatEndsEarly(t *testing.T) {
	const same = "nothing was changed: the change set is as it was"
	for name, c := range map[string]struct {
		arrange func(w *rig) context.Context
		want    string // begins the error
	}{
		"declined":    {func(w *rig) context.Context { w.answer = false; return t.Context() }, "declined\n" + same},
		"interrupted": {func(w *rig) context.Context { return w.interrupt("DescribeStackEvents", 1) }, same},
		"not begun": {func(w *rig) context.Context {
			w.fake.Before = refuse("ExecuteChangeSet", &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"})
			return t.Context()
		}, "executing the change set: "},
		"failed": {func(w *rig) context.Context {
			w.fake.Fails = map[string]string{"Egress1": "Rate exceeded"}
			return t.Context()
		}, "deploying acme-orders failed at Egress1 (Lambda of egress 1): Rate exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			w, set := left(t, true)
			ctx := c.arrange(w)
			_, err := w.resumed(set).Run(ctx)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || (name == "not begun") && !strings.HasSuffix(err.Error(), "\n"+same) {
				t.Fatalf("%v", err)
			}
			if there := slices.Contains(w.fake.ChangeSets(), set); there != (name != "failed") {
				t.Errorf("change sets %v", w.fake.ChangeSets())
			}
		})
	}
}

// A user who stops watching sees how to stop the work, which is possible for an update.
func TestExecuteGoesOn(t *testing.T) {
	const goesOn = "the deployment continues in AWS: " + cli + "describe-stack-events" + here +
		" shows it, and 'sfngen deploy ../../../golden/acme-orders' once more says how far it is"
	for update, want := range map[bool]string{false: goesOn, true: goesOn + "; " + cli + "cancel-update-stack" + here +
		" stops it and rolls it back"} {
		w, set := left(t, update)
		w.fake.Pace = 1
		_, err := w.resumed(set).Run(w.interrupt("DescribeStacks", 3))
		wantError(t, err, want)
	}
}

// What cannot be executed, with what could be.
func TestExecuteWhatCannotBe(t *testing.T) {
	const begin = "the change set theirs of the stack acme-orders cannot be executed: "
	// theirs makes one in a deployed stack.
	theirs := func(w *rig, text string) {
		w.deployed(nil)
		_, err := w.session.Cloud.CloudFormation().CreateChangeSet(t.Context(), &sdk.CreateChangeSetInput{
			StackName: aws.String("acme-orders"), ChangeSetName: aws.String("theirs"), ChangeSetType: types.ChangeSetTypeUpdate, TemplateBody: &text,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	// describe makes one of ours, and is what DescribeChangeSet says of it.
	describe := func(w *rig, fields string) {
		theirs(w, template(t))
		w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
			if action != "DescribeChangeSet" {
				return false
			}
			_, err := rw.Write([]byte(`<DescribeChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">` +
				`<DescribeChangeSetResult><ChangeSetId>theirs</ChangeSetId><StackId>` +
				w.fake.Stack("acme-orders").ID + `</StackId>` + fields + `</DescribeChangeSetResult></DescribeChangeSetResponse>`))
			if err != nil {
				t.Error(err)
			}
			return true
		}
	}
	for name, c := range map[string]struct {
		arrange func(w *rig)
		want    string
	}{
		"there is no stack": {func(*rig) {}, "there is no such stack in eu-central-1 of account 123456789012; --stack-name, --region and " +
			"--profile look elsewhere"},
		"there is none": {func(w *rig) { w.deployed(nil) }, "there is none of this name, or no longer; no other one of sfngen's is waiting: " +
			"deploy to create one"},
		"not sfngen's": {func(w *rig) { theirs(w, "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n") },
			"it was not created from a template of sfngen's"},
		"another spec's": {func(w *rig) { theirs(w, template(t, "Value: acme-orders", "Value: beta", "acme-orders", "beta")) },
			"it was created from another spec, beta, not acme-orders"},
		"obsolete": {func(w *rig) {
			describe(w, "<Status>CREATE_COMPLETE</Status><ExecutionStatus>OBSOLETE</ExecutionStatus>")
		}, "the stack has changed since it was created; deploy again to see what remains to be done"},
		"failed": {func(w *rig) {
			describe(w, "<Status>FAILED</Status><ExecutionStatus>UNAVAILABLE</ExecutionStatus><StatusReason>Limit exceeded</StatusReason>")
		}, "it is in FAILED, its execution in UNAVAILABLE. Limit exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			c.arrange(w)
			_, err := w.resumed("theirs").Run(t.Context())
			wantError(t, err, begin+c.want)
			if KindOf(err) != notExecutable || slices.Contains(w.fake.Calls(), "ExecuteChangeSet") || len(w.asked) > 0 {
				t.Errorf("%#v; calls %v; asked %v", err, w.fake.Calls(), w.asked)
			}
		})
	}
	w, set := left(t, true)
	_, err := w.resumed("theirs").Run(t.Context())
	wantError(t, err, begin+"there is none of this name, or no longer; waiting: "+set)
	other, text := "beta", template(t)
	out, err := w.session.Cloud.CloudFormation().CreateChangeSet(t.Context(), &sdk.CreateChangeSetInput{
		StackName: &other, ChangeSetName: aws.String("theirs"), ChangeSetType: types.ChangeSetTypeCreate, TemplateBody: &text,
	})
	if err != nil {
		t.Fatal(err)
	}
	arn := aws.ToString(out.Id)
	_, err = w.resumed(arn).Run(t.Context())
	wantError(t, err, "the change set "+arn+" of the stack acme-orders cannot be executed: it belongs to another stack, "+
		aws.ToString(out.StackId))
}

// A second one names the first: one execution deletes all others.
func TestNoExecuteTellsOfOthers(t *testing.T) {
	w, first := left(t, true)
	w.version = "3"
	w.now = w.now.AddDate(0, 0, 1)
	d := w.deployment()
	d.Mode = NoExecute
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	want := "\nnote: sfngen has created 1 other change set that can still be executed: " + first + "; executing one deletes the others\n"
	if !strings.Contains(w.said(), want) {
		t.Errorf("not said: %s\n%s", want, w.said())
	}
	w.now = w.now.AddDate(0, 0, 1)
	w.out.Reset()
	w.fake.Before = refuse("ListChangeSets", &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"})
	_, err = d.Run(t.Context())
	wantError(t, err, "")
	if !strings.Contains(w.said(), "\nnote: whether other change sets are waiting is not known: ") {
		t.Errorf("said\n%s", w.said())
	}
	if all := w.fake.ChangeSets(); len(all) != 3 {
		t.Errorf("change sets %v", all)
	}
}

// Only what sfngen has created and can still be executed is named.
func TestNoExecuteTellsOfNoOthers(t *testing.T) {
	w := newRig(t)
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		if action != "ListChangeSets" {
			return false
		}
		list := ""
		for _, set := range []string{"theirs CREATE_COMPLETE AVAILABLE", "sfngen-old CREATE_COMPLETE OBSOLETE", "sfngen-bad FAILED UNAVAILABLE",
			"sfngen-b CREATE_COMPLETE AVAILABLE", "sfngen-a CREATE_COMPLETE AVAILABLE"} {
			f := strings.Fields(set)
			list += "<member><StackId>" + w.fake.Stack("acme-orders").ID + "</StackId><ChangeSetName>" + f[0] + "</ChangeSetName><Status>" + f[1] +
				"</Status><ExecutionStatus>" + f[2] + "</ExecutionStatus></member>"
		}
		_, err := rw.Write([]byte(`<ListChangeSetsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">` +
			`<ListChangeSetsResult><Summaries>` + list + `</Summaries></ListChangeSetsResult></ListChangeSetsResponse>`))
		if err != nil {
			t.Error(err)
		}
		return true
	}
	d := w.deployment()
	d.Mode = NoExecute
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	const want = "\nnote: sfngen has created 2 other change sets that can still be executed: sfngen-a, sfngen-b; executing one deletes " +
		"the others\n"
	if !strings.Contains(w.said(), want) {
		t.Errorf("not said: %s\n%s", want, w.said())
	}
}
