package deploy

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
)

// The bucket is the one named, the stack's, or the account's own, in this order;
// only --create-bucket makes it, and only once all else is known to be well.
func TestWhichBucket(t *testing.T) {
	const others = "999999999999"
	open := s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region}
	looked := func(name string) []string { return []string{"HeadBucket " + name} }
	made := func(name string) []string {
		return []string{"HeadBucket " + name, "HeadBucket " + name, "CreateBucket " + name}
	}
	closed := func(name string) string {
		return "S3 refuses the bucket " + name + " as one of account 123456789012: either it is another account's (all of AWS shares bucket " +
			"names: choose another with --bucket, or name its account with --bucket-owner), or " +
			fakeaws.Caller + " may not s3:ListBucket it"
	}
	cases := map[string]struct {
		which    artifacts.Options
		deployed bool
		there    map[string]s3.Bucket
		asked    []string // of S3
		err      string
	}{
		"named": {which: artifacts.Options{Name: "mine", Owner: others}, deployed: true,
			there: map[string]s3.Bucket{"mine": {Owner: others, Region: fakeaws.Region, Shared: true}}, asked: looked("mine")},
		"the stack's": {which: artifacts.Options{Create: true}, deployed: true, there: map[string]s3.Bucket{"zips": open},
			asked: looked("zips")},
		"the account's own": {there: map[string]s3.Bucket{own: open}, asked: looked(own)},
		"made":              {which: artifacts.Options{Create: true}, asked: made(own)},
		"made by name":      {which: artifacts.Options{Name: "mine", Create: true}, asked: made("mine")},
		"none": {asked: looked(own),
			err: "no bucket for the zips of the Lambdas: --create-bucket creates " + own + " (private, encrypted, versioned), which later " +
				"deployments use without naming it; --bucket names one that you have in eu-central-1"},
		"none of the name": {which: artifacts.Options{Name: "mine"}, asked: looked("mine"),
			err: "there is no bucket mine: --create-bucket creates it in eu-central-1 (private, encrypted, versioned), --bucket names another"},
		"the stack's is gone": {deployed: true, asked: looked("zips"),
			err: "there is no bucket zips: --create-bucket creates it in eu-central-1 (private, encrypted, versioned), --bucket names another"},
		"the account's own is closed": {there: map[string]s3.Bucket{own: {Owner: others, Region: fakeaws.Region}}, asked: looked(own),
			err: "no bucket is named with --bucket, and the account's cannot be used: " + closed(own)},
		"the named one is closed": {which: artifacts.Options{Name: "mine", Create: true},
			there: map[string]s3.Bucket{"mine": {Owner: others, Region: fakeaws.Region}}, asked: looked("mine"),
			err: closed("mine")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			if c.deployed {
				w.deployed(nil)
			}
			w.fake.Pace = 100
			w.removeBuckets()
			for name, b := range c.there {
				w.buckets.Add(name, b)
			}
			d := w.deployment()
			d.Bucket = c.which
			_, err := d.Run(t.Context())
			wantError(t, err, c.err)
			if diff := cmp.Diff(c.asked, w.askedForBuckets()); diff != "" {
				t.Errorf("asked of S3 (-want +got)\n%s", diff)
			}
			if compiled := strings.Contains(w.said(), "compiling\n"); compiled != (c.err == "") {
				t.Errorf("compiled: %v", compiled)
			}
			if made := strings.Contains(w.said(), "\ncreated the bucket "+d.Bucket.Name+"\n"); made != (len(c.asked) == 3) {
				t.Errorf("told that the bucket is made: %v\n%s", made, w.said())
			}
		})
	}
}

// askedForBuckets are the calls about which ones there are.
func (w *rig) askedForBuckets() []string {
	return slices.DeleteFunc(w.buckets.Calls(), func(call string) bool {
		return !strings.HasPrefix(call, "HeadBucket ") && !strings.HasPrefix(call, "CreateBucket ")
	})
}

// What S3 does not know everywhere yet is asked again, in the session's time.
func TestTheNewBucketIsWaitedFor(t *testing.T) {
	w := newRig(t)
	w.fake.Pace = 100
	w.removeBuckets()
	w.buckets.Refuse("PutBucketEncryption", s3.Refusal{Status: 404, Code: "NoSuchBucket"})
	d := w.deployment()
	d.Bucket.Create = true
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	if len(w.slept) == 0 || w.slept[0] != time.Second {
		t.Errorf("slept %v", w.slept)
	}
}

