package execution_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/execution"
)

func TestParseARN(t *testing.T) {
	const scope = "arn:aws-cn:states:cn-north-1:123456789012"
	for _, test := range []struct {
		name, text string
		want       execution.ARN
		ok         bool
	}{
		{"standard", scope + ":execution:orders:x-1", execution.ARN{Scope: scope, Machine: "orders", Name: "x-1"}, true},
		{"express", scope + ":express:orders:x-1:0f9c", execution.ARN{Scope: scope, Express: true, Machine: "orders", Name: "x-1"}, true},
		{"express without its UUID", scope + ":express:orders:x-1", execution.ARN{}, false},
		{"standard with a UUID", scope + ":execution:orders:x-1:0f9c", execution.ARN{}, false},
		{"a state machine", scope + ":stateMachine:orders", execution.ARN{}, false},
		{"a function", "arn:aws:lambda:eu-west-1:123456789012:function:orders:1", execution.ARN{}, false},
		{"a name that no execution has", scope + ":execution:orders:x*", execution.ARN{}, false},
		{"a name", "x-1", execution.ARN{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := execution.ParseARN(test.text)
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("ok %t, want %t; ARN (-want +got):\n%s", ok, test.ok, diff)
			}
		})
	}
}

func TestIsName(t *testing.T) {
	for name, want := range map[string]bool{
		"x": true, "0f9c-1_a": true, "grün": true, strings.Repeat("ü", 80): true,
		"": false, strings.Repeat("x", 81): false, "a b": false, "a:b": false, "a*": false, `a"`: false, "a\x1b": false, "a\xff": false,
	} {
		if got := execution.IsName(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
	}
}
