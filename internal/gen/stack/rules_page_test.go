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
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/findings"
	"github.com/sfngen/sfngen/schema/texts"
	"github.com/sfngen/sfngen/spec"
)

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
				if !strings.HasPrefix(s.summary, string(f.Severity)+": ") {
					t.Errorf("the page says %q of it: %s", s.summary, f)
				}
			}
			if diff := cmp.Diff(s.output, printed(t, findings)); diff != "" {
				t.Errorf("output (-page +got):\n%s", diff)
			}
		})
	}
}

// TestRulesPageIsComplete: the page has a section for each rule that the code
// names, and for the rule of each field in the schema's order and words.
func TestRulesPageIsComplete(t *testing.T) {
	page, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	onPage := map[string]string{}
	var fields, inSource []string
	for _, s := range sections(page) {
		if _, twice := onPage[s.rule]; twice {
			t.Errorf("%s has two sections", s.rule)
		}
		onPage[s.rule] = s.summary
		if isFieldRule(s.rule) {
			fields = append(fields, s.rule+": "+s.summary)
		}
	}
	var want []string
	for _, r := range texts.Rules() {
		want = append(want, r.Name+": "+fieldSummary(r))
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("rules of fields (-schema +page):\n%s", diff)
	}
	for rule := range onPage {
		if !isFieldRule(rule) {
			inSource = append(inSource, rule)
		}
	}
	slices.Sort(inSource)
	if diff := cmp.Diff(rulesInSource(t), inSource); diff != "" {
		t.Errorf("other rules (-code +page):\n%s", diff)
	}
	if headings := strings.Count(string(page), "\n### "); headings != len(onPage) {
		t.Errorf("the page has %d rule headings, but %d sections in the right form", headings, len(onPage))
	}
}

func isFieldRule(name string) bool {
	return slices.ContainsFunc(texts.Rules(), func(r texts.Rule) bool { return r.Name == name })
}

func fieldSummary(r texts.Rule) string { return "error: " + r.Words }

func sections(page []byte) []section {
	var found []section
	for _, m := range sectionPattern.FindAllStringSubmatch(string(page), -1) {
		found = append(found, section{rule: m[1], summary: m[2], info: m[3], input: m[4], output: m[5]})
	}
	return found
}

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

// severitiesFile tells spec which rules there are: a comment can ignore those of
// warnings.
const severitiesFile = "../../../spec/rules.txt"

// TestRuleSeverities: spec knows the severity of each rule of the page.
func TestRuleSeverities(t *testing.T) {
	page, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, s := range sections(page) {
		severity, _, _ := strings.Cut(s.summary, ":")
		fmt.Fprintf(&want, "%s %s\n", severity, s.rule)
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

// rewrite puts the real outputs into the page, and the schema's words of the
// rules of fields. A field without a section gets one behind that of the field
// before it. All other words, and the inputs, are a person's.
func rewrite(t *testing.T, page []byte) []byte {
	t.Helper()
	before := "## Fields\n\n"
	for _, r := range texts.Rules() {
		if !bytes.Contains(page, []byte("### `"+r.Name+"`\n")) {
			page = insert(page, before, section{rule: r.Name, info: "yaml", input: r.Broken()})
		}
		before = "### `" + r.Name + "`\n\n"
	}
	for _, s := range sections(page) {
		now := s
		now.output = printed(t, s.check(t))
		for _, r := range texts.Rules() {
			if r.Name == s.rule {
				now.summary = fieldSummary(r)
			}
		}
		page = bytes.Replace(page, []byte(s.text()), []byte(now.text()), 1)
	}
	if err := os.WriteFile(rulesPage, page, 0o644); err != nil {
		t.Fatal(err)
	}
	return page
}

// insert puts a section before the next heading behind a place of the page.
func insert(page []byte, behind string, s section) []byte {
	begin := bytes.Index(page, []byte(behind)) + len(behind)
	end := begin + headingPattern.FindIndex(page[begin:])[0]
	return slices.Concat(page[:end], []byte(s.text()+"\n"), page[end:])
}

var headingPattern = regexp.MustCompile(`(?m)^##`)

func (s section) text() string {
	return "### `" + s.rule + "`\n\n" + s.summary + "\n\n```" + s.info + "\n" + s.input + "```\n\n```text\n" + s.output + "```\n"
}
