package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// TestFaultyIgnore has the comments that silence nothing, and what is said of them.
func TestFaultyIgnore(t *testing.T) {
	const noReason = "the comment gives no reason, so it silences nothing; say why the spec is right as it is: " +
		"# sfngen:ignore no-retry reason [ignore-incomplete]"
	tests := []struct{ name, comment, want string }{
		{"no rule", "# sfngen:ignore",
			"the comment names no rule, so it silences nothing; write # sfngen:ignore RULE reason, with the name that a warning ends in " +
				"[ignore-incomplete]"},
		{"no reason", "# sfngen:ignore no-retry", noReason},
		{"no reason in words", "# sfngen:ignore no-retry --", noReason},
		{"no reason before the next", "# sfngen:ignore no-retry # sfngen:ignore no-retry a", noReason},
		{"near a rule", "# sfngen:ignore noretry why", `there is no rule "noretry"; did you mean no-retry? [ignore-unknown-rule]`},
		{"a slip", "# sfngen:ignore no-rertry why", `there is no rule "no-rertry"; did you mean no-retry? [ignore-unknown-rule]`},
		{"another case", "# sfngen:ignore No-Retry why", `there is no rule "No-Retry"; did you mean no-retry? [ignore-unknown-rule]`},
		{"in brackets", "# sfngen:ignore [no-retry] why", `there is no rule "[no-retry]"; did you mean no-retry? [ignore-unknown-rule]`},
		{"two rules", "# sfngen:ignore no-retry,attempts-wrap why",
			`there is no rule "no-retry,attempts-wrap"; name one rule; a second one gets a comment of its own [ignore-unknown-rule]`},
		{"nothing near", "# sfngen:ignore all of it",
			`there is no rule "all"; write the name that a warning ends in, without the brackets [ignore-unknown-rule]`},
		{"an error", "# sfngen:ignore retry-max-attempts why",
			"retry-max-attempts is an error, and only warnings can be ignored; mend what it says, and remove the comment [ignore-not-allowed]"},
		{"one about comments", "# sfngen:ignore ignore-unused why",
			"ignore-unused is about such comments, and cannot be ignored itself; mend or remove that comment [ignore-not-allowed]"},
		{"a slip in the word", "# sfngen:ingore no-retry why",
			`"sfngen:ingore" silences nothing; a warning is silenced by # sfngen:ignore RULE reason [ignore-incomplete]`},
		{"a space in the word", "# sfngen: ignore no-retry why",
			`"sfngen: ignore" silences nothing; a warning is silenced by # sfngen:ignore RULE reason [ignore-incomplete]`},
		{"a hyphen in the word", "# sfngen-ignore no-retry why",
			`"sfngen-ignore" silences nothing; a warning is silenced by # sfngen:ignore RULE reason [ignore-incomplete]`},
		{"no colon", "# sfngen ignore no-retry why",
			`"sfngen ignore" silences nothing; a warning is silenced by # sfngen:ignore RULE reason [ignore-incomplete]`},
		{"capitals", "# SFNGEN:IGNORE no-retry why",
			`"SFNGEN:IGNORE" silences nothing; a warning is silenced by # sfngen:ignore RULE reason [ignore-incomplete]`},
		{"the word of another tool", "# sfngen:disable no-retry why",
			`"sfngen:disable" silences nothing; a warning is silenced by # sfngen:ignore RULE reason [ignore-incomplete]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte(ignoreHead+"retry: {maxAttempts: 2} "+test.comment+"\n"))
			if len(findings) == 0 || !strings.HasSuffix(findings[0].String(), "spec.yaml:4:25: warning: "+test.want) {
				t.Errorf("got  %s\nwant spec.yaml:4:25: warning: %s", lines(findings), test.want)
			}
		})
	}
}

// TestErrorStays: no comment silences an error, and while there is one, none is called
// unused: the rules of warnings did not all run.
func TestErrorStays(t *testing.T) {
	src := ignoreHead + "retry: {maxAttempts: 0} # sfngen:ignore retry-max-attempts why\ntags: {a: b} # sfngen:ignore no-retry why\n"
	want := []string{"retry-max-attempts at 4", "ignore-not-allowed at 4"}
	if diff := cmp.Diff(want, said(t, src)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestManyIgnores: the work grows with the file, not with its square, whether comments
// stand below each other or on one line. With the square this takes minutes.
func TestManyIgnores(t *testing.T) {
	const one = "# sfngen:ignore no-retry why "
	fill := func(text string) string { return strings.Repeat(text, (spec.MaxSize-1000)/len(text)) }
	tests := []struct {
		name, comments string
		unused         bool
	}{
		{"lines", fill(one + one + "\n"), true},
		{"one line", fill(one) + "\n", true},
		{"no more than a mark for each #", fill("#") + one + "\n", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := said(t, test.comments+ignoreHead+"retry: {maxAttempts: 2}\n")
			if len(got) > 0 != test.unused {
				t.Errorf("got %d findings, want some: %t", len(got), test.unused)
			}
		})
	}
}

// TestUnusedIgnore: what is said of a comment that silences nothing helps to find its
// place.
func TestUnusedIgnore(t *testing.T) {
	const comment = "# sfngen:ignore no-retry why\n"
	const nothing = "warning: the comment silences nothing: "
	tests := []struct{ name, src, want string }{
		{"no such warning", "retry: {maxAttempts: 2} " + comment, "4:25: " + nothing + "line 4 has no warning no-retry; remove it"},
		{"it is elsewhere", "retry: " + comment + "  maxAttempts: 1\n",
			"4:8: " + nothing + "line 4 has no warning no-retry; write it on line 5, where that warning is, or above it"},
		{"at the end", "retry: {maxAttempts: 2}\n" + strings.TrimSpace(comment), "5:1: " + nothing + "no line follows it; remove it"},
		{"a second one", comment + "retry: {maxAttempts: 1} " + comment,
			"5:25: " + nothing + "the one on line 4 is about the same; remove it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, findings := spec.Parse("spec.yaml", []byte(ignoreHead+test.src))
			want := []string{"spec.yaml:" + test.want + " [ignore-unused]"}
			if diff := cmp.Diff(want, lines(unusedOf(file, findings))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
