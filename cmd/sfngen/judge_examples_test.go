package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// What the examples make of answers whose code leaves it open: the line of the
// verdict that says what follows.
func TestExamplesJudge(t *testing.T) {
	throttled := `{"errors": [{"extensions": {"code": "THROTTLED"}}], "extensions": {"retryAfter": 45}}`
	for _, test := range []struct {
		name, example, answer, want string
	}{
		{"a permission", "github-public", "403|x-ratelimit-remaining: 41|{}",
			"no attempt follows: status 403 is not retried"},
		{"the hour of an address", "github-public", "403|x-ratelimit-remaining: 0|{}",
			"attempt 2 at once, through another egress"},
		{"a secondary limit", "github-public", `403|x-ratelimit-remaining: 41|{"message": "You have exceeded a secondary rate limit."}`,
			"attempt 2 after 1m (minWait) and up to 1s of jitter, through another egress"},
		{"a limit of the code alone", "github-public", "429|server: github.com|{}",
			"attempt 2 at once, through another egress"},
		{"overloaded", "claude-messages", "529|retry-after: 5|{}",
			"attempt 2 after 5s (requested) and up to 2s of jitter"},
		{"overloaded, and no retry wanted", "claude-messages", "529|x-should-retry: false|{}",
			"no attempt follows: rule API says no retry rejects it"},
		{"a retry wanted", "claude-messages", "429|x-should-retry: true|{}",
			"attempt 2 after 0s to 2s (backoff)"},
		{"no money", "llm-chat", `429|retry-after: 5|{"error": {"code": "insufficient_quota"}}`,
			"no attempt follows: rule money is gone rejects it"},
		{"too fast", "llm-chat", `429|x-ratelimit-reset-tokens: 6s|{"error": {"code": "rate_limit_exceeded"}}`,
			"attempt 2 after 6s (requested) and up to 2s of jitter"},
		{"a failure that may have cost money", "llm-chat", "500|retry-after: 5|{}",
			"no attempt follows: status 500 is not retried"},
		{"a limit in a 200", "shop-graphql", "200|content-type: application/json|" + throttled,
			"attempt 2 after 45s (requested) and up to 30s of jitter"},
		{"a limit that does not say how long", "shop-graphql",
			`200|content-type: application/json|{"errors": [{"extensions": {"code": "THROTTLED"}}]}`,
			"attempt 2 after 0s to 30s (backoff)"},
		{"data", "shop-graphql", `200|content-type: application/json|{"data": {"code": "THROTTLED"}}`,
			"the caller gets it"},
	} {
		t.Run(test.example+"/"+test.name, func(t *testing.T) {
			parts := strings.SplitN(test.answer, "|", 3)
			spec := filepath.Join("..", "..", "examples", test.example+".yaml")
			var out, failed strings.Builder
			args := []string{"judge", spec, "--status", parts[0], "-H", parts[1], "--body", parts[2]}
			if code := Run(args, strings.NewReader(""), &out, &failed); code != 0 {
				t.Fatalf("exit status %d: %s", code, failed.String())
			}
			if !strings.HasSuffix(out.String(), "\nthen        "+test.want+"\n") {
				t.Errorf("got\n%s\nwant to end with %q", out.String(), test.want)
			}
		})
	}
}
