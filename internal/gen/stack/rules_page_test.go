package stack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/check"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/findings"
	"github.com/sfngen/sfngen/spec"
)

// rules are all that a finding can be about, in the order of the page.
func rules() []spec.Rule {
	return slices.Concat(spec.Rules(), plan.Rules(), cfn.Rules(), stack.Rules(), check.Rules())
}

const rulesPage = "../../../docs/rules.md"

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
			findings := s.check(t)
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
	for _, r := range rules() {
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

// check gives what sfngen says of the input.
func (s section) check(t *testing.T) []spec.Finding {
	t.Helper()
	if s.info == "json from AWS" {
		return fromAWS(t, s.input)
	}
	sources := []stack.Source{{Name: "spec.yaml", Text: s.source(t)}}
	if s.info == "yaml in two files" {
		sources = append(sources, stack.Source{Name: "other.yaml", Text: sources[0].Text})
	}
	_, findings := stack.LoadAll(sources)
	return findings
}

var askedAbout = regexp.MustCompile("(?ms)^```yaml about which AWS is asked\n(.*?)```\n")

// fromAWS gives what sfngen makes of an answer of AWS about the page's own spec.
func fromAWS(t *testing.T, answer string) []spec.Finding {
	t.Helper()
	page, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	asked := askedAbout.FindSubmatch(page)
	if asked == nil {
		t.Fatal("the page has no spec about which AWS is asked")
	}
	var out sfn.ValidateStateMachineDefinitionOutput
	if err := json.Unmarshal([]byte(answer), &out); err != nil { // its fields are the JSON's, whatever the case
		t.Fatal(err)
	}
	file, findings := spec.Parse("spec.yaml", asked[1])
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	return check.Findings(file, &out)
}

// source is the input as bytes: what Markdown cannot hold is written as Go
// escapes, what it should not hold as a repetition.
func (s section) source(t *testing.T) []byte {
	t.Helper()
	var times int
	switch s.info {
	case "yaml", "yaml in two files":
		return []byte(s.input)
	case "yaml with repeated lines":
		return []byte(repeated.ReplaceAllStringFunc(s.input, repeatLine))
	case "escaped":
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(s.input, "\n", `\n`) + `"`)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(text)
	}
	if _, err := fmt.Sscanf(s.info, "yaml repeated %d times", &times); err != nil {
		t.Fatalf("fence %q: not one of those that this test knows", s.info)
	}
	return bytes.Repeat([]byte(s.input), times)
}

// repeated is a line "@N line", which stands for N of them, # for their number.
var repeated = regexp.MustCompile(`(?m)^@(\d+) (.*\n)`)

func repeatLine(line string) string {
	match := repeated.FindStringSubmatch(line)
	times, _ := strconv.Atoi(match[1])
	var out strings.Builder
	for i := range times {
		out.WriteString(strings.ReplaceAll(match[2], "#", strconv.Itoa(i+1)))
	}
	return out.String()
}

func printed(t *testing.T, list []spec.Finding) string {
	t.Helper()
	var text strings.Builder
	if err := findings.Text(&text, list, findings.Style{Source: true}); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// rewrite puts each rule's words and real output into the page. Inputs are a
// person's.
func rewrite(t *testing.T, page []byte) []byte {
	t.Helper()
	meanings := map[string]string{}
	for _, r := range rules() {
		meanings[r.Name] = summary(r)
	}
	for _, s := range sections(page) {
		begin := "### `" + s.rule + "`\n\n"
		old := begin + s.summary + "\n\n```" + s.info + "\n" + s.input + "```\n\n```text\n" + s.output + "```\n"
		now := begin + meanings[s.rule] + "\n\n```" + s.info + "\n" + s.input + "```\n\n```text\n" +
			printed(t, s.check(t)) + "```\n"
		page = bytes.Replace(page, []byte(old), []byte(now), 1)
	}
	if err := os.WriteFile(rulesPage, page, 0o644); err != nil {
		t.Fatal(err)
	}
	return page
}
