package deploy

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscloudformation "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

const stillThere = "the empty stack that it created is still being deleted: " + cli + "wait stack-delete-complete" + here + " waits for it"

const deletedChangeSet = `<DeleteChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">` +
	`<DeleteChangeSetResult/></DeleteChangeSetResponse>`

// deleting lets a deletion take as many looks at the stack as that; CloudFormation
// deletes even an empty stack after its answer.
func (w *rig) deleting(looks int) {
	w.fake.Pace = 1
	begun := false
	w.cut = func(_ http.ResponseWriter, _ *http.Request, action string) bool {
		switch {
		case action == "DeleteStack":
			begun = true
		case action == "DescribeStacks" && begun:
			if looks--; looks == 0 {
				w.fake.Advance("acme-orders")
			}
		}
		return false
	}
}

// The next deployment would find DELETE_IN_PROGRESS: the end is waited for, and
// when it takes too long, that is said.
func TestTheEmptyStackIsGoneInTheEnd(t *testing.T) {
	const declined = "declined\nnothing was deployed: the change set is deleted"
	const zips = "; the uploaded zips stay in the bucket zips, for the next time"
	for name, c := range map[string]struct {
		looks int
		mode  Mode
		err   string
		said  string // at last
	}{
		"declined, soon":  {3, Execute, declined + ", and so is the empty stack that it created" + zips, "17 changes: 17 created\n"},
		"declined, late":  {1000, Execute, declined + "; " + stillThere + zips, "17 changes: 17 created\n"},
		"a dry run, soon": {3, DryRun, "", "asking CloudFormation what would change\ndry run: nothing was changed in AWS\n"},
		"a dry run, late": {1000, DryRun, "", "asking CloudFormation what would change\nnote: " + stillThere +
			"\ndry run: nothing was changed in AWS\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.answer = false
			w.deleting(c.looks)
			d := w.deployment()
			d.Mode, d.Bucket.Name, d.Results = c.mode, "zips", &bytes.Buffer{}
			began := w.now
			_, err := d.Run(t.Context())
			wantError(t, err, c.err)
			if !bytes.HasSuffix(w.out.Bytes(), []byte(c.said)) {
				t.Errorf("said\n%s", w.said())
			}
			if gone := w.fake.Stack("acme-orders") == nil; gone != (c.looks == 3) || w.now.Sub(began) > grace+2*time.Second {
				t.Errorf("the stack is gone: %v, after %v", gone, w.now.Sub(began))
			}
		})
	}
}

// Ctrl-C while it is waited for is no reason to say that it is gone.
func TestTheEmptyStackAfterAnInterrupt(t *testing.T) {
	w := newRig(t)
	w.deleting(1000)
	d := w.deployment()
	d.Bucket.Name = "zips"
	ctx, cancel := context.WithCancel(t.Context())
	d.Confirm = func(context.Context, string) (bool, error) {
		cancel()
		return false, context.Canceled
	}
	_, err := d.Run(ctx)
	wantError(t, err, "nothing was deployed: the change set is deleted; "+stillThere+"; the uploaded zips stay in the bucket zips, for "+
		"the next time")
}

// CloudFormation lists a change set for a while after it was deleted.
func TestTheOwnChangeSetIsStillListed(t *testing.T) {
	w := newRig(t)
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		if action != "DeleteChangeSet" {
			return false
		}
		_, _ = io.WriteString(rw, deletedChangeSet)
		return true
	}
	d := w.deployment()
	d.Mode, d.Bucket.Name, d.Results = DryRun, "zips", &bytes.Buffer{}
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	if s := w.fake.Stack("acme-orders"); s != nil {
		t.Errorf("the empty stack is left in %s", s.Status)
	}
}

// Somebody else's change set keeps the stack, on whichever page it is listed.
func TestTheStackOfAnotherChangeSetStays(t *testing.T) {
	w := newRig(t)
	w.fake.PageSize = 1
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool { // the own one is listed first, after it was deleted
		return action == "DeleteChangeSet" && w.answerXML(rw, 200, deletedChangeSet)
	}
	d := w.deployment()
	d.Bucket.Name = "zips"
	d.Confirm = func(ctx context.Context, _ string) (bool, error) {
		_, err := w.session.Cloud.CloudFormation().CreateChangeSet(ctx, &awscloudformation.CreateChangeSetInput{
			StackName: aws.String("acme-orders"), ChangeSetName: aws.String("theirs"),
			ChangeSetType: types.ChangeSetTypeCreate, TemplateBody: aws.String(template(t)),
		})
		return false, err
	}
	_, err := d.Run(t.Context())
	wantError(t, err, "declined\nnothing was deployed: the change set is deleted; the uploaded zips stay in the bucket zips, for the "+
		"next time")
	if w.fake.Stack("acme-orders") == nil {
		t.Error("the stack is deleted, and with it the change set of somebody else")
	}
}

// What answers in AWS's place may send the same page of changes for ever.
func TestChangesThatDoNotEnd(t *testing.T) {
	w := newRig(t)
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		if action == "DeleteChangeSet" {
			return w.answerXML(rw, 200, deletedChangeSet)
		}
		return action == "DescribeChangeSet" && w.answerXML(rw, 200,
			`<DescribeChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeChangeSetResult>`+
				`<Status>CREATE_COMPLETE</Status><NextToken>again</NextToken></DescribeChangeSetResult></DescribeChangeSetResponse>`)
	}
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	wantError(t, err, "reading the change set: AWS's list does not end: the same page comes again; is it AWS that answers? look at the "+
		"proxy and at AWS_ENDPOINT_URL"+
		"\nnothing was deployed: the change set is deleted, and so is the empty stack that it created; the uploaded zips stay in the bucket "+
		"zips, for the next time")
}
