package deploy

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/artifacts"
	"github.com/sfngen/sfngen/internal/pack"
)

// The bucket is the one named, the stack's, or the account's own, in this order;
// only --create-bucket makes it, and only once all else is known to be well.
func TestWhichBucket(t *testing.T) {
	cases := map[string]struct {
		choice            BucketChoice
		deployed, missing bool
		refused           error
		opened            []string
		err               string
	}{
		"named":             {choice: BucketChoice{Name: "mine", Owner: "999999999999"}, deployed: true, opened: []string{"mine create=false owner=999999999999"}},
		"the stack's":       {choice: BucketChoice{Create: true}, deployed: true, opened: []string{"zips create=false owner="}},
		"the account's own": {opened: []string{"own create=false owner="}},
		"made":              {choice: BucketChoice{Create: true}, missing: true, opened: []string{"own create=false owner=", "own create=true owner="}},
		"made by name":      {choice: BucketChoice{Name: "mine", Create: true}, missing: true, opened: []string{"mine create=false owner=", "mine create=true owner="}},
		"none": {missing: true, opened: []string{"own create=false owner="},
			err: "no bucket for the zips of the Lambdas: --create-bucket makes one, own (private, encrypted, versioned), which is then used without being named; --bucket names one that you have in eu-central-1"},
		"none of the name": {choice: BucketChoice{Name: "mine"}, missing: true, opened: []string{"mine create=false owner="},
			err: "there is no bucket mine: --create-bucket makes it in eu-central-1 (private, encrypted, versioned), --bucket names another"},
		"the stack's is gone": {deployed: true, missing: true, opened: []string{"zips create=false owner="},
			err: "there is no bucket zips: --create-bucket makes it in eu-central-1 (private, encrypted, versioned), --bucket names another"},
		"the account's own is closed": {refused: errors.New("closed"), opened: []string{"own create=false owner="},
			err: "no bucket is named with --bucket, and that of the account cannot be used: closed"},
		"the named one is closed": {choice: BucketChoice{Name: "mine", Create: true}, refused: errors.New("closed"), opened: []string{"mine create=false owner="}, err: "closed"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if c.deployed {
				w.deployed(nil)
			}
			w.fake.Pace = 100
			w.store.missing, w.store.refused = c.missing, c.refused
			d := w.deployment()
			c.choice.Default = "own"
			d.Bucket = c.choice
			_, err := d.Run(t.Context())
			wantError(t, err, c.err)
			if diff := cmp.Diff(c.opened, w.store.opened); diff != "" {
				t.Errorf("opened (-want +got)\n%s", diff)
			}
			if compiled := strings.Contains(w.said(), "compiling\n"); compiled != (c.err == "") {
				t.Errorf("compiled: %v", compiled)
			}
			if made := strings.Contains(w.said(), "\nmade the bucket "+d.Bucket.Name+"\n"); made != (c.missing && c.choice.Create) {
				t.Errorf("told that the bucket is made: %v\n%s", made, w.said())
			}
		})
	}
}

// Keys begin with the spec's name, whatever the stack is called: the policy of who
// deploys names it, and the zips are the same.
func TestKeysAreOfTheSpec(t *testing.T) {
	w := newWorld(t)
	w.fake.Pace = 100
	d := w.deployment()
	d.Name = "acme-blue"
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	if diff := cmp.Diff([]string{"acme-orders/egress-1111111111111111.zip", "acme-orders/orchestrator-1111111111111111.zip"}, slices.Sorted(maps.Keys(w.store.has))); diff != "" {
		t.Errorf("keys (-want +got)\n%s", diff)
	}
	for _, p := range w.fake.Stack("acme-blue").Parameters[1:] {
		if w.store.has[p.Value] == "" {
			t.Errorf("%s = %s is not in the bucket", p.Key, p.Value)
		}
	}
}

// A dry run makes no bucket; where it cannot do without, it ends before the compiler
// runs.
func TestDryRunMakesNoBucket(t *testing.T) {
	for _, create := range []bool{false, true} {
		w := newWorld(t)
		w.large(90_000)
		w.store.missing = true
		d := w.deployment()
		d.Mode, d.Bucket.Create = DryRun, create
		_, err := d.Run(t.Context())
		wantError(t, err, "a template of 90 KB can only be looked at through a bucket, there is no bucket made-up, and a dry run makes none: "+
			"name one that is there with --bucket, or deploy without --dry-run: that shows the changes, too, and asks before it makes them")
		w.wantSaid("")
	}
}

