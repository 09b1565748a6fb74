package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Severity of a finding: an error stops a build, a warning only with --strict and
// where no comment ignores it.
type Severity string

const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Position is a place in a spec; line and column count from 1, the column in
// characters. The zero Position means the file as a whole.
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Finding is one thing that is wrong, or questionable, in a spec.
type Finding struct {
	File     string   `json:"file"`
	Position Position `json:"position"`
	Severity Severity `json:"severity"`
	// Path is the field, as in "retry.maxAttempts", "triggers.schedules[0].name" or, of
	// what an environment writes, "environments.prod.egress.count".
	Path string `json:"path,omitempty"`
	// Environments are those in which it is so, where it is not so in all of them and the
	// path does not say it.
	Environments []string `json:"environments,omitempty"`
	Message      string   `json:"message"`
	// Hint says what to do, where that is not plain from the message.
	Hint string `json:"hint,omitempty"`
	// Rule is the stable name under which docs/rules.md explains it.
	Rule string `json:"rule"`
	// Ignored is set for a warning that a comment of the spec silences. It counts for
	// nothing, and only --format json shows it.
	Ignored *Ignored `json:"ignored,omitempty"`
	// Source is the line that the position points into.
	Source string `json:"-"`
}

// String is the finding's one-line form, without the source line:
//
//	spec.yaml:14:16: error: retry.maxAttempts: must be between 1 and 50, got 0 [retry-max-attempts]
func (f Finding) String() string {
	text := f.Sentence()
	if f.Hint != "" {
		text += "; " + f.Hint
	}
	if f.Position.Line == 0 {
		return fmt.Sprintf("%s: %s: %s [%s]", f.File, f.Severity, text, f.Rule)
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s [%s]", f.File, f.Position.Line, f.Position.Column, f.Severity, text, f.Rule)
}

// Link is the place of docs/rules.md that explains the finding's rule.
func (f Finding) Link() string { return contract.RulesPage + "#" + f.Rule }

// Sentence is what is wrong with which field, in which environments, without the hint.
func (f Finding) Sentence() string {
	text := f.Message
	if f.Path != "" {
		text = f.Path + ": " + text
	}
	switch len(f.Environments) {
	case 0:
		return text
	case 1:
		return text + " (in environment " + f.Environments[0] + ")"
	}
	last := len(f.Environments) - 1
	return text + " (in environments " + strings.Join(f.Environments[:last], ", ") + " and " + f.Environments[last] + ")"
}

// Sort orders findings by position, then rule, then text, so that the same
// spec always gives the same list.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
			slices.Compare(a.Environments, b.Environments),
		)
	})
}

// HasErrors reports whether one of the findings stops a build.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error })
}
