package local_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// head is a spec without egress and retry.
const head = `version: 1
name: orders
upstream: {url: https://api.acme.example, methods: [GET, POST]}
`

// limitCase is one request against a scripted upstream.
type limitCase struct {
	name       string
	script     string
	status     int
	retryAfter string
	attempts   string // x-sfngen-attempts
	story      []string
	egresses   []int // that the upstream saw
}

// tryLimits sends each request to its own path, through a stack that was told nothing.
func tryLimits(t *testing.T, spec string, cases []limitCase) {
	t.Helper()
	var paths []mockapi.PathScript
	for i, tt := range cases {
		paths = append(paths, scripts(t, fmt.Sprintf("/%d=%s", i, tt.script))...)
	}
	upstream, at := apiAt(t, mockapi.Config{Paths: paths}, wholeSecond)
	for i, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, head+spec, at, skipping)
			path := fmt.Sprintf("/%d", i)
			a := r.call("GET", path, "")
			a.says(t, tt.status, "Retry-After", tt.retryAfter, "X-Sfngen-Attempts", tt.attempts,
				"X-Sfngen-Egress", fmt.Sprint(tt.egresses[len(tt.egresses)-1]), "Content-Type", "application/json")
			same(t, "story", tt.story, storyOf(r, a.execution))
			same(t, "upstream", fromEgresses("GET "+path, tt.egresses...), callsUnder(upstream, path))
			want := event.Succeeded
			if tt.status != http.StatusOK {
				want = event.Failed
			}
			same(t, "status", want, r.result(a.execution).Status)
		})
	}
}

// A 503 is about the server, so a fresh egress waits too; headers about a rate
// limit do not apply to it.
func Test503WithAnAskIsWaitedForBeforeAFreshEgress(t *testing.T) {
	t.Parallel()
	tryLimits(t, `
egress: {count: 3, start: first}
retry: {maxAttempts: 3, `+noJitter+`}`, []limitCase{
		{name: "no requested wait", script: "503,200", status: 200, attempts: "2", egresses: []int{1, 2},
			story: []string{"1 by egress 1: transient 503, waits 3s", "2 by egress 2: success 200"}},
		{name: "a requested wait", script: "503:retry-after=7,200", status: 200, attempts: "2", egresses: []int{1, 2},
			story: []string{"1 by egress 1: transient 503, waits 7s", "2 by egress 2: success 200"}},
		{name: "a requested wait in the past", script: "503:retry-after=date-1h,200", status: 200, attempts: "2", egresses: []int{1, 2},
			story: []string{"1 by egress 1: transient 503, waits 3s", "2 by egress 2: success 200"}},
		{name: "a window's reset", script: "503:x-ratelimit-reset=9,200", status: 200, attempts: "2", egresses: []int{1, 2},
			story: []string{"1 by egress 1: transient 503, waits 3s", "2 by egress 2: success 200"}},
		{name: "a requested wait longer than maxWait", script: "503:retry-after=61,200", status: 503, retryAfter: "61", attempts: "1",
			egresses: []int{1},
			story:    []string{"1 by egress 1: rejected 503"}},
	})
}

func Test503AmongTheCodesOfALimit(t *testing.T) {
	t.Parallel()
	tryLimits(t, `
egress: {count: 3, start: first}
retry: {maxAttempts: 3, `+noJitter+`, rateLimit: {statusCodes: [429, 503]}}`, []limitCase{
		{name: "no requested wait: of one address", script: "503,200", status: 200, attempts: "2", egresses: []int{1, 2},
			story: []string{"1 by egress 1: rate-limited 503", "2 by egress 2: success 200"}},
		{name: "a requested wait: of one address too", script: "503:retry-after=7,200", status: 200, attempts: "2", egresses: []int{1, 2},
			story: []string{"1 by egress 1: rate-limited 503", "2 by egress 2: success 200"}},
		{name: "a requested wait of 0 s", script: "503:retry-after=0,200", status: 200, attempts: "2", egresses: []int{1, 2},
			story: []string{"1 by egress 1: rate-limited 503", "2 by egress 2: success 200"}},
	})
}

