package deploy

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/pack"
	"github.com/sfngen/sfngen/internal/stack"
)

func TestWhichBucket(t *testing.T) {
	cases := map[string]struct {
		choice   BucketChoice
		deployed bool
		opened   []string
		err      string
	}{
		"named":       {choice: BucketChoice{Name: "mine", Owner: "999999999999"}, deployed: true, opened: []string{"mine create=false owner=999999999999"}},
		"the stack's": {choice: BucketChoice{Create: true}, deployed: true, opened: []string{"zips create=true owner="}},
		"made":        {choice: BucketChoice{Create: true}, opened: []string{"made-up create=true owner="}},
		"none": {err: "no bucket for the zips of the Lambdas: name one in the stack's region with --bucket, or let sfngen make a private one with --create-bucket; " +
			"later deployments use the same one without being told"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if c.deployed {
				w.deployed(nil)
			}
			w.fake.Pace = 100
			d := w.deployment()
			c.choice.Default = "made-up"
			d.Bucket = c.choice
			_, err := d.Run(t.Context())
			wantError(t, err, c.err)
			if diff := cmp.Diff(c.opened, w.store.opened); diff != "" {
				t.Errorf("opened (-want +got)\n%s", diff)
			}
		})
	}
}

// What CreateChangeSet does not take goes through the bucket, even of a dry run.
func TestLargeTemplateGoesThroughTheBucket(t *testing.T) {
	for _, size := range []int{inlineTemplate, inlineTemplate + 1} {
		w := newWorld(t)
		text := template(t) + "#"
		text += strings.Repeat("-", size-len(text))
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, stack.TemplateFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		w.folder = &stack.Folder{Dir: dir, Name: "acme-orders"}
		var asked string
		w.fake.Templates = func(url string) (string, bool) {
			asked = url
			body, there := w.store.has[strings.TrimPrefix(url, w.store.URL(""))]
			return body, there
		}
		d := w.deployment()
		d.Mode, d.Bucket.Name, d.Results = DryRun, "zips", &bytes.Buffer{}
		_, err := d.Run(t.Context())
		wantError(t, err, "")
		if through := size > inlineTemplate; (asked != "") != through || (len(w.store.has) == 1) != through {
			t.Errorf("%d bytes: template from %q, the bucket has %d objects", size, asked, len(w.store.has))
		}
		if size > inlineTemplate && !strings.Contains(w.said(), "uploaded template.yaml (51 KB, more than CloudFormation takes without a bucket) to zips\n") {
			t.Errorf("the upload is not told:\n%s", w.said())
		}
	}
}

func TestCompileErrorIsTheEnd(t *testing.T) {
	w := newWorld(t)
	d := w.deployment()
	d.Bucket.Name = "zips"
	broken := errors.New("go build: undefined: x")
	d.Pack = func(context.Context, func(string)) ([]pack.Artifact, error) { return nil, broken }
	_, err := d.Run(t.Context())
	wantError(t, err, "go build: undefined: x")
	if diff := cmp.Diff([]string{"DescribeStacks"}, w.fake.Calls()); diff != "" {
		t.Errorf("calls (-want +got)\n%s", diff)
	}
}
