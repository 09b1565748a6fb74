package mockapi

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestNamesThatAreParsed(t *testing.T) {
	per, err := ParsePer("credential")
	diff(t, "per", PerCredential, per)
	diff(t, "per", "", message(err))
	kind, err := ParseTLS("not-spoken")
	diff(t, "tls", TLSNotSpoken, kind)
	diff(t, "tls", "", message(err))
	form, err := ParseRetryAfter("date")
	diff(t, "retry-after", RetryAfterDate, form)
	diff(t, "retry-after", "", message(err))
	families, err := ParseQuotaHeaders("x-ratelimit, ratelimit")
	diff(t, "headers", []QuotaHeader{QuotaX, QuotaRateLimit}, families)
	diff(t, "headers", "", message(err))
	_, err = ParseQuotaHeaders("ratelimit,")
	diff(t, "an empty name", `must be ratelimit, ratelimit-list, ratelimit-reset, x-ratelimit, x-ratelimit-epoch, `+
		`x-ratelimit-epoch-ms, x-ratelimit-rfc3339 or x-ratelimit-requests, got ""`, message(err))
}

func TestConfigsThatAreRefused(t *testing.T) {
	ok := []Step{{Code: 200}}
	tests := []struct {
		cfg  Config
		want string
	}{
		{Config{Limits: []Limit{{Requests: -1, Window: time.Second}}}, "Limits: [0]: the requests must be between 1 and 1000000000, got -1"},
		{Config{Limits: []Limit{{Window: time.Second}}}, "Limits: [0]: the requests must be between 1 and 1000000000, got 0"},
		{Config{Limits: make([]Limit, 9)}, "Limits: must be 8 at most, got 9"},
		{Config{Limits: []Limit{{Requests: 1, Window: time.Second, Kind: "leaky"}}},
			`Limits: [0]: must be fixed, clock, sliding or bucket, got "leaky"`},
		{Config{Kind: "leaky"}, `Kind: must be fixed, clock, sliding or bucket, got "leaky"`},
		{Config{Per: "host"}, `Per: must be ip, credential or all, got "host"`},
		{Config{Code: 199}, "Code: must be between 200 and 599, got 199"},
		{Config{Body: make([]byte, 1<<20+1)}, "Body: must be between 0 and 1048576, got 1048577"},
		{Config{RetryAfter: "later"}, `RetryAfter: must be seconds, fraction, millis, date, none, past, negative, year or garbage, got "later"`},
		{Config{Headers: []QuotaHeader{"x"}}, `Headers: [0]: must be ratelimit, ratelimit-list, ratelimit-reset, x-ratelimit, ` +
			`x-ratelimit-epoch, x-ratelimit-epoch-ms, x-ratelimit-rfc3339 or x-ratelimit-requests, got "x"`},
		{Config{Ban: Ban{After: 3, For: time.Second}}, "Ban: needs a limit, because what it counts are calls over the limit"},
		{Config{Limits: []Limit{twoIn10s}, Ban: Ban{After: 3}}, "Ban: the time must be between 1ms and 8760h, got 0s"},
		{Config{Script: Script{Again: true}}, "Script: has no entry to begin again with"},
		{Config{Script: Script{Steps: []Step{{Code: 200, Pass: true}}}}, "Script: [0]: must be a status (100, 102..999), reset"},
		{Config{Paths: []PathScript{{"orders", Script{Steps: ok}}}}, `Paths: a path must begin with a slash, got "orders"`},
		{Config{Paths: []PathScript{{"/a", Script{}}}}, "Paths: /a: the script is empty"},
		{Config{Paths: []PathScript{{"/a", Script{Steps: ok}}, {"/a", Script{Steps: ok}}}}, "Paths: /a has two scripts; join them with a comma"},
		{Config{ScriptPer: "x"}, `ScriptPer: must be ip, credential or all, got "x"`},
		{Config{Latency: Range{0, 2 * time.Hour}}, "Latency: must be between 0s and 1h, got 0s..2h"},
		{Config{Errors: math.NaN()}, "Errors: must be between 0 and 1, got NaN"},
		{Config{TLS: "bad"}, `TLS: must be off, good, expired, wrong-name, self-signed, handshake or not-spoken, got "bad"`},
		{Config{Keep: -1}, "Keep: must be between 1 and 1000000, got -1"},
		{Config{Code: 1, Errors: 2}, "Code: must be between 200 and 599, got 1\nErrors: must be between 0 and 1, got 2"},
	}
	for _, test := range tests {
		_, err := New(test.cfg, newWorld().environment())
		if !strings.HasPrefix(message(err), test.want) {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
	}
	_, err := New(Config{}, Environment{})
	diff(t, "no environment", "environment: Now, Sleep and Random must be given", message(err))
}