func TestEveryEgressIsLimited(t *testing.T) {
	t.Parallel()
	first := "1 by egress 1: rate-limited 429"
	second := "2 by egress 2: rate-limited 429"
	tryLimits(t, `
egress: {count: 3, start: first}
retry: {maxAttempts: 6, deadline: 5m, `+noJitter+`}`, []limitCase{
		{name: "the requested wait is waited, then it works", script: "429x3:retry-after=30,200", status: 200, attempts: "4",
			egresses: []int{1, 2, 3, 1},
			story:    []string{first, second, "3 by egress 3: rate-limited 429, waits 30s", "4 by egress 1: success 200"}},
		{name: "nothing is requested: the backoff", script: "429x3,200", status: 200, attempts: "4", egresses: []int{1, 2, 3, 1},
			story: []string{first, second, "3 by egress 3: rate-limited 429, waits 3s", "4 by egress 1: success 200"}},
		{name: "requested longer than maxWait", script: "429x3:retry-after=90,200", status: 429, retryAfter: "90", attempts: "3",
			egresses: []int{1, 2, 3},
			story:    []string{first, second, "3 by egress 3: rejected 429"}},
		{name: "the first requests too much, the second is waited for", script: "429:retry-after=90,429:retry-after=20,429:retry-after=10,200",
			status: 200, attempts: "5", egresses: []int{1, 2, 3, 2},
			story: []string{first, second, "3 by egress 3: rate-limited 429, waits 0s", "4 by egress 1: rate-limited skipped, waits 20s",
				"5 by egress 2: success 200"}},
		{name: "it never ends", script: "429:retry-after=5", status: 429, retryAfter: "5", attempts: "6", egresses: []int{1, 2, 3, 1, 2, 3},
			story: []string{first, second, "3 by egress 3: rate-limited 429, waits 5s", "4 by egress 1: rate-limited 429, waits 3s",
				"5 by egress 2: rate-limited 429, waits 3s", "6 by egress 3: rate-limited 429"}},
	})
}

// With full jitter a share of the backoff comes after a requested wait, and who reads the
// history is told both parts.
func TestJitterComesAfterARequestedWait(t *testing.T) {
	t.Parallel()
	const pool, one = "egress: {count: 3, start: first}", "egress: {count: 1}"
	const retry = "\nretry: {maxAttempts: 2, attemptTimeout: 10s, deadline: 2m, backoff: {initialDelay: 4s}, rateLimit: {maxWait: 115s}}\n"
	for _, tt := range []struct {
		name, spec, script, why string
		wait                    time.Duration
	}{
		{"a 503", pool, "503:retry-after=7,200", "7s requested by the API, egress 1, and 2s of jitter", 9 * time.Second},
		{"a 503 with 0 s", pool, "503:retry-after=0,200", "backoff", 2 * time.Second},
		{"a 503 without a request", pool, "503,200", "backoff", 2 * time.Second},
		{"the only egress", one, "429:retry-after=7,200", "7s requested by the API, egress 1, and 2s of jitter", 9 * time.Second},
		{"less than the backoff", one, "429:retry-after=1,200", "1s requested by the API, egress 1, and 2s of jitter", 3 * time.Second},
		{"as long as maxWait", one, "429:retry-after=60,200", "1m0s requested by the API, egress 1, and 2s of jitter",
			62 * time.Second},
		{"cut by the deadline", one, "429:retry-after=104,200", "1m44s requested by the API, egress 1, and 1s of jitter",
			105 * time.Second},
		{"nothing left by the deadline", one, "429:retry-after=105,200", "requested by the API, egress 1", 105 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, at := apiAt(t, mockapi.Config{Paths: scripts(t, "/="+tt.script)}, wholeSecond)
			middle := func(o *local.Options) { o.Random = func() float64 { return 0.5 } }
			stands := func(o *local.Options) { o.Clock = clocktest.NewVirtual(wholeSecond()) }
			r := run(t, head+tt.spec+retry, at, stands, middle)
			a := r.call("GET", "/", "")
			a.says(t, 200, "X-Sfngen-Attempts", "2")
			wait := r.attempts(a.execution)[0].Wait
			same(t, "wait", tt.wait, wait.Duration())
			same(t, "why", tt.why, story.WaitFor(*wait))
		})
	}
}

