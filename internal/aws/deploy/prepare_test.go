package deploy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// What CreateChangeSet does not take goes through the bucket, even of a dry run,
// which then says what it leaves. Once it is there, nothing is left.
func TestLargeTemplateGoesThroughTheBucket(t *testing.T) {
	name := objectName(newRig(t).large(inlineTemplate + 1))
	uploaded := "uploaded " + name + " (51 KB, too large to send without a bucket) to zips\n"
	for _, c := range []struct {
		size        int
		there       bool
		keys        []string // in the bucket
		first, last string   // of what is said, around the question to CloudFormation
	}{
		{size: inlineTemplate, last: "dry run: nothing was changed in AWS\n"},
		{size: inlineTemplate + 1, keys: []string{"acme-orders/" + name}, first: uploaded, last: "dry run: nothing was deployed; " + name +
			" stays in the bucket zips\n"},
		{size: inlineTemplate + 1, there: true, keys: []string{"acme-orders/" + name}, last: "dry run: nothing was changed in AWS\n"},
	} {
		w := newRig(t)
		text := w.large(c.size)
		var asked string
		w.fake.Templates = func(url string) (string, bool) {
			asked = url
			o, there := w.buckets.Object("zips", strings.TrimPrefix(url, "https://zips.s3.eu-central-1.amazonaws.com/"))
			return string(o.Body), there
		}
		if c.there {
			sum := sha256.Sum256([]byte(text))
			w.buckets.Put("zips", "acme-orders/"+name, s3.Object{Body: []byte(text), SHA256: base64.StdEncoding.EncodeToString(sum[:])})
		}
		d := w.deployment()
		d.Name = "acme-blue" // is not what keys begin with
		d.Mode, d.Bucket.Name, d.Results = DryRun, "zips", &bytes.Buffer{}
		_, err := d.Run(t.Context())
		wantError(t, err, "")
		if through := c.size > inlineTemplate; (asked != "") != through {
			t.Errorf("%d bytes: template from %q", c.size, asked)
		}
		if diff := cmp.Diff(c.keys, w.buckets.Keys("zips")); diff != "" {
			t.Errorf("%d bytes: the bucket has (-want +got)\n%s", c.size, diff)
		}
		_, told, _ := strings.Cut(w.said(), "compiling\n")
		if diff := cmp.Diff(c.first+"asking CloudFormation what would change\n"+c.last, told); diff != "" {
			t.Errorf("%d bytes: said (-want +got)\n%s", c.size, diff)
		}
	}
}

// objectName is what a template is called in the bucket.
func objectName(template string) string {
	return fmt.Sprintf("template-%.8x.yaml", sha256.Sum256([]byte(template)))
}

// large lets the stack have a template of this size.
func (w *rig) large(size int) string {
	w.t.Helper()
	text := template(w.t) + "#"
	text += strings.Repeat("-", size-len(text))
	dir := w.t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, stack.TemplateFile), []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
	w.folder = &folder.Folder{Dir: dir, Name: "acme-orders"}
	return text
}

func TestCompileErrorIsTheEnd(t *testing.T) {
	w := newRig(t)
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
