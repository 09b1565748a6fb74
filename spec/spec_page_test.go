package spec_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/schema/texts"
	"github.com/sfngen/sfngen/spec"
)

const (
	specPage   = "../docs/spec.md"
	initSpec   = "../templates/init.yaml"
	pageMarker = "<!-- From here on the page is made from schema/sfngen.schema.json: SFNGEN_UPDATE=1 go test ./spec -->\n"
)

// isWritten holds a file against what it should be, or writes it.
func isWritten(t *testing.T, path, want string) {
	t.Helper()
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
}

// TestSpecPage holds the page's example and its list of fields against the schema.
func TestSpecPage(t *testing.T) {
	page, err := os.ReadFile(specPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(page), "```yaml\n")
	_, rest, _ = strings.Cut(rest, "```\n")
	between, _, ok := strings.Cut(rest, pageMarker)
	if !ok {
		t.Fatalf("%s has lost the line %s", specPage, pageMarker)
	}
	isWritten(t, specPage, before+"```yaml\n"+texts.Complete()+"```\n"+between+pageMarker+texts.FieldList())
}

// TestPagesNameFieldsThatExist: who reads retry.successStatusCodes looks for it in vain.
func TestPagesNameFieldsThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, f := range texts.All(texts.Fields()) {
		known[strings.ReplaceAll(f.Path, "[]", "")] = true
	}
	field := regexp.MustCompile("`((?:upstream|retry|egress|workflow|triggers)(?:\\.[a-zA-Z]+)+)[:`]")
	for _, page := range []string{"../CHANGELOG.md", "../docs/how-it-works.md", "../docs/operations.md", "../docs/problems.md",
		"../docs/addresses.md", "../docs/deploy.md", "../docs/local.md", "../docs/words.md", "../docs/cookbook.md", "../docs/security.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range field.FindAllSubmatch(text, -1) {
			if name := string(found[1]); !known[name] {
				t.Errorf("%s names %s, which is no field of the spec", page, name)
			}
		}
	}
}

// TestCompleteSpec: a spec with every field is a good one.
func TestCompleteSpec(t *testing.T) {
	_, findings := spec.Parse("spec.yaml", []byte(texts.Complete()))
	if diff := cmp.Diff([]string(nil), lines(spec.Open(findings))); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestInitSpec: what `sfngen init` writes comes from the schema, leaves no field
// out, and is right with nothing of it and with all of it uncommented, but for what goes
// with another type.
func TestInitSpec(t *testing.T) {
	isWritten(t, initSpec, texts.Init())
	written := strings.ReplaceAll(texts.Init(), "NAME", "acme")
	if _, findings := spec.Parse("spec.yaml", []byte(written)); len(findings) > 0 {
		t.Errorf("as it is written: %s", lines(findings))
	}
	head, body, _ := strings.Cut(written, "\nname:")
	open := head + "\nname:" + regexp.MustCompile(`(?m)^( *)# `).ReplaceAllString(body, "$1")
	file, findings := spec.Parse("spec.yaml", []byte(open))
	if file == nil {
		t.Fatalf("uncommented: %s", lines(findings))
	}
	for _, f := range texts.All(texts.Fields()) {
		if f.WithType != nil {
			if !strings.Contains(open, "# "+f.Name+": ") {
				t.Errorf("leaves out %s", f.Path)
			}
			continue
		}
		if !f.IsItem() && !file.Has(f.Path) {
			t.Errorf("leaves out %s", f.Path)
		}
	}
}
