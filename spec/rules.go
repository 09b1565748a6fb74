package spec

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// rulesText has a line "severity name" for each rule, in the order of docs/rules.md,
// from which a test writes it.
//
//go:embed rules.txt
var rulesText string

// rules are the names of all rules with the severity of their findings.
var rules = sync.OnceValue(func() map[string]Severity {
	severities := map[string]Severity{}
	for line := range strings.Lines(rulesText) {
		severity, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		severities[name] = Severity(severity)
	}
	return severities
})

func ruleSeverity(name string) (severity Severity, known bool) {
	severity, known = rules()[name]
	return severity, known
}

// rulesOf are the names of the rules with one severity, in the order of docs/rules.md.
func rulesOf(severity Severity) []string {
	var names []string
	for line := range strings.Lines(rulesText) {
		if of, name, _ := strings.Cut(strings.TrimSpace(line), " "); of == string(severity) {
			names = append(names, name)
		}
	}
	return names
}

// NearestRule is the rule whose name a word was probably meant to be, "" when none is close.
func NearestRule(word string) string {
	return near(strings.ReplaceAll(word, ".", "-"), slices.Concat(rulesOf(Error), rulesOf(Warning)))
}

// CanBeIgnored reports whether a comment of a spec can silence the rule's findings: those
// of warnings, but for the ones about such comments.
func CanBeIgnored(rule string) bool {
	severity, known := ruleSeverity(rule)
	return known && severity == Warning && !strings.HasPrefix(rule, "ignore-")
}