// Nor does it when the template is only known to be large once the drift is.
func TestDryRunMakesNoBucketLater(t *testing.T) {
	w := newWorld(t)
	d := w.deployment()
	d.Mode, d.Bucket = DryRun, BucketChoice{Name: "mine", Create: true}
	err := d.upload(t.Context(), &prepared{}, nil, nil, make([]byte, inlineTemplate+1))
	if !errors.As(err, new(*UnseenError)) || len(w.store.opened) > 0 {
		t.Errorf("%v; opened %v", err, w.store.opened)
	}
}

// What a deployment has put into S3 is named, whatever ends it before it has begun.
func TestWhatStaysInS3(t *testing.T) {
	const set = "the change set is removed, and so is the empty stack that it made"
	const both = "the new bucket made-up stays, and so do the uploaded zips in it, for the next time"
	cases := map[string]struct {
		arrange func(w *world, d *Deployment)
		want    string
	}{
		"declined": {func(w *world, _ *Deployment) { w.answer = false }, "declined\nnothing was deployed: " + set + "; " + both},
		"refused": {func(w *world, _ *Deployment) { w.fake.RefuseChangeSet = "no" },
			"CloudFormation refuses this deployment of acme-orders: no\nnothing was deployed: " + set + "; " + both},
		"an upload fails": {func(w *world, _ *Deployment) { w.store.full = errors.New("uploading: no") }, "uploading: no\nnothing was deployed; the new bucket made-up stays, for the next time"},
		"in a bucket that was there": {func(w *world, _ *Deployment) { w.answer, w.store.missing = false, false },
			"declined\nnothing was deployed: " + set + "; the uploaded zips stay in the bucket made-up, for the next time"},
		"a large template, too": {func(w *world, _ *Deployment) {
			w.large(60_000)
			w.answer, w.store.missing = false, false
			w.fake.Templates = func(string) (string, bool) { return template(w.t), true }
		}, "declined\nnothing was deployed: " + set + "; the uploaded zips and " + objectName(newWorld(t).large(60_000)) + " stay in the bucket made-up, for the next time"},
		"uploaded before": {func(w *world, _ *Deployment) {
			w.answer, w.store.missing = false, false
			for _, name := range []string{"egress", "orchestrator"} {
				a := w.artifact(name)
				w.store.has[a.Key("acme-orders")] = "there"
			}
		}, "declined\nnothing was changed: " + set},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.missing = true
			d := w.deployment()
			d.Bucket.Create = true
			c.arrange(w, d)
			d.Folder = w.folder
			_, err := d.Run(t.Context())
			wantError(t, err, c.want)
		})
	}
}

// Ctrl-C while the bucket is made: it is made to the end, or it is said what is
// known of it.
func TestInterruptedWhileTheBucketIsMade(t *testing.T) {
	half := &artifacts.HalfError{Bucket: "made-up", Done: []string{"private"}, Missing: []string{"encrypted"}, Err: context.Canceled}
	for name, c := range map[string]struct {
		answer error
		want   string
	}{
		"to the end": {nil, "nothing was deployed; the new bucket made-up stays, for the next time"},
		"half":       {half, half.Error()},
		"cut off":    {context.Canceled, "nothing was deployed; whether the bucket made-up was made is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.missing = true
			ctx, cancel := context.WithCancel(t.Context())
			d := w.deployment()
			d.Bucket.Create = true
			open := d.OpenStore
			d.OpenStore = func(own context.Context, b BucketChoice) (Store, bool, error) {
				if !b.Create {
					return open(own, b)
				}
				cancel()
				if own.Err() != nil {
					t.Error("making the bucket is cut off at once")
				}
				if c.answer != nil {
					return nil, false, c.answer
				}
				return open(own, b)
			}
			_, err := d.Run(ctx)
			wantError(t, err, c.want)
			if !strings.Contains(w.said(), "interrupted: the bucket made-up is made to its end, and closed, first\n") {
				t.Errorf("what it waits for is not said:\n%s", w.said())
			}
			if !errors.Is(err, context.Canceled) || len(w.store.has) > 0 {
				t.Errorf("%#v; the bucket has %v", err, w.store.has)
			}
		})
	}
}

// Nothing is made for somebody who has given up before.
func TestInterruptedBeforeTheBucketIsMade(t *testing.T) {
	w := newWorld(t)
	w.store.missing = true
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
	if !w.store.missing {
		t.Error("the bucket is made")
	}
}
