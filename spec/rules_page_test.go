package spec_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/report"
	"github.com/sfngen/sfngen/spec"
)

// check gives the findings of a spec. The rules of other packages need more of
// the pipeline than Parse: whoever adds them to the page adds it here.
var check = func(name string, src []byte) []spec.Finding {
	_, findings := spec.Parse(name, src)
	return findings
}

const rulesPage = "../docs/rules.md"

// section is one rule on the page.
type section struct {
	rule, summary, info, input, output string
}

var sectionPattern = regexp.MustCompile("(?ms)^### `([a-z0-9-]+)`\n\n([^\n]*)\n\n```([^\n]*)\n(.*?)```\n\n```text\n(.*?)```\n")

func TestRulesPage(t *testing.T) {
	page, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("SFNGEN_UPDATE") != "" {
		page = rewrite(t, page)
	}
	for _, s := range sections(page) {
		t.Run(s.rule, func(t *testing.T) {
			findings := check("spec.yaml", s.source(t))
			if len(findings) == 0 {
				t.Fatal("the input breaks no rule")
			}
			for _, f := range findings {
				if f.Rule != s.rule {
					t.Errorf("the input breaks another rule: %s", f)
				}
			}
			if diff := cmp.Diff(s.output, printed(t, findings)); diff != "" {
				t.Errorf("output (-page +got):\n%s", diff)
			}
		})
	}
}

// TestRulesPageIsComplete holds the table of rules against the page: same
// rules, same order, same words.
func TestRulesPageIsComplete(t *testing.T) {
	page, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range spec.Rules() {
		want = append(want, r.Name+": "+summary(r))
	}
	for _, s := range sections(page) {
		got = append(got, s.rule+": "+s.summary)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-table +page):\n%s", diff)
	}
	if headings := strings.Count(string(page), "\n### "); headings != len(got) {
		t.Errorf("the page has %d rule headings, but %d sections in the right form", headings, len(got))
	}
}

func sections(page []byte) []section {
	var found []section
	for _, m := range sectionPattern.FindAllStringSubmatch(string(page), -1) {
		found = append(found, section{rule: m[1], summary: m[2], info: m[3], input: m[4], output: m[5]})
	}
	return found
}

func summary(r spec.Rule) string { return string(r.Severity) + ": " + r.Meaning }

// source is the input as bytes: what Markdown cannot hold is written as Go
// escapes, what it should not hold as a repetition.
func (s section) source(t *testing.T) []byte {
	t.Helper()
	var times int
	switch {
	case s.info == "yaml":
		return []byte(s.input)
	case s.info == "escaped":
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(s.input, "\n", `\n`) + `"`)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(text)
	}
	if _, err := fmt.Sscanf(s.info, "yaml repeated %d times", &times); err != nil {
		t.Fatalf("fence %q: want yaml, escaped or yaml repeated N times", s.info)
	}
	return bytes.Repeat([]byte(s.input), times)
}

func printed(t *testing.T, findings []spec.Finding) string {
	t.Helper()
	var text strings.Builder
	if err := report.Text(&text, findings, report.Style{Source: true}); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// rewrite puts each rule's words and real output into the page. Inputs are a
// person's.
func rewrite(t *testing.T, page []byte) []byte {
	t.Helper()
	meanings := map[string]string{}
	for _, r := range spec.Rules() {
		meanings[r.Name] = summary(r)
	}
	for _, s := range sections(page) {
		begin := "### `" + s.rule + "`\n\n"
		old := begin + s.summary + "\n\n```" + s.info + "\n" + s.input + "```\n\n```text\n" + s.output + "```\n"
		now := begin + meanings[s.rule] + "\n\n```" + s.info + "\n" + s.input + "```\n\n```text\n" +
			printed(t, check("spec.yaml", s.source(t))) + "```\n"
		page = bytes.Replace(page, []byte(old), []byte(now), 1)
	}
	if err := os.WriteFile(rulesPage, page, 0o644); err != nil {
		t.Fatal(err)
	}
	return page
}
