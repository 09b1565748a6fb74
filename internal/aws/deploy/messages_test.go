package deploy

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// A reason of AWS's is text, whatever braces it has.
func TestBracesInReasons(t *testing.T) {
	for _, reason := range []string{`Value must satisfy regular expression pattern: ^arn:aws:iam::\d{12}:role/.*`, "{x; rm -rf ~}", "{",
		"}{destroy}{{since}", "{failed}"} {
		w := newRig(t)
		w.deployed(func(s *cloudformation.Stack) {
			s.ID, s.Status = "arn:acme", "ROLLBACK_COMPLETE"
			s.Events = []cloudformation.Event{{ID: "1", LogicalID: "Egress1", PhysicalID: "e", Type: "AWS::Lambda::Function",
				Status: "CREATE_FAILED", Reason: reason}}
		})
		_, err := w.deployment().Run(t.Context())
		wantError(t, err, "the stack acme-orders is in ROLLBACK_COMPLETE: its first creation failed at Egress1 ("+strings.TrimRight(reason, ".")+
			") and was rolled back, so only its name remains; 'sfngen destroy acme-orders' deletes that, then deploy again")
	}
}

// What cannot be rolled back is what may be skipped; that the update itself failed
// at another resource is said first.
func TestSkipOnlyWhatWasNotRolledBack(t *testing.T) {
	w := newRig(t)
	w.deployed(func(s *cloudformation.Stack) {
		s.ID, s.Status = "arn:acme", "UPDATE_ROLLBACK_FAILED"
		stack := func(status, reason string) cloudformation.Event {
			return cloudformation.Event{ID: status, LogicalID: "acme-orders", PhysicalID: "arn:acme", Type: "AWS::CloudFormation::Stack",
				Status: status, Reason: reason}
		}
		s.Events = []cloudformation.Event{ // the newest first
			stack("UPDATE_ROLLBACK_FAILED", ""),
			{ID: "2", LogicalID: "Egress1", PhysicalID: "e", Type: "AWS::Lambda::Function", Status: "UPDATE_FAILED", Reason: "Still internal"},
			stack("UPDATE_ROLLBACK_IN_PROGRESS", ""),
			{ID: "1", LogicalID: "Egress2", PhysicalID: "f", Type: "AWS::Lambda::Function", Status: "UPDATE_FAILED", Reason: "Internal"},
			stack("UPDATE_IN_PROGRESS", "User Initiated"),
		}
	})
	_, err := w.deployment().Run(t.Context())
	wantError(t, err, "the stack acme-orders is in UPDATE_ROLLBACK_FAILED: an update failed, and so did rolling it back at Egress1 (Still "+
		"internal); fix what prevented it, then "+
		cli+"continue-update-rollback"+here+" (with --resources-to-skip Egress1 for what cannot be fixed), then deploy again")
}