// Keys begin with the spec's name, whatever the stack is called: the policy of who
// deploys names it, and the zips are the same.
func TestKeysAreOfTheSpec(t *testing.T) {
	w := newRig(t)
	w.fake.Pace = 100
	d := w.deployment()
	d.Name = "acme-blue"
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	if diff := cmp.Diff([]string{egressKey, orchestratorKey}, w.uploaded()); diff != "" {
		t.Errorf("keys (-want +got)\n%s", diff)
	}
	for _, p := range w.fake.Stack("acme-blue").Parameters[1:] {
		if !slices.Contains(w.uploaded(), p.Value) {
			t.Errorf("%s = %s is not in the bucket", p.Key, p.Value)
		}
	}
}

// A dry run makes no bucket; where it cannot do without, it ends before the compiler
// runs.
func TestDryRunMakesNoBucket(t *testing.T) {
	for _, create := range []bool{false, true} {
		w := newRig(t)
		w.large(90_000)
		w.removeBuckets()
		d := w.deployment()
		d.Mode, d.Bucket.Create = DryRun, create
		_, err := d.Run(t.Context())
		wantError(t, err, "a dry run of a template of 90 KB needs a bucket: there is no bucket "+own+", and a dry run creates none; "+
			"name an existing one with --bucket, or deploy without --dry-run, which also shows the changes and asks before it executes them")
		w.wantSaid("")
	}
}

// Nor does it when the template is only known to be large once the drift is.
func TestDryRunMakesNoBucketLater(t *testing.T) {
	w := newRig(t)
	d := w.deployment()
	d.Mode, d.Bucket = DryRun, artifacts.Options{Name: "mine", Create: true}
	err := d.upload(t.Context(), &prepared{}, nil, nil, make([]byte, inlineTemplate+1))
	if KindOf(err) != noBucket || len(w.buckets.Calls()) > 0 {
		t.Errorf("%v; asked of S3 %v", err, w.buckets.Calls())
	}
}