// The upstream counts and its windows end while the execution waits, by one clock.
func TestLimitsThatEndWhileItWaits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		limit mockapi.Config
		spec  string
		want  []string // who answered each request, and after how many attempts
		calls []int    // the egresses, in the order of their calls
	}{
		{
			name: "of each address", limit: mockapi.Config{Per: mockapi.PerIP},
			spec: "egress: {count: 2, start: first}\nretry: {maxAttempts: 3, " + noJitter + "}",
			want: []string{"1 after 1", "2 after 2", "1 after 3"}, calls: []int{1, 1, 2, 2, 1},
		},
		{
			name: "of the credential", limit: mockapi.Config{Per: mockapi.PerCredential},
			spec: "egress: {count: 2, start: first}\nretry: {maxAttempts: 3, " + noJitter + ", rateLimit: {scope: credential}}",
			want: []string{"1 after 1", "2 after 2", "2 after 2"}, calls: []int{1, 1, 2, 1, 2},
		},
		{
			name: "told in x-ratelimit-reset alone",
			limit: mockapi.Config{Per: mockapi.PerAll, RetryAfter: mockapi.RetryAfterNone,
				Headers: []mockapi.QuotaHeader{mockapi.QuotaXEpochMillis}},
			spec: "egress: {count: 1}\nretry: {maxAttempts: 2, " + noJitter + "}",
			want: []string{"1 after 1", "1 after 2", "1 after 2"}, calls: []int{1, 1, 1},
		},
		{
			name:  "told in ratelimit alone",
			limit: mockapi.Config{Per: mockapi.PerAll, RetryAfter: mockapi.RetryAfterNone, Headers: []mockapi.QuotaHeader{mockapi.QuotaRateLimit}},
			spec:  "egress: {count: 1}\nretry: {maxAttempts: 2, " + noJitter + "}",
			want:  []string{"1 after 1", "1 after 2", "1 after 2"}, calls: []int{1, 1, 1},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewVirtual(wholeSecond())
			tt.limit.Limits = []mockapi.Limit{{Requests: 1, Window: 40 * time.Second}}
			upstream, at := apiAt(t, tt.limit, c.Now)
			r := run(t, strings.Replace(head, "methods:", "headers: {x-api-key: k1}, methods:", 1)+tt.spec, at, onClock(c))
			var got []string
			for range tt.want {
				a := r.call("GET", "/orders", "")
				a.says(t, 200)
				got = append(got, a.header.Get("X-Sfngen-Egress")+" after "+a.header.Get("X-Sfngen-Attempts"))
			}
			same(t, "answers", tt.want, got)
			same(t, "upstream", fromEgresses("GET /orders", tt.calls...), callsAt(upstream))
			if c.Skipped() == 0 {
				t.Error("nothing was waited for")
			}
		})
	}
}

// The headers of a limited call come back complete, and so do those of a success.
func TestLimitFieldsReachTheCaller(t *testing.T) {
	t.Parallel()
	_, at := apiAt(t, mockapi.Config{Limits: []mockapi.Limit{{Requests: 1, Window: time.Minute}}, Per: mockapi.PerAll,
		Headers: []mockapi.QuotaHeader{mockapi.QuotaX, mockapi.QuotaRateLimit}}, wholeSecond)
	for _, tt := range []struct {
		status           int
		left, retryAfter string
	}{{200, "0", ""}, {429, "0", "60"}} {
		r := run(t, base(`retry: {maxAttempts: 1}`), at, skipping)
		r.call("GET", "/", "").says(t, tt.status, "Retry-After", tt.retryAfter, "X-Ratelimit-Remaining", tt.left,
			"X-Ratelimit-Reset", "60", "Ratelimit", `"default";r=0;t=60`, "X-Sfngen-Attempts", "1", "X-Sfngen-Egress", "1")
	}
}
