package stack_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

const (
	examplesDir = "../../../examples"
	goldenDir   = "../../../golden"
)

// examples loads every example; an example with an error fails the test.
func examples(t testing.TB) map[string]*stack.Stack {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(examplesDir, "*.yaml"))
	if err != nil || len(names) < 8 {
		t.Fatalf("%d examples: %v", len(names), err)
	}
	stacks := map[string]*stack.Stack{}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, findings := stack.Load(filepath.Base(name), src)
		if spec.HasErrors(findings) {
			t.Fatalf("%v", findings)
		}
		if want := strings.TrimSuffix(filepath.Base(name), ".yaml"); s.Name != want {
			t.Fatalf("examples/%s.yaml is named %q", want, s.Name)
		}
		stacks[s.Name] = s
	}
	return stacks
}

// TestExamplesHaveNoWarnings: an example passes with --strict. What it ignores, it has
// a reason for, in words that a reader of the example can follow.
func TestExamplesHaveNoWarnings(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(examplesDir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, findings := stack.Load(filepath.Base(name), src)
		for _, f := range spec.Open(findings) {
			t.Error(f)
		}
		if ignored := len(findings) - len(spec.Open(findings)); ignored > 2 {
			t.Errorf("%s ignores %d warnings: an example should need two at most", name, ignored)
		}
		for _, f := range findings {
			if f.Ignored != nil && len(strings.Fields(f.Ignored.Reason)) < 4 {
				t.Errorf("%s: the reason %q says too little", f, f.Ignored.Reason)
			}
		}
	}
}

// moduleHash is a manifest's line about the go.mod, which names the runtime.
var moduleHash = regexp.MustCompile(`(?m)^ +"go.mod": "[0-9a-f]{64}",\n`)

// golden is what of a stack stands in its golden folder: HASH stands for the name of the
// runtime, whose files TestRuntimeIsTheSourceItself compares with the source.
func golden(s *stack.Stack) map[string]string {
	m := map[string]string{}
	for _, f := range s.Files {
		m[f.Path] = strings.ReplaceAll(string(f.Content), s.Runtime.Name, "HASH")
	}
	m[manifest.Name] = moduleHash.ReplaceAllString(m[manifest.Name], "")
	return m
}

// TestGoldens compares in both directions. SFNGEN_UPDATE=1 rewrites the goldens,
// deleting what is there first; see CONTRIBUTING.md for how they are reviewed.
func TestGoldens(t *testing.T) {
	stacks := examples(t)
	if os.Getenv("SFNGEN_UPDATE") == "1" {
		update(t, stacks)
	}
	for name, s := range stacks {
		t.Run(name, func(t *testing.T) {
			want := readTree(t, filepath.Join(goldenDir, name))
			if diff := cmp.Diff(want, golden(s)); diff != "" {
				t.Errorf("examples/%s.yaml generates something else than golden/%s (-want +got); if that is meant: SFNGEN_UPDATE=1 go test "+
					"./internal/gen/stack\n%s", name, name, diff)
			}
		})
	}
	entries, err := os.ReadDir(goldenDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if stacks[e.Name()] == nil {
			t.Errorf("golden/%s belongs to no example", e.Name())
		}
	}
}

func update(t *testing.T, stacks map[string]*stack.Stack) {
	t.Helper()
	if err := os.RemoveAll(goldenDir); err != nil {
		t.Fatal(err)
	}
	for name, s := range stacks {
		for path, content := range golden(s) {
			writeFile(t, filepath.Join(goldenDir, name, path), content)
		}
	}
}

func writeFile(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// readTree is every regular file below dir, by slash-separated path. What is not
// a regular file shows as its type.
func readTree(t testing.TB, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		path, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if !entry.Type().IsRegular() {
			m[filepath.ToSlash(path)] = entry.Type().String()
			return nil
		}
		content, err := os.ReadFile(name)
		m[filepath.ToSlash(path)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The runtime that stacks share, and the copy of one that has its own, is the source that
// sfngen's own tests test, complete, without the tests.
func TestRuntimeIsTheSourceItself(t *testing.T) {
	want := map[string]string{}
	for path, content := range readTree(t, "../../../runtime") {
		if !strings.HasSuffix(path, "_test.go") && !strings.Contains(path, "testdata/") && path != "source.go" {
			want[path] = content
		}
	}
	for _, path := range []string{".gitattributes", "go.mod", manifest.Name, "coordination/dynamodb/go.mod",
		"credentials/awsstore/go.mod", "credentials/oauth2/go.mod"} {
		want[path] = string(stack.Runtime().File(path))
	}
	if diff := cmp.Diff(want, contents(stack.Runtime())); diff != "" {
		t.Errorf("shared (-want +got):\n%s", diff)
	}
	delete(want, ".gitattributes")
	delete(want, manifest.Name)
	for name, s := range examples(t) {
		got := map[string]string{}
		for _, f := range s.Standalone().Files {
			if path, copied := strings.CutPrefix(f.Path, "runtime/"); copied {
				got[path] = string(f.Content)
			}
		}
		used := maps.Clone(want)
		maps.DeleteFunc(used, func(path, _ string) bool { return s.IsUnused(path) }) // a copy has what the stack imports
		if diff := cmp.Diff(used, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestSameSpecSameBytes(t *testing.T) {
	first, second := examples(t), examples(t)
	for name := range first {
		if !slices.EqualFunc(first[name].Files, second[name].Files, func(a, b stack.File) bool {
			return a.Path == b.Path && bytes.Equal(a.Content, b.Content)
		}) {
			t.Errorf("%s: generated twice, it differs", name)
		}
	}
}

// The examples are there to cover what a spec can say.
func TestExamplesCoverTheSpec(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range examples(t) {
		sp := s.Origin.Spec()
		seen["partition "+sp.Partition] = true
		seen["architecture "+sp.Architecture] = true
		seen["workflow "+sp.Workflow.Type] = true
		seen["auth "+sp.Triggers.FunctionURL.Auth] = true
		seen["scope "+string(sp.Retry.RateLimit.Scope)] = true
		seen["start "+sp.Egress.Start] = true
		seen["strategy "+sp.Retry.Backoff.Strategy] = true
		seen["schedules"] = seen["schedules"] || len(sp.Triggers.Schedules) > 0
		seen["events"] = seen["events"] || len(sp.Triggers.Events) > 0
		seen["idempotency key"] = seen["idempotency key"] || sp.Retry.Idempotency.Header != ""
		seen["one egress"] = seen["one egress"] || sp.Egress.Count == 1
		seen["more attempts than egresses"] = seen["more attempts than egresses"] || sp.Retry.MaxAttempts > sp.Egress.Count && sp.Egress.Count > 1
	}
	for _, want := range []string{
		"partition aws", "partition aws-cn", "partition aws-us-gov", "architecture arm64", "architecture x86_64",
		"workflow express", "workflow standard", "auth iam", "auth none", "scope ip", "scope credential", "start random", "start first",
		"strategy exponential", "strategy linear", "strategy constant", "schedules", "events", "idempotency key", "one egress",
		"more attempts than egresses",
	} {
		if !seen[want] {
			t.Errorf("no example has %s", want)
		}
	}
}
