package eventbridge_test

import (
	"encoding/json"
	"testing"

	"github.com/sfngen/sfngen/internal/eventbridge"
)

// FuzzMatch: no input panics, and a mismatch has a reason.
func FuzzMatch(f *testing.F) {
	f.Add(`{"a": [1, "x", null, {"prefix": {"equals-ignore-case": "É"}}, {"suffix": "x"}, {"exists": false}]}`, `{"a": [1, {"b": 2}]}`)
	f.Add(`{"$or": [{"a.b": [{"cidr": "::/0"}]}, {"b": [{"anything-but": {"wildcard": ["*\\**", "a"]}}]}]}`, `{"a": [{"b": "::1"}], "b": []}`)
	f.Add(`{"a": {"b": [{"numeric": [">=", -0, "<", 1e308]}], "c": [{"anything-but": [1]}]}}`,
		`{"a": [{"b": 1e400}, {"c": 1}, {"b": 0.1, "c": 2}]}`)
	f.Fuzz(func(t *testing.T, pattern, event string) {
		matched, why, err := matchValue(json.RawMessage(pattern), event)
		if err == nil && matched == (why != "") {
			t.Errorf("matched = %t, why = %q", matched, why)
		}
		if err != nil && matched {
			t.Errorf("matched, and %v", err)
		}
	})
}

// FuzzTransform: no input panics, and the result is JSON.
func FuzzTransform(f *testing.F) {
	f.Add("$.detail", `{"a": <v>, "b": "<v>"}`, `{"detail": [1]}`)
	f.Add("$.a[0].b-c", `"<v> \"<v>\\"`, `{"a": [{"b-c": {"x": "y"}}]}`)
	f.Add("$", `<aws.events.event.json>`, `{"a": "\u0000"}`)
	f.Fuzz(func(t *testing.T, path, template, event string) {
		input, err := eventbridge.Transform(map[string]string{"v": path}, template, []byte(event))
		if err == nil && !json.Valid(input) {
			t.Errorf("no JSON: %s", input)
		}
	})
}
