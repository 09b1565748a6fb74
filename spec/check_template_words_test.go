package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTemplateWords: whatever CloudFormation would read as its own is refused,
// wherever it is written.
func TestTemplateWords(t *testing.T) {
	const (
		head  = "version: 1\nname: acme\n"
		up    = "upstream: {url: https://a.example}\n"
		retry = "retry: {maxAttempts: 3, idempotency: {header: idempotency-key}}\n"
		keyed = head + up + retry
	)
	schedule := func(request string) string {
		return keyed + "triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: POST, path: /x, " + request + "}}]}\n"
	}
	event := func(pattern, request string) string {
		return keyed + "triggers: {events: [{name: on, pattern: " + pattern + ", request: {method: POST, path: /x" + request + "}}]}\n"
	}
	tests := []struct {
		name, src string
		want      []string
	}{
		{"a description", keyed + "description: 'key {{resolve:ssm:/a/b:2}}'\n", []string{"dynamic-reference at description"}},
		{"a description with spaces", keyed + "description: '{{ resolve:ssm:/a }}'\n", []string{"dynamic-reference at description"}},
		{"a description that only resembles it", keyed + "description: 'how we {{resolve}} resolve: things'\n", nil},
		{"a header", head + "upstream: {url: https://a.example, headers: {x-a: '{{resolve:ssm-secure:k:1}}'}}\n" + retry,
			[]string{"dynamic-reference at upstream.headers.x-a"}},
		{"a body's text", schedule("body: 'token={{resolve:secretsmanager:db:SecretString:pw}}'"),
			[]string{"dynamic-reference at triggers.schedules[0].request.body"}},
		{"deep in a body", schedule("body: {a: [1, {b: '{{resolve:ssm:x}}'}]}"),
			[]string{"dynamic-reference at triggers.schedules[0].request.body.a[1].b"}},
		{"a key of a body", schedule("body: {'{{resolve:ssm:x}}': 1}"),
			[]string{`dynamic-reference at triggers.schedules[0].request.body["{{resolve:ssm:x}}"]`}},
		{"a query", schedule("query: 'k={{resolve:ssm:x}}'"), []string{"dynamic-reference at triggers.schedules[0].request.query"}},
		{"a trigger's header", event("{source: [x]}", ", headers: {x-k: 'a {{resolve:ssm:x}}'}"),
			[]string{"dynamic-reference at triggers.events[0].request.headers.x-k"}},
		{"a pattern's value", event("{source: ['{{resolve:ssm:x}}']}", ""),
			[]string{"dynamic-reference at triggers.events[0].pattern.source[0]"}},
		{"a matcher's value", event("{detail: {a: [{prefix: '{{resolve:ssm:x}}'}]}}", ""),
			[]string{"dynamic-reference at triggers.events[0].pattern.detail.a[0].prefix"}},
		{"a pattern's key", event("{detail: {'{{resolve:ssm:x}}': [1]}}", ""),
			[]string{`dynamic-reference at triggers.events[0].pattern.detail["{{resolve:ssm:x}}"]`}},

		{"Ref in a pattern", event("{detail: {Ref: [x]}}", ""), []string{"template-key at triggers.events[0].pattern.detail.Ref"}},
		{"Fn::GetAtt in a pattern", event("{detail: {a: {'Fn::GetAtt': [x, y]}}}", ""),
			[]string{`template-key at triggers.events[0].pattern.detail.a["Fn::GetAtt"]`}},
		{"Fn::Sub in an alternative", event("{$or: [{source: [x]}, {detail: {'Fn::Sub': [x]}}]}", ""),
			[]string{`template-key at triggers.events[0].pattern["$or"][1].detail["Fn::Sub"]`}},
		{"Condition in a pattern", event("{detail: {Condition: [used]}}", ""),
			[]string{"template-key at triggers.events[0].pattern.detail.Condition"}},
		{"Fn::Transform in a body", schedule("body: {'Fn::Transform': {Name: AWS::Include}}"),
			[]string{`template-key at triggers.schedules[0].request.body["Fn::Transform"]`}},
		{"Ref in a list of a body", event("{source: [x]}", ", body: [{Ref: AWS::AccountId}]"),
			[]string{"template-key at triggers.events[0].request.body[0].Ref"}},
		{"Ref in a body that is text", schedule(`body: '{"Ref": "INV-1"}'`), nil},
		{"words that only resemble them", schedule("body: {ref: 1, Reference: 2, condition: 3, Conditions: 4, 'fn::x': 5, Fn: 6}"), nil},
		{"Ref as a value", event("{detail: {kind: [Ref, Condition, 'Fn::Sub']}}", ""), nil},
		{"a header called ref", event("{source: [x]}", ", headers: {Ref: a, Condition: b}"), nil},
		{"a tag called Ref", keyed + "tags: {Ref: a, Condition: b}\n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, found(t, test.src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
