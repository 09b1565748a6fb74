package stack_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/docs"
	"github.com/sfngen/sfngen/internal/term/findings"
	"github.com/sfngen/sfngen/schema/texts"
	"github.com/sfngen/sfngen/spec"
)

const rulesPage = "../../../docs/rules.md"

// TestRulesPage: the spec of each rule breaks that rule and no other, the page has what
// sfngen says of it, and of the mended spec sfngen says nothing.
func TestRulesPage(t *testing.T) {
	if os.Getenv("SFNGEN_UPDATE") != "" {
		rewrite(t)
	}
	for _, r := range pageRules(t) {
		t.Run(r.Name, func(t *testing.T) {
			found := spec.Open(breaks(t, r))
			if len(found) == 0 {
				t.Fatal("the spec breaks no rule")
			}
			for _, f := range found {
				if f.Rule != r.Name {
					t.Errorf("the spec breaks another rule: %s", f)
				}
				if r.Severity != string(f.Severity) {
					t.Errorf("the page calls it %s: %s", r.Severity, f)
				}
			}
			if r.Group != docs.FieldGroup {
				if diff := cmp.Diff(r.Says, printed(t, found)); diff != "" {
					t.Errorf("what sfngen says (-page +got):\n%s", diff)
				}
			}
			mended(t, r)
		})
	}
}

// cannotBeShown are the rules that no spec on the page mends: what they are about is
// no spec, or stands in what AWS answers.
var cannotBeShown = []string{"file-too-large", "aws-refuses", "aws-warns", "aws-says-more", "aws-network",
	"aws-network-doubt", "aws-network-unknown"}

func mended(t *testing.T, r docs.Rule) {
	t.Helper()
	if (r.Mended == "") != slices.Contains(cannotBeShown, r.Name) {
		t.Errorf("mended: %q", r.Mended)
	}
	if r.Mended == "" {
		return
	}
	if left := spec.Open(foundIn(t, r, r.Mended)); len(left) > 0 {
		t.Errorf("of the mended spec sfngen says\n%s", printed(t, left))
	}
}

// TestRulesPageIsComplete: the page has an entry for each rule that the code names,
// and the table of the schema's.
func TestRulesPageIsComplete(t *testing.T) {
	page := readPage(t)
	var others, names []string
	for _, r := range pageRules(t) {
		names = append(names, r.Name)
		if r.Group != docs.FieldGroup {
			others = append(others, r.Name)
		}
	}
	if headings := strings.Count(page, "\n### "); headings != len(others) {
		t.Errorf("the page has %d headings of rules, but %d entries in the right form", headings, len(others))
	}
	slices.Sort(others)
	if diff := cmp.Diff(rulesInSource(t), others); diff != "" {
		t.Errorf("rules that are not those of fields (-code +page):\n%s", diff)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(pageRules(t)) {
		t.Error("a rule has two entries")
	}
	if !strings.Contains(page, "\n"+texts.RuleTable()+"\n") {
		t.Error("the table of fields is not the schema's; SFNGEN_UPDATE=1 go test ./internal/gen/stack writes it")
	}
}

// TestRuleEntriesHelp: a reason is a reason, and no entry is longer than a screen, but
// for the few whose point is their length.
func TestRuleEntriesHelp(t *testing.T) {
	for _, r := range pageRules(t) {
		if words := len(strings.Fields(r.Why)); words < 8 && r.Group != docs.FieldGroup {
			t.Errorf("%s: %d words say why: %q", r.Name, words, r.Why)
		}
		if lines := strings.Count(r.Breaks, "\n"); lines > 24 {
			t.Errorf("%s: its spec has %d lines; fewer would show it better", r.Name, lines)
		}
	}
}

func isFieldRule(name string) bool {
	return slices.ContainsFunc(texts.Rules(), func(r texts.Rule) bool { return r.Name == name })
}

// severitiesFile tells spec which rules there are: a comment can ignore those of
// warnings.
const severitiesFile = "../../../spec/rules.txt"

// TestRuleSeverities: spec knows the severity of each rule of the page.
func TestRuleSeverities(t *testing.T) {
	var want strings.Builder
	for _, r := range pageRules(t) {
		want.WriteString(r.Severity + " " + r.Name + "\n")
	}
	if os.Getenv("SFNGEN_UPDATE") != "" {
		if err := os.WriteFile(severitiesFile, []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(severitiesFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("spec/rules.txt (-page +got):\n%s\nSFNGEN_UPDATE=1 go test ./internal/gen/stack writes it", diff)
	}
}

// rewrite puts what sfngen says into the page, and the schema's table. All other
// words, and the specs, are a person's.
func rewrite(t *testing.T) {
	t.Helper()
	page := readPage(t)
	for _, r := range pageRules(t) {
		if r.Group == docs.FieldGroup {
			continue
		}
		heading := "### `" + r.Name + "`\n"
		before, entry, _ := strings.Cut(page, heading)
		page = before + heading + strings.Replace(entry, "```text\n"+r.Says, "```text\n"+printed(t, breaks(t, r)), 1)
	}
	before, rest, ok := strings.Cut(page, "\n| rule |")
	if !ok {
		t.Fatal("the page has lost its table of fields")
	}
	_, after, _ := strings.Cut(rest, "\n\n")
	if err := os.WriteFile(rulesPage, []byte(before+"\n"+texts.RuleTable()+"\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// pageRules are the rules of the page as it is now, which the program has from when it
// was compiled.
func pageRules(t *testing.T) []docs.Rule {
	t.Helper()
	return docs.ParseRules(readPage(t))
}

func readPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func printed(t *testing.T, list []spec.Finding) string {
	t.Helper()
	var text strings.Builder
	if err := findings.Text(&text, list, findings.Style{}); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
