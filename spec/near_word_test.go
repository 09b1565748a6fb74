package spec

import (
	"strings"
	"testing"
)

func TestNear(t *testing.T) {
	tests := []struct {
		name, word string
		candidates []string
		want       string
	}{
		{"other case", "MAXATTEMPTS", []string{"backoff", "maxAttempts"}, "maxAttempts"},
		{"other separators", "max_attempts", []string{"backoff", "maxAttempts"}, "maxAttempts"},
		{"a letter missing", "maxAttmpts", []string{"backoff", "maxAttempts"}, "maxAttempts"},
		{"letters swapped", "juf", []string{"full", "none"}, ""},
		{"swapped in a longer word", "deadlnie", []string{"backoff", "deadline"}, "deadline"},
		{"the only completion", "exp", []string{"exponential", "linear"}, "exponential"},
		{"two completions", "exp", []string{"exponential", "express"}, ""},
		{"nothing like it", "budget", []string{"backoff", "deadline"}, ""},
		{"too short to tell", "id", []string{"ip"}, ""},
		{"a very long word", strings.Repeat("a", 1000), []string{"ip"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := near(test.word, test.candidates); got != test.want {
				t.Errorf("near(%q) = %q, want %q", test.word, got, test.want)
			}
		})
	}
}
