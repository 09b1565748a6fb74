package spec_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/docs"
	"github.com/sfngen/sfngen/spec"
)

// FuzzParse: whatever the bytes, Parse ends, its findings are sorted and point
// into the source, the same bytes give the same result, and what it accepts has
// no error.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, findings := spec.Parse("spec.yaml", src)
		again, repeated := spec.Parse("spec.yaml", src)
		if diff := cmp.Diff(findings, repeated); diff != "" {
			t.Errorf("findings of a second run (-first +second):\n%s", diff)
		}
		if (file == nil) != spec.HasErrors(findings) {
			t.Errorf("file is nil: %t, but findings: %s", file == nil, lines(findings))
		}
		if file != nil && !cmp.Equal(file.Spec(), again.Spec()) {
			t.Errorf("specs of two runs differ:\n%s", cmp.Diff(file.Spec(), again.Spec()))
		}
		checkEnvironments(t, src)
		checkOrder(t, findings)
		for _, finding := range findings {
			checkPlace(t, src, finding)
		}
	})
}

// checkEnvironments: there is a file for each environment without errors, and an
// environment alone gives what it gives beside others.
func checkEnvironments(t *testing.T, src []byte) {
	t.Helper()
	files, findings := spec.ParseAll("spec.yaml", src)
	names, readable := spec.EnvironmentsIn(src)
	if !spec.HasErrors(findings) && (!readable || len(files) != max(1, len(names))) {
		t.Errorf("%d files without errors of %d environments", len(files), len(names))
	}
	for _, file := range files {
		if len(file.Environments()) < 2 {
			continue
		}
		alone, about := spec.ParseAll("spec.yaml", src, file.Environment())
		if len(alone) != 1 || spec.HasErrors(about) || !cmp.Equal(file.Spec(), alone[0].Spec()) {
			t.Errorf("environment %s alone gives %d files, or another spec: %s", file.Environment(), len(alone), lines(about))
		}
	}
}

func seeds(f *testing.F) []string {
	full, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		f.Fatal(err)
	}
	all := []string{string(full), "a: &a [*a]\n", "? {a: b}\n: c\n", "\u2028x: 1\u0085", "<<: &a {<<: *a}", "retry: [1, {a: *b}]", "&a : *a"}
	for _, rule := range docs.Rules() {
		all = append(all, rule.Breaks)
	}
	all = append(all, strings.Replace(string(full), "retry:", `environments:
  dev: &e {egress: {count: null}, upstream: {headers: {ACCEPT: null}}, tags: null}
  <<: {test: *e, prod: {keepName: true, retry: {backoff: {maxDelay: 2s}}}}
  prod:
retry:`, 1), "environments: &e {a: {<<: *e}, b: *e}", "environments: {a: {name: x, <<: [{retry: ~}, {b: {c: [~]}}]}}")
	return all
}

func checkOrder(t *testing.T, findings []spec.Finding) {
	t.Helper()
	sorted := slices.Clone(findings)
	spec.Sort(sorted)
	if diff := cmp.Diff(sorted, findings); diff != "" {
		t.Errorf("findings are not sorted (-sorted +got):\n%s", diff)
	}
}

// checkPlace: a finding is about the file as a whole, or about a place in it or
// right behind a line's end.
func checkPlace(t *testing.T, src []byte, f spec.Finding) {
	t.Helper()
	if f.Position == (spec.Position{}) {
		return
	}
	if f.Position.Line < 1 || f.Position.Column < 1 || f.Position.Column > utf8.RuneCountInString(f.Source)+1 {
		t.Errorf("%s is outside of its line %q", f, f.Source)
	}
	if !shows([]byte(f.Source), src) {
		t.Errorf("%s: the line %q is not in the source", f, f.Source)
	}
	if f.Rule == "" || f.Message == "" {
		t.Errorf("%#v has no rule or no message", f)
	}
}

// shows reports whether a line is in the source, stars standing for characters of what
// could be a key. Neither has to be UTF-8.
func shows(line, src []byte) bool {
	for from := range len(src) + 1 {
		rest := src[from:]
		for _, shown := range bytesOfRunes(line) {
			_, size := utf8.DecodeRune(rest)
			if size == 0 || !bytes.Equal(shown, rest[:size]) && string(shown) != "*" {
				rest = nil
				break
			}
			rest = rest[size:]
		}
		if rest != nil {
			return true
		}
	}
	return len(line) == 0
}

func bytesOfRunes(text []byte) [][]byte {
	var all [][]byte
	for len(text) > 0 {
		_, size := utf8.DecodeRune(text)
		all, text = append(all, text[:size]), text[size:]
	}
	return all
}

// FuzzIgnore: what is taken for a comment is one. Without its words, the file holds
// the same values.
func FuzzIgnore(f *testing.F) {
	for _, seed := range []string{
		"a: 'b # sfngen:ignore x y'", "a: |\n  # sfngen:ignore x y\n# sfngen:ignore x y", "a: b # sfngen:ignore x y # sfngen:ignore x y",
		"a: \"b\n  # sfngen:ignore x y\" # sfngen:ignore x y", "- >2\n   # sfngen:ignore x y\n -", "{a: b,# sfngen:ignore x y\n c: d}",
		"? # sfngen:ignore x y\n  a: b\n: &c #sfngen:ignore x y\n  d", "\r# sfngen:ignore\u2028a: b\u0085# sfngen:ignore",
		"a: 'it''s' #sfngen:ignore",
		"a:\n  b # sfngen:ignore x y\n  #c\n", "%YAML 1.1 # sfngen:ignore x y\n---\na # sfngen:ignore\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		lines, comments := spec.CommentsWith(src, "sfngen")
		want, ok := yamlValues(strings.Join(lines, "\n"))
		if !ok {
			return
		}
		for _, at := range comments {
			cut := slices.Clone(lines)
			cut[at.Line-1] = string([]rune(cut[at.Line-1])[:at.Column])
			if got, ok := yamlValues(strings.Join(cut, "\n")); !ok || !cmp.Equal(want, got) {
				t.Errorf("without the words of the comment at %v, %q holds\n%#v, not\n%#v", at, src, got, want)
			}
		}
	})
}

// yamlValues are the scalars of a document, in their order.
func yamlValues(text string) (values []string, ok bool) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, false
	}
	var collect func(*yaml.Node)
	collect = func(y *yaml.Node) {
		values = append(values, y.Tag, y.Anchor, y.Value)
		for _, inner := range y.Content {
			collect(inner)
		}
	}
	collect(&document)
	return values, true
}
