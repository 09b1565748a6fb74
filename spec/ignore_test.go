package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// said are the findings of a spec as "rule at line", those that it ignores as "rule at
// line: reason", those of comments that silence nothing among them.
func said(t *testing.T, src string) []string {
	t.Helper()
	file, findings := spec.Parse("spec.yaml", []byte(src))
	if file != nil {
		findings = append(findings, file.UnusedIgnores(findings)...)
	}
	spec.Sort(findings)
	var got []string
	for _, f := range findings {
		text := fmt.Sprintf("%s at %d", f.Rule, f.Position.Line)
		if f.Ignored != nil {
			text += ": " + f.Ignored.Reason
		}
		got = append(got, text)
	}
	return got
}

const ignoreHead = "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example\"}\n"

// TestIgnore has the places where a comment silences a warning.
func TestIgnore(t *testing.T) {
	tests := []struct {
		name, src string // behind ignoreHead, from line 4 on
		want      []string
	}{
		{"at the end of the line", "retry: {maxAttempts: 1} # sfngen:ignore no-retry once\n", []string{"no-retry at 4: once"}},
		{"on the line above", "retry:\n  # sfngen:ignore no-retry once\n  maxAttempts: 1\n", []string{"no-retry at 6: once"}},
		{"whatever its indentation", "retry:\n# sfngen:ignore no-retry once\n  maxAttempts: 1\n", []string{"no-retry at 6: once"}},
		{"without a space", "retry:\n  #sfngen:ignore no-retry why\n  maxAttempts: 1\n", []string{"no-retry at 6: why"}},
		{"tabs", "retry: {maxAttempts: 1}\t#\tsfngen:ignore\tno-retry\twhy not\t\n", []string{"no-retry at 4: why not"}},
		{"carriage returns", "retry:\r\n  # sfngen:ignore no-retry why\r\n  maxAttempts: 1\r\n", []string{"no-retry at 6: why"}},
		{"the last line, without an end", "retry: {maxAttempts: 1}  # sfngen:ignore no-retry why", []string{"no-retry at 4: why"}},
		{"more comments between", "retry:\n  # sfngen:ignore no-retry why\n  # and more of it\n  maxAttempts: 1\n",
			[]string{"no-retry at 7: why"}},
		{"a reason with a #", "retry: {maxAttempts: 1} # sfngen:ignore no-retry see #42 # and 43\n", []string{"no-retry at 4: see #42 # and 43"}},
		{"behind another comment", "retry: {maxAttempts: 1} # once # sfngen:ignore no-retry why\n", []string{"no-retry at 4: why"}},
		{"a blank line between", "retry:\n  # sfngen:ignore no-retry why\n\n  maxAttempts: 1\n",
			[]string{"ignore-unused at 5", "no-retry at 7"}},
		{"at the end of the line above", "retry: # sfngen:ignore no-retry why\n  maxAttempts: 1\n",
			[]string{"ignore-unused at 4", "no-retry at 5"}},
		{"below", "retry:\n  maxAttempts: 1\n  # sfngen:ignore no-retry why\n", []string{"no-retry at 5", "ignore-unused at 6"}},
		{"another rule", "retry:\n  maxAttempts: 1 # sfngen:ignore no-rate-limit why\n", []string{"no-retry at 5", "ignore-unused at 5"}},
		{"twice", "retry:\n  # sfngen:ignore no-retry a\n  maxAttempts: 1 # sfngen:ignore no-retry b\n",
			[]string{"no-retry at 6: a", "ignore-unused at 6"}},
		{"the value below its key", "retry:\n  maxAttempts: # sfngen:ignore no-retry why\n    1\n", []string{"no-retry at 6: why"}},
		{"an item of a list", "retry: {maxAttempts: 2, retryableStatusCodes: [\n  404, # sfngen:ignore retried-client-error why\n  # no more\n" +
			"  405, 429]}\n", []string{"retried-client-error at 5: why", "retried-client-error at 7"}},
		{"above an item", "retry:\n  maxAttempts: 2\n  retryableStatusCodes:\n    - 429\n" +
			"    # sfngen:ignore retried-client-error why\n    - 404\n",
			[]string{"retried-client-error at 9: why"}},
		{"all of the rule on a line", "retry: {maxAttempts: 2, retryableStatusCodes: [404, 405, 429]} # sfngen:ignore retried-client-error why\n",
			[]string{"retried-client-error at 4: why", "retried-client-error at 4: why"}},
		{"two rules on a line", "retry: {maxAttempts: 1, retryableStatusCodes: [5xx]} # sfngen:ignore no-retry a " +
			"# sfngen:ignore no-rate-limit b\n",
			[]string{"no-retry at 4: a", "no-rate-limit at 4: b"}},
		{"two lines", "# sfngen:ignore no-retry a\n# sfngen:ignore no-rate-limit b\nretry: {maxAttempts: 1, retryableStatusCodes: [5xx]}\n",
			[]string{"no-retry at 6: a", "no-rate-limit at 6: b"}},
		{"above and behind", "# sfngen:ignore no-retry a\nretry: {maxAttempts: 1, retryableStatusCodes: [5xx]} # sfngen:ignore no-rate-limit b\n",
			[]string{"no-retry at 5: a", "no-rate-limit at 5: b"}},
		{"over lines in braces", "retry: {maxAttempts: 1}\nworkflow: {logLevel: 'off', # one\n  logData: true} " +
			"# sfngen:ignore log-data-unused why\n", []string{"no-retry at 4", "log-data-unused at 6: why"}},
		{"commented out", "retry:\n  # maxAttempts: 3 # sfngen:ignore no-retry why\n  maxAttempts: 1\n", []string{"no-retry at 6"}},
		{"prose", "# sfngen: see the docs\n# sfngen ignores it\nretry: {maxAttempts: 2}\n", nil},
	}
	for _, test := range tests {
		for _, mark := range []string{"", "\ufeff"} {
			t.Run(test.name, func(t *testing.T) {
				if diff := cmp.Diff(test.want, said(t, mark+ignoreHead+test.src)); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestIgnoreUnwritten: what is not written counts at its nearest written parent.
func TestIgnoreUnwritten(t *testing.T) {
	const post = "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example\", methods: [POST]}\n"
	for name, src := range map[string]string{
		"above":                       post + "# sfngen:ignore unguarded-method why\nretry:\n  maxAttempts: 3\n",
		"behind":                      post + "retry: # sfngen:ignore unguarded-method why\n  maxAttempts: 3\n",
		"behind, with comments below": post + "retry: # sfngen:ignore unguarded-method why\n  # three\n  maxAttempts: 3\n",
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range said(t, src) {
				if !strings.HasSuffix(f, ": why") {
					t.Errorf("got %s, want it ignored", f)
				}
			}
		})
	}
}

// TestIgnoreWholeFile: a warning about a section that is missing stands on line 1; the
// comment stands anywhere above the first key.
func TestIgnoreWholeFile(t *testing.T) {
	for _, head := range []string{"# sfngen:ignore aws-warns why\n", "# Acme\n\n# sfngen:ignore aws-warns why\n\n# more\n---\n"} {
		file, findings := spec.Parse("spec.yaml", []byte(head+minimal))
		if file == nil || len(findings) > 0 {
			t.Fatal(lines(findings))
		}
		got := file.Warning("aws-warns", "workflow.type", "m", "")
		if got.Ignored == nil || got.Ignored.Reason != "why" {
			t.Errorf("%q: got %+v, want it ignored", head, got)
		}
		if got := file.Warning("aws-warns", "name", "m", ""); got.Ignored != nil {
			t.Errorf("%q: %s is ignored, but has a line of its own", head, got)
		}
	}
}

// TestNoComment has what looks like a comment and is text.
func TestNoComment(t *testing.T) {
	const hash = "# sfngen:ignore no-retry why"
	tests := []struct{ name, description string }{
		{"double quotes", `"a ` + hash + `"`},
		{"single quotes", `'it''s ` + hash + `'`},
		{"double quotes over lines", "\"a\n  " + hash + "\n  b\""},
		{"single quotes over lines", "'a\n\n  " + hash + "\n  b'"},
		{"an escaped quote", `"a \" ` + hash + `"`},
		{"a block", "|\n  a\n  " + hash + "\n  b"},
		{"a folded block", ">-\n  " + hash},
		{"a block with its indentation", "|2-\n    " + hash + "\n  b"},
		{"a block with a comment in its head", "| # what it is\n  a\n\n  " + hash},
		{"no space before", "a" + hash},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, findings := spec.Parse("spec.yaml", []byte(ignoreHead+"retry: {maxAttempts: 1}\ndescription: "+test.description+"\n"))
			for _, f := range append(findings, unusedOf(file, findings)...) {
				if f.Ignored != nil || strings.HasPrefix(f.Rule, "ignore-") {
					t.Errorf("taken for a comment: %s", f)
				}
			}
		})
	}
}

func unusedOf(file *spec.File, findings []spec.Finding) []spec.Finding {
	if file == nil {
		return nil
	}
	return file.UnusedIgnores(findings)
}

// TestCommentBehindText has comments that are easily taken for text.
func TestCommentBehindText(t *testing.T) {
	const comment = "# sfngen:ignore secret-in-spec why\n"
	ignored := []string{"secret-in-spec at 7: why"}
	tests := []struct {
		name, value string
		want        []string
	}{
		{"a value with a #", `"#1 # 2" ` + comment, ignored},
		{"an apostrophe", "it's " + comment, ignored},
		{"a quote within a text", `5" ` + comment, ignored},
		{"a quoted text, directly", "'a'" + comment, ignored},
		{"a plain text with a #", "a#b " + comment, ignored},
		{"a tab before", "a\t" + comment, ignored},
		{"characters for private use", "\"\U000F0000\U000F0001#\U0010FFFD\" " + comment, ignored},
		{"the head of a block", "|- " + comment + "      a\n", ignored},
		{"the end of a text over lines", "a\n      b " + comment, []string{"secret-in-spec at 7", "ignore-unused at 8"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := "version: 1\nname: acme\nretry: {maxAttempts: 2}\nupstream:\n  url: https://api.acme.example\n" +
				"  headers:\n    x-api-key: " + test.value
			if diff := cmp.Diff(test.want, said(t, src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
