package spec

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestForeignWords: each word is answered with our field and its system's name,
// wherever it is, and the field is not reported as missing.
func TestForeignWords(t *testing.T) {
	for _, word := range foreignWords {
		t.Run(word.word, func(t *testing.T) {
			if rootShape().at(word.target).schema == nil {
				t.Fatalf("the spec has no field %s", word.target)
			}
			src := "version: 1\nname: acme\nupstream: {url: https://api.acme.example}\nretry: {maxAttempts: 3}\n" + wordIn(word)
			_, findings := Parse("spec.yaml", []byte(src))
			if len(findings) != 1 {
				t.Fatalf("got %d findings, want 1: %v", len(findings), findings)
			}
			got := findings[0]
			if got.Rule != "foreign-word" || !strings.Contains(got.Message, word.system) || !strings.Contains(got.Message, word.target) {
				t.Errorf("got %s, want foreign-word with %q and %q", got, word.system, word.target)
			}
		})
	}
}

// wordIn is a line with the word: at the top, unless it means something else there.
func wordIn(word foreign) string {
	if atTop, _ := foreignWord(word.word, "", nil); atTop.target == word.target {
		return word.word + ":\n"
	}
	line, sections := word.word+": ", strings.Split(word.target, ".")
	for _, section := range slices.Backward(sections[:len(sections)-1]) {
		line = section + ": {" + line + "}"
	}
	return line + "\n"
}

func TestForeignWordCarriesItsValue(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"counts retries", "maxRetries: 2", "write retry.maxAttempts: 3 (it counts the first call too)"},
		{"other spelling", "max-retries: 2", "write retry.maxAttempts: 3 (it counts the first call too)"},
		{"Envoy counts retries", "num_retries: 0", "write retry.maxAttempts: 1 (it counts the first call too)"},
		{"ASL counts retries", "MaxAttempts: 2", "write retry.maxAttempts: 3 (it counts the first call too)"},
		{"the AWS SDKs count calls", "max_attempts: 2", "write retry.maxAttempts: 2"},
		{"ours in the wrong place", "maxAttempts: 2", "write retry.maxAttempts: 2"},
		{"seconds", "IntervalSeconds: 2", "write retry.backoff.initialDelay: 2s"},
		{"part of a second", "IntervalSeconds: 1.5", "write retry.backoff.initialDelay: 2s"},
		{"milliseconds", "retryDelay: 2500", "write retry.backoff.initialDelay: 3s"},
		{"a factor", "BackoffRate: 2.5", "write retry.backoff.multiplier: 2.5"},
		{"a factor out of range", "BackoffRate: 25", ""},
		{"a duration", "maxBackoff: 10s", "write retry.backoff.maxDelay: 10s"},
		{"a number that may be anything", "timeout: 5000", ""},
		{"capitals", "JitterStrategy: FULL", "write retry.backoff.jitter: full"},
		{"codes", "retriable_status_codes: [429, 503]", "write retry.retryableStatusCodes: [429, 503]"},
		{"a URL", "baseUrl: https://api.acme.example", "write upstream.url: https://api.acme.example"},
		{"a mapping", "attempts: {count: 2}", ""},
		{"no value", "attempts:", ""},
		{"a text", "retries: many", ""},
		{"by its section", "egress: {reservedConcurrency: 7}", "write egress.concurrency: 7"},
		{"by another section", "triggers: {functionUrl: {reserved_concurrency: 7}}", "write triggers.functionUrl.concurrency: 7"},
		{"absurd", "retries: 1e30", ""},
		{"negative", "retries: -1", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := Parse("spec.yaml",
				[]byte("version: 1\nname: acme\nupstream: {url: https://api.acme.example}\nretry: {maxAttempts: 3}\n"+test.line+"\n"))
			if len(findings) != 1 || findings[0].Rule != "foreign-word" {
				t.Fatalf("got %v, want one foreign-word", findings)
			}
			if diff := cmp.Diff(test.want, findings[0].Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
}
