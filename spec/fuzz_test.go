package spec_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

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
		checkOrder(t, findings)
		for _, finding := range findings {
			checkPlace(t, src, finding)
		}
	})
}

func seeds(f *testing.F) []string {
	page, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		f.Fatal(err)
	}
	full, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		f.Fatal(err)
	}
	all := []string{string(full), "a: &a [*a]\n", "? {a: b}\n: c\n", "\u2028x: 1\u0085", "<<: &a {<<: *a}", "retry: [1, {a: *b}]", "&a : *a"}
	for _, input := range regexp.MustCompile("(?ms)^```(?:yaml|escaped)[^\n]*\n(.*?)```").FindAllSubmatch(page, -1) {
		all = append(all, string(input[1]))
	}
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
	if !strings.Contains(string(src), f.Source) {
		t.Errorf("%s: the line %q is not in the source", f, f.Source)
	}
	if f.Rule == "" || f.Message == "" {
		t.Errorf("%#v has no rule or no message", f)
	}
}
