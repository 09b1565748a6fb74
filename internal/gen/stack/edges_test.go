package stack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/schema/texts"
	"github.com/sfngen/sfngen/spec"
)

// TestExamplesTogether: a spec with the schema's example of every field becomes a
// stack. The linters of .ci/run see it, so that they see every field.
func TestExamplesTogether(t *testing.T) {
	const path = "testdata/edges/examples.yaml"
	want := texts.Examples("examples")
	if os.Getenv("SFNGEN_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s, which SFNGEN_UPDATE=1 rewrites (-want +got):\n%s", path, diff)
	}
	if _, findings := stack.LoadWith(edge(path, got), nil); spec.HasErrors(findings) {
		t.Errorf("findings: %v", findings)
	}
}

// edge is a spec with the files that it names beside it.
func edge(name string, text []byte) stack.Source {
	return stack.Source{Name: name, Text: text, Beside: func(path string) ([]byte, error) {
		return os.ReadFile(filepath.Join(filepath.Dir(name), path))
	}}
}
