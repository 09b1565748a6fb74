// Package docs holds the pages of this folder that commands show.
//
// docs.Rules are the rules of findings as rules.md has them: `sfngen explain` prints
// one, and tests run the specs of all.
package docs

import (
	_ "embed"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/schema/texts"
)

// rulesPage is read when a rule is asked for, and costs nothing before.
//
//go:embed rules.md
var rulesPage string

// Rule is what rules.md says of one rule, or what the schema says where the rule is
// that of one field.
type Rule struct {
	Name     string `json:"rule"`
	Severity string `json:"severity"`
	Group    string `json:"group"` // its heading on the page, as in "Between fields"
	Words    string `json:"words"` // the rule in one line
	Why      string `json:"why"`   // Markdown, in lines as on the page
	// Form says what stands in Breaks and Mended where it is not a spec as it is written:
	// one of the Form constants, or "repeated 70000 times".
	Form   string `json:"form,omitempty"`
	Breaks string `json:"breaks"`
	Mended string `json:"mended,omitempty"` // "" where no spec shows it
	// Says are the findings of Breaks, one a line; "" for the rule of a field, of which
	// only a run tells.
	Says string `json:"says,omitempty"`
	Link string `json:"link"`
}

// The forms of a spec on the page.
const (
	FormEscaped  = "of escaped text"     // \xe9 is that byte
	FormRepeated = "with repeated lines" // "@400 a: #" is 400 lines, # their number
	FormSecond   = "of the second file"  // the first one is Breaks
	FormAWS      = "from AWS"            // what AWS answers about the page's own spec
)

// FieldGroup is the heading of the rules that the schema states.
const FieldGroup = "Fields"

// Rules are all rules in the order of the page.
func Rules() []Rule { return ParseRules(rulesPage) }

// entry is a rule on the page: its name, severity, words, why, a block with the specs and
// one with the findings.
var entry = lazyregexp.New("(?m)^### `([a-z0-9-]+)`\n\n(error|warning): ([^\n]*)\n\n((?:(?:(?:[^`#\n]|`[^`])[^\n]*\n)+\n)+)" +
	"```([a-z]+)([^\n]*)\n((?:[^`\n][^\n]*\n)+)```\n\n```text\n((?:[^`\n][^\n]*\n)*)```\n")

// ParseRules reads the rules of a page in the form of rules.md; an entry in another form
// is left out.
func ParseRules(page string) []Rule {
	var rules []Rule
	for heading, text := range groups(page) {
		if heading == FieldGroup {
			rules = append(rules, fieldRules()...)
			continue
		}
		for _, m := range entry.FindAllStringSubmatch(text, -1) {
			rules = append(rules, entryOf(heading, m))
		}
	}
	return rules
}

func entryOf(heading string, m []string) Rule {
	r := Rule{
		Name: m[1], Severity: m[2], Group: heading, Words: m[3], Why: strings.TrimSpace(m[4]),
		Form: strings.TrimSpace(m[6]), Breaks: m[7], Says: m[8], Link: link(m[1]),
	}
	if m[5] == "diff" {
		r.Breaks, r.Mended = sides(m[7])
	}
	return r
}

// groups yields the parts of the page below its headings.
func groups(page string) func(yield func(heading, text string) bool) {
	return func(yield func(heading, text string) bool) {
		for _, part := range strings.Split("\n"+page, "\n## ")[1:] {
			if heading, text, _ := strings.Cut(part, "\n"); !yield(heading, text) {
				return
			}
		}
	}
}

// sides are the two texts of a diff that has all their lines.
func sides(diff string) (before, after string) {
	var left, right strings.Builder
	for line := range strings.Lines(diff) {
		if line[0] != '+' {
			left.WriteString(line[1:])
		}
		if line[0] != '-' {
			right.WriteString(line[1:])
		}
	}
	return left.String(), right.String()
}

// fieldRules are those that the schema states. They have no entry on the page, but a
// row of its table.
func fieldRules() []Rule {
	var rules []Rule
	for _, r := range texts.Rules() {
		rules = append(rules, Rule{
			Name: r.Name, Severity: "error", Group: FieldGroup, Words: r.Words, Why: r.Why,
			Breaks: r.Broken(), Mended: r.Mended(), Link: link(r.Name),
		})
	}
	return rules
}

func link(name string) string { return contract.RulesPage + "#" + name }