// S3 may have what it has not answered for.
func TestUploadThatIsNotAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		file, end string // the file's name in its key; the end of the error
	}{
		"the first": {"/egress-", "\nnothing was deployed; whether egress.zip is in the bucket zips is not known, and is harmless"},
		"the second": {"/orchestrator-", "\nnothing was deployed; the uploaded zips stay in the bucket zips, for the next time; whether " +
			"orchestrator.zip is in the bucket zips is not known, and is harmless"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.toS3 = func(r *http.Request) {
				if r.Method == http.MethodPut && strings.Contains(r.URL.Path, c.file) {
					panic(http.ErrAbortHandler) // the connection breaks
				}
			}
			d := w.deployment()
			d.Bucket.Name = "zips"
			_, err := d.Run(t.Context())
			if err == nil || !strings.HasSuffix(err.Error(), c.end) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A template that anybody may have deployed says what it likes, in one line.
func TestSubstitutionsAreShownAsText(t *testing.T) {
	w := newRig(t)
	w.deployed(nil, "        Egress1Arn: !GetAtt Egress1.Arn\n", "        Egress1Arn: !Foo \"\\e[2J\\nno changes\"\n")
	_, err := w.deployment().Run(t.Context())
	wantError(t, err, "")
	if strings.Contains(w.said(), "\x1b") || strings.Contains(w.said(), "\nno changes\n") || !strings.Contains(w.said(), "a substitution "+
		"that sfngen does not know") {
		t.Errorf("said %q", w.said())
	}
}

// CloudFormation was too busy to make anything: nothing is said to be removed.
func TestThrottledBeforeAnythingWasMade(t *testing.T) {
	busy := &cloudformation.Error{Code: "Throttling", Message: "Rate exceeded"}
	for name, c := range map[string]struct {
		busy []string
		end  string
	}{
		"the creation": {[]string{"CreateChangeSet"}, "\nnothing was deployed: no change set was created; the uploaded zips stay " +
			"in the bucket zips, for the next time"},
		"the creation and removal": {[]string{"CreateChangeSet", "DeleteChangeSet"}, "\nnothing was deployed; whether the change set " +
			"sfngen-20261124T103000Z-00000001 was created is not known, and it could not be deleted: "},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.fake.Before = func(action string, _ url.Values) *cloudformation.Error {
				if slices.Contains(c.busy, action) {
					return busy
				}
				return nil
			}
			d := w.deployment()
			d.Bucket.Name = "zips"
			_, err := d.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.end) || strings.Contains(err.Error(), "is removed") ||
				strings.Contains(err.Error(), "still there") {
				t.Errorf("%v", err)
			}
		})
	}
}

// A request that was never answered may still be in progress.
func TestCreationThatIsNotAnswered(t *testing.T) {
	w := newRig(t)
	w.cut = func(_ http.ResponseWriter, _ *http.Request, action string) bool {
		if action == "CreateChangeSet" {
			panic(http.ErrAbortHandler)
		}
		return false
	}
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "\nnothing was deployed; whether the change set sfngen-20261124T103000Z-00000001 is "+
		"still going to be created is not known: "+cli+"list-change-sets"+here+" shows it; the uploaded zips stay") {
		t.Errorf("%v", err)
	}
}

// Somebody executes a change set of the stack while ours is deleted: the stack is
// not empty any more.
func TestDiscardLeavesAStackThatComesToLife(t *testing.T) {
	w := newRig(t)
	w.answer = false
	listed := false
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		listed = listed || action == "ListChangeSets"
		return listed && action == "DescribeStacks" && w.answerXML(rw, 200,
			`<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>`+
				`<StackName>acme-orders</StackName><StackStatus>CREATE_IN_PROGRESS</StackStatus></member></Stacks></DescribeStacksResult>`+
				`</DescribeStacksResponse>`)
	}
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	if KindOf(err) != Declined || strings.Contains(err.Error(), "empty stack") || slices.Contains(w.fake.Calls(), "DeleteStack") {
		t.Errorf("%v; calls %v", err, w.fake.Calls())
	}
}

// What is executed and deleted is named by its ARN: a name may have become another's.
func TestWhatChangesSomethingIsNamedByItsARN(t *testing.T) {
	w := newRig(t)
	w.fake.Before = func(action string, form url.Values) *cloudformation.Error {
		stack, set := form.Get("StackName"), form.Get("ChangeSetName")
		switch action {
		case "ExecuteChangeSet":
			if !strings.HasPrefix(stack, "arn:") || !strings.HasPrefix(set, "arn:") || form.Get("DisableRollback") != "false" {
				t.Errorf("%s of %s, %s, DisableRollback %q", action, stack, set, form.Get("DisableRollback"))
			}
		case "DeleteStack", "GetTemplate":
			if !strings.HasPrefix(stack, "arn:") {
				t.Errorf("%s of %s", action, stack)
			}
		}
		return nil
	}
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	wantError(t, w.destruction().Run(t.Context()), "")
	w.answer = false
	d = w.deployment() // again, and declined
	d.Bucket.Name = "zips"
	if _, err := d.Run(t.Context()); KindOf(err) != Declined {
		t.Errorf("%v", err)
	}
}
