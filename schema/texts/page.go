package texts

import (
	"fmt"
	"strings"
)

// mostColumns is the longest line of a page that is written here.
const mostColumns = 140

// FieldList is the part of docs/spec.md that explains each field.
func FieldList() string {
	var page strings.Builder
	for _, f := range All(Fields()) {
		fmt.Fprintf(&page, "\n## `%s`\n\n%s\n", f.Path, wrap(f.Words, ""))
		if f.Form == Section && !f.has("errorMessage") {
			continue
		}
		fmt.Fprintf(&page, "\n- takes: %s\n", wrap(f.Takes(), "  "))
		switch {
		case f.Required:
			page.WriteString("- required\n")
		case f.Default != nil:
			fmt.Fprintf(&page, "- default: `%s`\n", Flow(f.Default))
		default:
			page.WriteString("- default: none; see above\n")
		}
		for _, example := range f.Examples {
			fmt.Fprintf(&page, "- example: `%s: %s`\n", f.Name, Flow(example))
		}
	}
	return page.String()
}

// RuleTable is the part of docs/rules.md that has the rules of fields: what each field
// takes, a value that it does not take, and one that it takes.
func RuleTable() string {
	var page strings.Builder
	page.WriteString("| rule | field | takes | not | but |\n|---|---|---|---|---|\n")
	for _, r := range Rules() {
		_, takes, _ := strings.Cut(r.Words, " is ")
		fmt.Fprintf(&page, "| <a id=\"%s\"></a>`%s` | [`%s`](spec.md#%s) | %s | `%s` | `%s` |\n", r.Name, r.Name, r.Field,
			fieldAnchor(r.Field), inCell(takes), inCell(r.BrokenLine()), inCell(r.MendedLine()))
	}
	return page.String()
}

// fieldAnchor is the anchor that GitHub gives a field's heading.
func fieldAnchor(path string) string {
	return strings.ToLower(strings.NewReplacer(".", "", "[]", "", "*", "").Replace(path))
}

// inCell is a text inside of a cell, where a bar would begin the next one.
func inCell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

// wrap breaks a text between words; what follows the first line is indented.
func wrap(text, indent string) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > mostColumns-len("- takes: "):
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return strings.Join(append(lines, line), "\n"+indent)
}
