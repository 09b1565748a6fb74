package mockapi

import (
	"testing"
	"time"
)

func mustLimits(t testing.TB, texts ...string) []Limit {
	t.Helper()
	var all []Limit
	for _, text := range texts {
		limit, err := ParseLimit(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, limit)
	}
	return all
}

// Every limit has to let a call through, and what one refuses counts for no other.
func TestLimitsTogether(t *testing.T) {
	world := newWorld()
	api := mustNew(t, Config{Limits: mustLimits(t, "2/1s:ip", "3/1m:credential"), Headers: []QuotaHeader{QuotaX}}, world.environment())
	url := start(t, api)
	one, other := from(t, "127.0.0.101"), from(t, "127.0.0.102")
	diff(t, "of its address", []int{200, 200, 429}, statuses(t, one, url, 3))
	diff(t, "why", "over 2/1s:ip, 1s left", api.Requests()[2].Why)
	last := mustCall(t, other, "GET", url, "")
	diff(t, "the refused call did not count for the credential", 200, last.status)
	diff(t, "the tightest limit is told", "3", last.header.Get("X-Ratelimit-Limit"))
	diff(t, "its rest", "0", last.header.Get("X-Ratelimit-Remaining"))
	refused := mustCall(t, other, "GET", url, "")
	diff(t, "of the credential", 429, refused.status)
	diff(t, "the longest wait is requested", "60", refused.header.Get("Retry-After"))
	diff(t, "another credential", 200, mustCall(t, other, "GET", url, "", "X-Api-Key", "k2").status)
	diff(t, "which its address refuses next", 429, mustCall(t, other, "GET", url, "", "X-Api-Key", "k2").status)
	diff(t, "both are over", []int{429}, statuses(t, one, url, 1))
	diff(t, "the longer of them", "over 3/1m:credential, 1m left", api.Requests()[7].Why)
	world.advance(time.Minute)
	diff(t, "after both windows", []int{200, 200, 429}, statuses(t, one, url, 3))
}

// A client that is banned again is banned for longer.
func TestBansThatGrow(t *testing.T) {
	world := newWorld()
	ban, err := ParseBan("1/2m..5m:418")
	if err != nil {
		t.Fatal(err)
	}
	api := mustNew(t, Config{Limits: mustLimits(t, "1/1s"), Ban: ban}, world.environment())
	url := start(t, api)
	client := from(t, "127.0.0.101")
	for _, want := range []string{"120", "240", "300", "300"} {
		diff(t, "into the ban", []int{200, 429}, statuses(t, client, url, 2))
		banned := mustCall(t, client, "GET", url, "")
		diff(t, "the ban", 418, banned.status)
		diff(t, "until when", want, banned.header.Get("Retry-After"))
		world.advance(5 * time.Minute)
	}
}

// What is over a limit gets a text of the vendor's, and says what it is.
func TestBodyOfARefusal(t *testing.T) {
	for _, test := range []struct{ body, kind string }{
		{"{\"message\":\"You have exceeded a secondary rate limit.\"}", "application/json"},
		{"access too frequent", "text/plain; charset=utf-8"},
		{"", "text/plain; charset=utf-8"},
	} {
		api := mustNew(t, Config{Limits: mustLimits(t, "1/1h"), Body: []byte(test.body)}, newWorld().environment())
		diff(t, "let through", "/orders", decode(t, call(t, api, "GET", "/orders", "").body).Path)
		refused := call(t, api, "GET", "/orders", "")
		diff(t, "status", 429, refused.status)
		diff(t, "body", test.body, string(refused.body))
		diff(t, "type", test.kind, refused.header.Get("Content-Type"))
	}
}
