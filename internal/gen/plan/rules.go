package plan

import "github.com/sfngen/sfngen/spec"

// Rules are what only the resolved plan shows, in the order of docs/rules.md.
func Rules() []spec.Rule {
	return []spec.Rule{
		{Name: "deadline-too-short", Severity: spec.Error, Meaning: "the deadline holds at least one attempt"},
		{Name: "attempts-cut-off", Severity: spec.Warning, Meaning: "in the worst case the deadline leaves no time for some attempts"},
		{Name: "waited-standard", Severity: spec.Warning, Meaning: "callers wait for a standard workflow"},
	}
}
