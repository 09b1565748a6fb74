package eventbridge_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/eventbridge"
)

// TestFaults: all faults of a pattern, each with the steps that lead to it.
func TestFaults(t *testing.T) {
	tests := []struct {
		name    string
		pattern any
		want    []eventbridge.Fault
	}{
		{"none", map[string]any{"source": []any{"shop"}}, nil},
		{"several", map[string]any{"a": []any{"x", map[string]any{"regex": "y"}}, "b": map[string]any{"c": "z"}},
			[]eventbridge.Fault{
				{At: []any{"a", 1}, Reason: `unknown matcher "regex"; there are prefix, suffix, equals-ignore-case, anything-but, numeric, exists, ` +
					`wildcard, cidr`},
				{At: []any{"b", "c"}, Reason: `is a string; a pattern lists the values of a field: write ["z"]`},
			}},
		{"in an alternative", map[string]any{"$or": []any{map[string]any{"a": []any{1}}, map[string]any{"b": map[string]any{"c": []any{}}}}},
			[]eventbridge.Fault{{At: []any{"$or", 1, "b", "c"}, Reason: "an empty list matches nothing; list the values that the field may have"}}},
		{"the whole", []any{1}, []eventbridge.Fault{{Reason: "it is an array; a pattern is a JSON object"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, eventbridge.Faults(test.pattern)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}
