package spec_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

const (
	specPage   = "../docs/spec.md"
	pageMarker = "<!-- From here on the page is made from schema/sfngen.schema.json: SFNGEN_UPDATE=1 go test ./spec -->\n"
)

// TestSpecPage holds the second half of the page against the schema.
func TestSpecPage(t *testing.T) {
	page, err := os.ReadFile(specPage)
	if err != nil {
		t.Fatal(err)
	}
	written, got, ok := strings.Cut(string(page), pageMarker)
	if !ok {
		t.Fatalf("%s has lost the line %s", specPage, pageMarker)
	}
	want := fieldList(schemaFields(t))
	if os.Getenv("SFNGEN_UPDATE") != "" {
		if err := os.WriteFile(specPage, []byte(written+pageMarker+want), 0o644); err != nil {
			t.Fatal(err)
		}
		got = want
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-schema +page):\n%s", diff)
	}
}

func fieldList(fields []schemaField) string {
	var page strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&page, "\n## `%s`\n\n%s\n", f.path, f.keywords["description"])
		if f.isSection() && f.keywords["default"] == nil {
			continue
		}
		fmt.Fprintf(&page, "\n- takes: %s\n", f.typeText())
		switch {
		case f.required:
			page.WriteString("- required\n")
		case f.keywords["default"] != nil:
			fmt.Fprintf(&page, "- default: `%s`\n", flow(f.keywords["default"]))
		default:
			page.WriteString("- default: none; see above\n")
		}
		for _, example := range f.keywords["examples"].([]any) {
			fmt.Fprintf(&page, "- example: `%s: %s`\n", f.path[strings.LastIndexByte(f.path, '.')+1:], flow(example))
		}
	}
	return page.String()
}

// TestSpecPageExample: the page's spec is a good one and leaves no field out.
func TestSpecPageExample(t *testing.T) {
	page, err := os.ReadFile(specPage)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	file, findings := spec.Parse("docs/spec.md", []byte(example))
	if diff := cmp.Diff([]string(nil), lines(findings)); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	for _, f := range schemaFields(t) {
		first, second := strings.ReplaceAll(f.path, "[]", "[0]"), strings.ReplaceAll(f.path, "[]", "[1]")
		if !file.Has(first) && !file.Has(second) {
			t.Errorf("the example leaves out %s", f.path)
		}
	}
}
