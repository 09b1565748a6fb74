package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A number of calls is no wait, whatever an API calls it.
func TestHeadersThatCountCalls(t *testing.T) {
	const at = "no-wait-header at retry.rateLimit.headers[1]"
	for name, want := range map[string][]string{
		"x-ratelimit-limit":                  {at},
		"X-RateLimit-Remaining":              {at},
		"x-rate-limit-limit":                 {at},
		"ratelimit-policy":                   {at},
		"x-rate-limit-requests-left":         {at},
		"anthropic-ratelimit-tokens-limit":   {at},
		"x-ratelimit-used":                   {at},
		"ratelimit":                          nil,
		"x-rate-limit":                       nil,
		"x-rate-limit-reset":                 nil,
		"x-ratelimit-remaining-seconds":      nil,
		"x-quota-reset":                      nil,
		"x-limit-retry-after":                nil,
		"x-vendor-rate-limit-time-reset-ms":  nil,
		"anthropic-ratelimit-requests-reset": nil,
	} {
		t.Run(name, func(t *testing.T) {
			src := "version: 1\nname: acme\nupstream: {url: https://api.acme.example}\n" +
				"retry: {maxAttempts: 3, rateLimit: {headers: [retry-after, " + name + "]}}\n"
			if diff := cmp.Diff(want, found(t, src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
