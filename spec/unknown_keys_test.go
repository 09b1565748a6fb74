package spec

import "testing"

// TestFieldNamed: a key in the wrong section, where the schema has its name in several.
func TestFieldNamed(t *testing.T) {
	for _, test := range []struct{ name, section, want string }{
		{"initialDelay", "retry", "retry.backoff.initialDelay"},
		{"initialDelay", "", "retry.backoff.initialDelay"},
		{"initialDelay", "retry.rateLimit", "retry.rateLimit.backoff.initialDelay"},
		{"initial_delay", "egress", "retry.backoff.initialDelay"},
		{"minWait", "retry", "retry.rateLimit.minWait"},
		{"scope", "", "retry.rateLimit.scope"},
		{"headers", "retry", "retry.rateLimit.headers"},
		{"headers", "", ""}, // of upstream or of rateLimit
		{"name", "egress", ""},
		{"exists", "retry", ""},
		{"nonsense", "retry", ""},
	} {
		if got := fieldNamed(test.name, test.section); got != test.want {
			t.Errorf("%s in %q: %q, want %q", test.name, test.section, got, test.want)
		}
	}
}
