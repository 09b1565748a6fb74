package local_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// requestedWaits are the headers of an answer with a requested wait, and the resulting wait:
// the backoff (3s) if they cannot be used.
var requestedWaits = []struct {
	name   string
	fields string // of a script's entry
	wait   string // "": longer than maxWait
	sent   string // Retry-After, as it was sent
}{
	{"without Retry-After", "", "3s", ""},
	{"seconds", ":retry-after=7", "7s", "7"},
	{"seconds, less than the backoff", ":retry-after=1", "3s", "1"},
	{"fraction", ":retry-after=4.25", "5s", "4.25"},
	{"HTTP date", ":retry-after=date+9s", "9s", wholeSecond().Add(9e9).Format(http.TimeFormat)},
	{"past date", ":retry-after=date-1h", "3s", wholeSecond().Add(-3600e9).Format(http.TimeFormat)},
	{"negative", ":retry-after=-1", "3s", "-1"},
	{"zero", ":retry-after=0", "3s", "0"},
	{"as long as maxWait", ":retry-after=60", "1m0s", "60"},
	{"longer than maxWait", ":retry-after=61", "", "61"},
	{"a year", ":retry-after=31536000", "", "31536000"},
	{"garbage", ":retry-after=soon", "3s", "soon"},
	{"x-ratelimit-reset, seconds", ":x-ratelimit-reset=8", "8s", ""},
	{"x-ratelimit-reset, epoch", ":x-ratelimit-reset=epoch+8s", "8s", ""},
	{"x-ratelimit-reset, epoch in milliseconds", ":x-ratelimit-reset=epochms+8s", "8s", ""},
	{"x-ratelimit-reset, RFC 3339", ":x-ratelimit-reset=rfc3339+8s", "8s", ""},
	{"x-ratelimit-reset of a window that is not used up", ":x-ratelimit-reset=8:x-ratelimit-remaining=3", "3s", ""},
	{"ratelimit", `:ratelimit='"default";r=0;t=11'`, "11s", ""},
	{"ratelimit, older form", `:ratelimit="limit=5, remaining=0, reset=11"`, "11s", ""},
	{"ratelimit of a window that is not used up", `:ratelimit='"default";r=2;t=11'`, "3s", ""},
	{"ratelimit-reset", ":ratelimit-reset=12", "12s", ""},
	{"x-ratelimit-reset-requests", ":x-ratelimit-reset-requests=13s", "13s", ""},
	{"retry-after before the others", ":x-ratelimit-reset=8:retry-after=7", "7s", "7"},
	{"the others after a retry-after that says nothing", ":x-ratelimit-reset=8:retry-after=soon", "8s", "soon"},
}

const waitHeaders = "headers: [retry-after, ratelimit, ratelimit-reset, x-ratelimit-reset, x-ratelimit-reset-requests]"

// waitScripts answer each requested wait under its own path, then 200.
func waitScripts(t *testing.T, code int) (paths []mockapi.PathScript) {
	for i, requested := range requestedWaits {
		paths = append(paths, scripts(t, fmt.Sprintf("/%d=%d%s,200", i, code, requested.fields))...)
	}
	return paths
}

func Test429TriesAFreshEgressAtOnceWhateverItSays(t *testing.T) {
	t.Parallel()
	upstream, at := apiAt(t, mockapi.Config{Paths: waitScripts(t, 429)}, wholeSecond)
	for i, requested := range requestedWaits {
		t.Run(requested.name, func(t *testing.T) {
			r := run(t, base(`retry: {maxAttempts: 3, `+noJitter+`, rateLimit: {`+waitHeaders+`}}`), at, skipping)
			path := fmt.Sprintf("/%d", i)
			a := r.call("GET", path, "")
			a.says(t, 200, "X-Sfngen-Attempts", "2", "X-Sfngen-Egress", "2", "Retry-After", "")
			same(t, "story", []string{"1 by egress 1: rate-limited 429", "2 by egress 2: success 200"}, storyOf(r, a.execution))
			same(t, "upstream", fromEgresses("GET "+path, 1, 2), callsUnder(upstream, path))
			same(t, "status", event.Succeeded, r.result(a.execution).Status)
		})
	}
}

// waited checks one answer with a requested wait: the execution waited before the
// next egress, or there was no other call and the caller got the answer.
func waited(t *testing.T, r *rig, upstream *mockapi.API, i, code int, outcome string, next int) {
	requested, path := requestedWaits[i], fmt.Sprintf("/%d", i)
	a := r.call("GET", path, "")
	if requested.wait == "" {
		a.says(t, code, "X-Sfngen-Attempts", "1", "X-Sfngen-Egress", "1", "Retry-After", requested.sent, "Content-Type", "application/json")
		same(t, "story", []string{fmt.Sprintf("1 by egress 1: rejected %d", code)}, storyOf(r, a.execution))
		same(t, "upstream", fromEgresses("GET "+path, 1), callsUnder(upstream, path))
		same(t, "status", event.Failed, r.result(a.execution).Status)
		return
	}
	a.says(t, 200, "X-Sfngen-Attempts", "2", "X-Sfngen-Egress", fmt.Sprint(next))
	same(t, "story", []string{
		fmt.Sprintf("1 by egress 1: %s %d, waits %s", outcome, code, requested.wait),
		fmt.Sprintf("2 by egress %d: success 200", next),
	}, storyOf(r, a.execution))
	same(t, "upstream", fromEgresses("GET "+path, 1, next), callsUnder(upstream, path))
	same(t, "status", event.Succeeded, r.result(a.execution).Status)
}

func Test429IsWaitedForWhereEveryEgressWouldMeetIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, spec string
		next       int
	}{
		{"one egress", `
egress: {count: 1}
retry: {maxAttempts: 2, ` + noJitter + `, rateLimit: {` + waitHeaders + `}}`, 1},
		{"scope credential", `
egress: {count: 2, start: first}
retry: {maxAttempts: 2, ` + noJitter + `, rateLimit: {scope: credential, ` + waitHeaders + `}}`, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream, at := apiAt(t, mockapi.Config{Paths: waitScripts(t, 429)}, wholeSecond)
			for i, requested := range requestedWaits {
				t.Run(requested.name, func(t *testing.T) {
					waited(t, run(t, head+tt.spec, at, skipping), upstream, i, 429, "rate-limited", tt.next)
				})
			}
		})
	}
}
