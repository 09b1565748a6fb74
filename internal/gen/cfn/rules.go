package cfn

import "github.com/sfngen/sfngen/spec"

// Rules are the rules about what AWS would refuse, or does not have, and only a
// stack's files show; in the order of docs/rules.md.
func Rules() []spec.Rule {
	return []spec.Rule{
		{Name: "definition-too-large", Severity: spec.Error, Meaning: "a state machine has at most 1,048,576 characters"},
		{Name: "template-too-large", Severity: spec.Error, Meaning: "a template has at most 1 MiB"},
		{Name: "too-many-resources", Severity: spec.Error, Meaning: "a template has at most 500 resources"},
		{Name: "schedule-input-too-large", Severity: spec.Error, Meaning: "a schedule's request has at most 196,608 bytes as JSON"},
		{Name: "event-input-too-large", Severity: spec.Error, Meaning: "an event's request has at most 8,192 characters as JSON"},
		{Name: "event-angle-brackets", Severity: spec.Error,
			Meaning: "an event's request holds no < and > beside bodyFrom or an idempotency key"},
		{Name: "event-pattern-too-large", Severity: spec.Error, Meaning: "an event's pattern has at most 4,096 characters as JSON"},
		{Name: "event-pattern-over-quota", Severity: spec.Warning, Meaning: "an event's pattern is longer than AWS allows by default"},
		{Name: "no-function-url", Severity: spec.Warning, Meaning: "AWS GovCloud (US) has no function URLs"},
	}
}
