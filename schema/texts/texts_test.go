package texts

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// forms has the forms that fields can have beyond those of today's schema.
const forms = `{"required": ["version"], "properties": {
	"version": {"type": "integer", "const": 1, "description": "One.", "x-comment": "of this format", "examples": [1]},
	"headers": {"description": "Credentials.", "x-comment": "read by the egress", "type": "object",
		"examples": [{"authorization": {"secret": "prod/acme"}}],
		"additionalProperties": {"errorMessage": "{secret: …}, {parameter: …} or a list of them",
			"oneOf": [{"$ref": "#/$defs/source"}, {"type": "array", "items": {"$ref": "#/$defs/source"}}]}},
	"waits": {"description": "Waits.", "x-comment": "by name", "type": "object", "default": {}, "examples": [{"a": "1s"}],
		"additionalProperties": {"type": "string", "x-minimum": "1s", "x-maximum": "1m"}},
	"limits": {"description": "Limits.", "type": "array", "default": [], "examples": [[{"requests": 60}]],
		"items": {"type": "object", "required": ["requests"], "properties": {
			"requests": {"description": "How many.", "type": "integer", "minimum": 1, "maximum": 9, "examples": [5]},
			"per": {"description": "Of what.", "type": "string", "enum": ["ip", "credential"], "default": "ip", "examples": ["credential"]}}}}},
	"$defs": {"source": {"type": "object", "properties": {
		"secret": {"description": "A secret.", "type": "string", "examples": ["prod/acme"]},
		"parameter": {"description": "A parameter.", "x-instead-of": "secret", "type": "string", "examples": ["/prod/acme"]}}}}}`

func TestForms(t *testing.T) {
	fields := fieldsOf([]byte(forms))
	tests := []struct{ name, got, want string }{
		{"complete", complete(fields), `version: 1
headers:
  authorization:
    parameter: /prod/acme
waits: {a: 1s}
limits:
  - requests: 5
    per: ip
`},
		{"with one field of a map's value", with(fields, map[string]string{"headers.*.secret": "x"}), `version: 1
headers:
  authorization:
    secret: x
`},
		{"with one field of an item", with(fields, map[string]string{"limits[].per": "ip"}), `version: 1
limits:
  - requests: 5
    per: ip
`},
		{"init", initSpec(fields)[len(initHead):], `version: 1                        # of this format
# headers: {authorization: {secret: prod/acme}} # read by the egress
# waits: {a: 1s}                  # by name
# limits:
#   - {requests: 60}
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.got); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRulesOfForms(t *testing.T) {
	var got []string
	for _, r := range rules(fieldsOf([]byte(forms))) {
		got = append(got, r.Name+": "+r.Words+"; wrong: "+r.wrong)
	}
	want := []string{
		"version: version is always 1; wrong: many",
		"headers: headers is a mapping; each value {secret: …}, {parameter: …} or a list of them; wrong: {a: text}",
		"headers-secret: headers.*.secret is text; wrong: [text]",
		"headers-parameter: headers.*.parameter is text; wrong: [text]",
		"waits: waits is a mapping; each value a duration of whole seconds, 1s to 1m; wrong: text",
		"limits-requests: limits[].requests is a whole number, 1 to 9; wrong: 10",
		"limits-per: limits[].per is one of ip, credential; wrong: IP",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}