// What a deployment has put into S3 is named, whatever ends it before it has begun.
func TestWhatStaysInS3(t *testing.T) {
	const set = "the change set is deleted, and so is the empty stack that it created"
	const both = "the new bucket " + own + " stays, and so do the uploaded zips in it, for the next time"
	cases := map[string]struct {
		arrange func(w *rig, d *Deployment)
		want    string
	}{
		"declined": {func(w *rig, _ *Deployment) { w.answer = false }, "declined\nnothing was deployed: " + set + "; " + both},
		"refused": {func(w *rig, _ *Deployment) { w.fake.RefuseChangeSet = "no" },
			"CloudFormation refuses this deployment of acme-orders: no\nnothing was deployed: " + set + "; " + both},
		"an upload fails": {func(w *rig, _ *Deployment) {
			w.buckets.Refuse("PutObject", s3.Refusal{Status: 403, Code: "AccessDenied", Message: "no"})
		},
			": no; " + policyPage + " (request S3REQUEST)\nnothing was deployed; the new bucket " + own + " stays, for the next time"},
		"in a bucket that was there": {func(w *rig, _ *Deployment) { w.answer = false; w.addBuckets(own) },
			"declined\nnothing was deployed: " + set + "; the uploaded zips stay in the bucket " + own + ", for the next time"},
		"a large template, too": {func(w *rig, _ *Deployment) {
			w.large(60_000)
			w.addBuckets(own)
			w.answer = false
			w.fake.Templates = func(string) (string, bool) { return template(w.t), true }
		}, "declined\nnothing was deployed: " + set + "; the uploaded zips and " + objectName(newRig(t).large(60_000)) + " stay in the bucket " +
			own + ", for the next time"},
		"uploaded before": {func(w *rig, _ *Deployment) {
			w.addBuckets(own)
			w.uploadedBefore(own)
			w.answer = false
		}, "declined\nnothing was changed: " + set},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.removeBuckets()
			d := w.deployment()
			d.Bucket.Create = true
			c.arrange(w, d)
			d.Folder = w.folder
			_, err := d.Run(t.Context())
			if err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
}

// Ctrl-C while the bucket is made: it is made to the end, or it is said what is
// known of it.
func TestInterruptedWhileTheBucketIsMade(t *testing.T) {
	const halfway = "the bucket " + own + " now exists (access by bucket policies only, no ACLs, public access blocked), but is not " +
		"complete (missing: encrypted, versioned, old versions expiring): "
	for name, c := range map[string]struct {
		answer       func(w *rig)
		begins, ends string // the error
	}{
		"to the end": {func(*rig) {}, "nothing was deployed; ", "the new bucket " + own + " stays, for the next time"},
		"half": {func(w *rig) { w.buckets.Refuse("PutBucketEncryption", s3.Refusal{Status: 403, Code: "AccessDenied"}) },
			halfway, "; deploy again with --create-bucket, which completes it, or delete it (aws s3api delete-bucket --bucket " + own +
				" --region eu-central-1)"},
		"cut off": {func(*rig) { panic(http.ErrAbortHandler) }, "creating the bucket " + own + ": ", "\nnothing was deployed; whether the " +
			"bucket " + own + " was created is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.removeBuckets()
			ctx, cancel := context.WithCancel(t.Context())
			w.toS3 = func(r *http.Request) {
				if r.Method == http.MethodPut && r.URL.Path == "/"+own && !r.URL.Query().Has("publicAccessBlock") && ctx.Err() == nil { // CreateBucket
					cancel()
					c.answer(w)
				}
			}
			d := w.deployment()
			d.Bucket.Create = true
			_, err := d.Run(ctx)
			if err == nil || !strings.HasPrefix(err.Error(), c.begins) || !strings.HasSuffix(err.Error(), c.ends) {
				t.Errorf("%v\nwant %s … %s", err, c.begins, c.ends)
			}
			if !strings.Contains(w.said(), "interrupted: finishing the bucket "+own+" first, so it is not left open\n") {
				t.Errorf("what it waits for is not said:\n%s", w.said())
			}
			if len(w.uploaded()) > 0 {
				t.Errorf("%#v; uploaded %v", err, w.uploaded())
			}
		})
	}
}

// Nothing is made for somebody who has given up before.
func TestInterruptedBeforeTheBucketIsMade(t *testing.T) {
	w := newRig(t)
	w.removeBuckets()
	ctx, cancel := context.WithCancel(t.Context())
	d := w.deployment()
	d.Bucket.Create = true
	compile := d.Pack
	d.Pack = func(ctx context.Context, progress func(string)) ([]pack.Artifact, error) {
		defer cancel()
		return compile(ctx, progress)
	}
	_, err := d.Run(ctx)
	wantError(t, err, "nothing was changed in AWS")
	if slices.Contains(w.buckets.Calls(), "CreateBucket "+own) {
		t.Error("the bucket is made")
	}
}

// A bucket that an earlier run could not secure is secured before anything is put into
// it; one that is somebody's own keeps its settings.
func TestABucketThatIsNotSecuredIsCompleted(t *testing.T) {
	for name, c := range map[string]struct {
		bucket string
		create bool
		used   bool // it has an object
		want   bool
	}{
		"the account's":                          {own, false, false, true},
		"the account's, used since":              {own, true, true, true},
		"named, and to be created, and empty":    {"mine", true, false, true},
		"named, and to be created, but used":     {"mine", true, true, false},
		"named as somebody's own, even if empty": {"mine", false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.fake.Pace = 100
			w.removeBuckets()
			w.addBuckets(c.bucket)
			if c.used {
				w.buckets.Put(c.bucket, "k", s3.Object{})
			}
			d := w.deployment()
			d.Bucket.Create = c.create
			if c.bucket != own {
				d.Bucket.Name = c.bucket
			}
			_, err := d.Run(t.Context())
			wantError(t, err, "")
			if secured := w.buckets.Config(c.bucket, "lifecycle") != ""; secured != c.want {
				t.Errorf("secured: %v\n%s", secured, w.said())
			}
			said := "completed the bucket " + c.bucket + ", which an earlier run could not: public access blocked, encrypted, versioned, " +
				"old versions expiring\nuploaded "
			if strings.Contains(w.said(), said) != c.want {
				t.Errorf("said\n%s", w.said())
			}
		})
	}
}
