package deploy

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// A dry run uploads nothing, executes nothing, and leaves no stack.
func TestDryRunLeavesNothing(t *testing.T) {
	w := newRig(t)
	d := w.deployment()
	w.removeBuckets()
	d.Mode, d.Bucket.Create = DryRun, true
	var results bytes.Buffer
	d.Results, d.Paint = &results, true // of what is said, not of results in a file
	outcome, err := d.Run(t.Context())
	wantError(t, err, "")
	w.wantSaid("compiling\nasking CloudFormation what would change\ndry run: nothing was changed in AWS\n")
	if strings.Contains(results.String(), "\x1b") || !strings.HasSuffix(results.String(), "17 changes: 17 created\n") {
		t.Errorf("the results are\n%s", results.String())
	}
	if w.fake.Stack("acme-orders") != nil || len(w.fake.ChangeSets()) > 0 || slices.Contains(w.buckets.Calls(), "CreateBucket "+own) ||
		len(w.asked) > 0 {
		t.Errorf("left: stack %v, change sets %v, S3 %v; asked %v", w.fake.Stack("acme-orders"), w.fake.ChangeSets(), w.buckets.Calls(), w.asked)
	}
	if !outcome.Changed || outcome.StackID != "" || outcome.Status != "" || outcome.Mode != DryRun {
		t.Errorf("outcome %+v", outcome)
	}
}

// A stack in REVIEW_IN_PROGRESS is somebody's: it and other change sets stay.
func TestDryRunKeepsWhatOthersHaveBegun(t *testing.T) {
	w := newRig(t)
	w.fake.Put(cloudformation.Stack{Name: "acme-orders", Status: "REVIEW_IN_PROGRESS"})
	d := w.deployment()
	d.Mode, d.Bucket.Name = DryRun, "zips"
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	if s := w.fake.Stack("acme-orders"); s == nil || s.Status != "REVIEW_IN_PROGRESS" || len(w.fake.ChangeSets()) > 0 {
		t.Errorf("the stack is %+v, change sets %v", s, w.fake.ChangeSets())
	}
}

// A dry run does not delete the stack that it created if somebody else uses it by then.
func TestDryRunKeepsWhatOthersBeginMeanwhile(t *testing.T) {
	w := newRig(t)
	d := w.deployment()
	d.Mode, d.Bucket.Name, d.Results = DryRun, "zips", &bytes.Buffer{}
	text, begun := template(t), false
	w.cut = func(_ http.ResponseWriter, _ *http.Request, action string) bool {
		if action == "DeleteChangeSet" && !begun {
			begun = true
			w.meanwhile(func() {
				_, err := d.Cloud.CloudFormation().CreateChangeSet(t.Context(), &sdk.CreateChangeSetInput{
					StackName: &d.Name, ChangeSetName: aws.String("theirs"), ChangeSetType: types.ChangeSetTypeCreate, TemplateBody: &text,
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		return false
	}
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	if diff := cmp.Diff([]string{"theirs"}, w.fake.ChangeSets()); diff != "" || w.fake.Stack("acme-orders") == nil {
		t.Errorf("change sets (-want +got)\n%s\nthe stack is %v", diff, w.fake.Stack("acme-orders"))
	}
}

func TestNoExecuteLeavesTheChangeSet(t *testing.T) {
	w := newRig(t)
	w.session.Flags = " --profile prod"
	d := w.deployment()
	d.Mode, d.Bucket.Name = NoExecute, "zips"
	outcome, err := d.Run(t.Context())
	wantError(t, err, "")
	if outcome.Status != "REVIEW_IN_PROGRESS" {
		t.Errorf("status %q", outcome.Status)
	}
	if got, want := (&Deployment{Session: w.session, Folder: w.folder, Name: "blue"}).deployCommand(), "sfngen deploy "+golden+
		" --stack-name blue --profile prod"; got != want {
		t.Errorf("command %q, want %q", got, want)
	}
	arn := outcome.ChangeSet
	if !strings.HasPrefix(arn, "arn:aws:cloudformation:eu-central-1:123456789012:changeSet/sfngen-20261124T103000Z-00000001/") ||
		len(w.fake.ChangeSets()) != 1 || len(w.uploaded()) != 2 {
		t.Fatalf("change set %q of %v, bucket %v", arn, w.fake.ChangeSets(), w.uploaded())
	}
	want := "the change set waits; the first of these commands shows it, the second asks and executes it:\n" +
		"  aws cloudformation describe-change-set --change-set-name " + arn + " --region eu-central-1\n" +
		"  sfngen deploy ../../../golden/acme-orders --execute sfngen-20261124T103000Z-00000001 --profile prod\n"
	if !strings.HasSuffix(w.said(), want) {
		t.Errorf("not said: %s\n%s", want, w.said())
	}
}

func TestDeclined(t *testing.T) {
	w := newRig(t)
	w.answer = false
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	wantError(t, err, "declined\nnothing was deployed: the change set is deleted, and so is the empty stack that it created; the uploaded "+
		"zips stay in the bucket zips, for the next time")
	if KindOf(err) != Declined || w.fake.Stack("acme-orders") != nil || len(w.fake.ChangeSets()) > 0 {
		t.Errorf("stack %v, change sets %v", w.fake.Stack("acme-orders"), w.fake.ChangeSets())
	}
}
