package egress

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// teller is an upstream whose answer a test sets, and an egress on a clock of its own.
type teller struct {
	t       *testing.T
	lab     lab
	egress  *Egress
	now     time.Duration // since noon
	answers http.HandlerFunc
	calls   func() int64
}

func newTeller(t *testing.T, status int, headers ...string) *teller {
	t.Helper()
	told := &teller{t: t, answers: answering(status, "", headers...)}
	url, calls := serve(t, func(w http.ResponseWriter, r *http.Request) { told.answers(w, r) })
	told.calls = calls.Load
	told.lab = newLab(url)
	told.lab.ForwardHeaders = []string{"authorization", "x-page-token"}
	told.lab.Now = func() time.Time { return noon.Add(told.now) }
	told.egress = told.lab.build(t)
	return told
}

// tell makes a first attempt that is answered so, and lets the upstream answer 200 from then on.
func (told *teller) tell(in contract.Invocation) {
	told.t.Helper()
	before := told.calls()
	handle(told.t, told.egress, in)
	diff(told.t, "calls", before+1, told.calls())
	told.answers = answering(200, "")
}

// isCalled reports whether an attempt at that time calls the upstream.
func (told *teller) isCalled(now time.Duration, in contract.Invocation) bool {
	told.t.Helper()
	told.now = now
	in.Execution.Name, in.Execution.StartTime = "exec-2", noon.Add(now).Format(time.RFC3339Nano)
	before := told.calls()
	handle(told.t, told.egress, in)
	return told.calls() > before
}

// What one execution was told holds for those that come after it.
func TestWhatIsRemembered(t *testing.T) {
	credential := func(in *contract.Invocation) { in.Policy.RateLimited.Scope = contract.ScopeCredential }
	for _, test := range []struct {
		name    string
		status  int
		headers string // name=value, ...
		change  func(*contract.Invocation)
		want    time.Duration // how long nothing is called; 0: it is called at once
	}{
		{"a limit", 429, "Retry-After=40", nil, 40 * time.Second},
		{"a limit that requests nothing", 429, "", nil, 0},
		{"a limit with minWait", 429, "", func(in *contract.Invocation) { in.Policy.RateLimited.MinSeconds = 20 }, 20 * time.Second},
		{"a limit of the credential", 429, "Retry-After=40", credential, 40 * time.Second},
		{"more than maxWait", 429, "Retry-After=3600", nil, time.Hour},
		{"more than a day", 429, "Retry-After=31536000", nil, 24 * time.Hour},
		{"waits are ignored", 429, "Retry-After=40, X-RateLimit-Reset=40, X-RateLimit-Remaining=0", func(in *contract.Invocation) {
			in.Policy.RequestedWait.MaxSeconds = 0
		}, 0},
		{"the last call of a window", 200, "X-RateLimit-Reset=40, X-RateLimit-Remaining=0", nil, 40 * time.Second},
		{"the last call of one of two windows", 200, `RateLimit="day";r=9;t=80000` + "\x00" + `"minute";r=0;t=40`, nil, 40 * time.Second},
		{"the last call of the credential's window", 200, "X-RateLimit-Reset=40, X-RateLimit-Remaining=0", credential, 40 * time.Second},
		{"the last call, and a refusal", 403, "X-RateLimit-Reset=40, X-RateLimit-Remaining=0", nil, 40 * time.Second},
		{"the last call, and trouble", 500, "X-RateLimit-Reset=40, X-RateLimit-Remaining=0", nil, 40 * time.Second},
		{"the last call, where only retry-after counts", 200, "X-RateLimit-Reset=40, X-RateLimit-Remaining=0", func(in *contract.Invocation) {
			in.Policy.RequestedWait.Headers = []string{"retry-after"}
		}, 0},
		{"the last call of a route", 200, "X-RateLimit-Reset=40, X-RateLimit-Remaining=0, X-RateLimit-Bucket=abcd", nil, 0},
		{"the limit of a route", 429, "Retry-After=40, X-RateLimit-Bucket=abcd, X-RateLimit-Scope=user", nil, 0},
		{"the limit of all routes", 429, "Retry-After=40, X-RateLimit-Bucket=abcd, X-RateLimit-Global=true", nil, 40 * time.Second},
		{"the last call of a search", 200, "X-RateLimit-Reset=40, X-RateLimit-Remaining=0, X-RateLimit-Resource=code_search", nil, 0},
		{"the last call of all else", 200, "X-RateLimit-Reset=40, X-RateLimit-Remaining=0, X-RateLimit-Resource=core", nil, 40 * time.Second},
		{"calls are left", 200, "X-RateLimit-Reset=40, X-RateLimit-Remaining=1", nil, 0},
		{"nothing says what is left", 200, "X-RateLimit-Reset=40", nil, 0},
		{"a window that is over", 200, "X-RateLimit-Reset=1772366300, X-RateLimit-Remaining=0", nil, 0},
		{"a success that is not ready", 202, "Retry-After=40", nil, 0},
		{"an API that is unavailable", 503, "Retry-After=40", nil, 40 * time.Second},
		{"trouble with this request", 500, "Retry-After=40", nil, 0},
		{"a refusal", 403, "Retry-After=40", nil, 0},
		{"what is not ready by a rule", 404, "Retry-After=40", func(in *contract.Invocation) {
			in.Policy.Rules = []contract.Rule{{Name: "soon", When: contract.When{Status: codes("404")}, Is: contract.MeansTransient, MinSeconds: 9}}
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := first("GET")
			if test.change != nil {
				test.change(&in)
			}
			headers := http.Header{}
			for field := range strings.SplitSeq(test.headers, ", ") {
				if name, value, ok := strings.Cut(field, "="); ok {
					headers[http.CanonicalHeaderKey(name)] = strings.Split(value, "\x00")
				}
			}
			told := newTeller(t, 0)
			told.answers = func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range headers {
					for _, value := range values {
						w.Header().Add(name, value)
					}
				}
				w.Header()["Date"] = nil
				w.WriteHeader(test.status)
			}
			told.tell(in)
			if test.want > 0 {
				diff(t, "called at once", false, told.isCalled(0, in))
				diff(t, "called just before the end", false, told.isCalled(test.want-time.Millisecond, in))
			}
			diff(t, "called at the end", true, told.isCalled(test.want, in))
		})
	}
}

// A later answer lengthens a cool-down, and never shortens it.
func TestACoolDownIsNeverShortened(t *testing.T) {
	told := newTeller(t, 429, "Retry-After", "40")
	told.tell(first("GET"))
	in := first("GET")
	who := identity{scope: contract.ScopeIP}
	for _, seconds := range []int{10, 50, 20} {
		told.egress.memory.remember(who, coolDown{told: noon, until: noon.Add(time.Duration(seconds) * time.Second)})
	}
	diff(t, "called after 49 s", false, told.isCalled(49*time.Second, in))
	diff(t, "called after 50 s", true, told.isCalled(50*time.Second, in))
}

// A clock that is set back blocks nobody; clocks that differ by less than a second count as
// the same.
func TestAClockThatIsSetBackEndsACoolDown(t *testing.T) {
	for now, called := range map[time.Duration]bool{
		-time.Hour: true, -1001 * time.Millisecond: true, -time.Second: false, time.Second: false,
	} {
		told := newTeller(t, 429, "Retry-After", "40")
		told.tell(first("GET"))
		diff(t, fmt.Sprintf("called at %s", now), called, told.isCalled(now, first("GET")))
		told.answers = answering(429, "", "Retry-After", "10")
		if called { // and what it is told then counts from then
			told.isCalled(now, first("GET"))
			diff(t, "called again", false, told.isCalled(now+9*time.Second, first("GET")))
			diff(t, "called after its end", true, told.isCalled(now+10*time.Second, first("GET")))
		}
	}
}

// A credential cools down alone, and an address whoever calls from it.
func TestWhoCoolsDown(t *testing.T) {
	as := func(scope contract.Scope, token, query string) contract.Invocation {
		in := first("GET")
		in.Policy.RateLimited.Scope = scope
		in.Input.Request.Headers = map[string]string{"Authorization": token, "X-Page-Token": "p" + token, "x-unknown-key": query}
		in.Input.Request.Query = query
		return in
	}
	for _, test := range []struct {
		name   string
		scope  contract.Scope
		token  string
		query  string
		called bool
	}{
		{"the same credential", contract.ScopeCredential, "Bearer a", "page=1&api_key=k", false},
		{"another page", contract.ScopeCredential, "Bearer a", "api_key=k&page_token=7&keyword=x", false},
		{"another header", contract.ScopeCredential, "Bearer b", "page=1&api_key=k", true},
		{"another parameter", contract.ScopeCredential, "Bearer a", "page=1&api_key=l", true},
		{"none", contract.ScopeCredential, "", "", true},
		{"the same address", contract.ScopeIP, "Bearer b", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			told := newTeller(t, 429, "Retry-After", "40")
			told.tell(as(test.scope, "Bearer a", "page=1&api_key=k"))
			diff(t, "called", test.called, told.isCalled(time.Second, as(test.scope, test.token, test.query)))
		})
	}
}

// A credential that is sent on under another name is one: behind an IAM function URL
// authorization is AWS's signature, and callers send the API's own so.
func TestARenamedCredentialCoolsDownAlone(t *testing.T) {
	for _, test := range []struct {
		name, from, to string
		others         bool // whether a caller with another value is called
	}{
		{"named by both", "x-upstream-authorization", "authorization", true},
		{"named as it is sent", "x-for-the-upstream", "authorization", true},
		{"named as it comes", "x-shop-token", "x-shop", true},
		{"named by neither", "x-upstream-language", "accept-language", false},
		{"the idempotency key", "x-order-key", "x-call-key", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			told := newTeller(t, 429, "Retry-After", "40")
			told.lab.RenameHeaders = map[string]string{test.from: test.to}
			told.egress = told.lab.build(t)
			as := func(value string) contract.Invocation {
				in := first("GET")
				in.Policy.RateLimited.Scope, in.Policy.IdempotencyHeader = contract.ScopeCredential, "x-call-key"
				in.Input.Request.Headers = map[string]string{test.from: value}
				return in
			}
			told.tell(as("a"))
			diff(t, "the same is called", false, told.isCalled(time.Second, as("a")))
			diff(t, "another is called", test.others, told.isCalled(time.Second, as("b")))
		})
	}
}

// What the egress sends in place of a caller's own is the same for all callers.
func TestWhatIsReplacedIsNobodysCredential(t *testing.T) {
	as := func(header, query string) contract.Invocation {
		in := first("GET")
		in.Policy.RateLimited.Scope = contract.ScopeCredential
		in.Input.Request.Headers, in.Input.Request.Query = map[string]string{"x-key": header, "authorization": header}, query
		return in
	}
	for _, test := range []struct {
		name, header, query string
		called              bool
	}{
		{"headers that are replaced", "another", "", false},
		{"a parameter that is replaced", "", "key=another&page=2", false},
		{"a parameter that is fixed", "", "api%5Fkey=another", false},
		{"a parameter of the caller", "", "user_key=another", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			told := newTeller(t, 429, "Retry-After", "40")
			told.lab.Credentials, told.lab.ForwardHeaders = &keys{value: "old-key"}, []string{"x-key", "authorization"}
			told.lab.Headers, told.lab.Query = map[string]string{"authorization": "of the spec"}, map[string]string{"api_key": "of the spec"}
			told.egress = told.lab.build(t)
			told.tell(as("", ""))
			diff(t, "called", test.called, told.isCalled(time.Second, as(test.header, test.query)))
		})
	}
}

// What is reported of an attempt that was skipped, and who is told to wait how long.
func TestAnAttemptThatIsSkippedByMemory(t *testing.T) {
	told := newTeller(t, 429, "Retry-After", "40")
	told.tell(first("GET"))
	told.now = 2 * time.Second
	in := first("POST")
	in.Execution.Name, in.Policy.UnsafeMethods = "exec-2", contract.UnsafeRefuse // nothing was sent, so it is not sent again
	failed := mustFail(t, told.egress, in)
	diff(t, "name", contract.ErrRateLimited, failed.name)
	skipped := contract.Attempt{Attempt: 1, Egress: 1, Fault: contract.FaultSkipped, RetryAt: "2026-03-01T12:00:40Z"}
	diff(t, "failure", contract.Failure{
		Reason:   "skipped: egress 1 cools down until 12:00:40Z (asked by execution exec-1)",
		Attempts: []contract.Attempt{skipped},
	}, failed.failure)

	t.Run("no attempt is left", func(t *testing.T) {
		in.Policy.MaxAttempts, in.Policy.Egresses = 1, 1
		failed := mustFail(t, told.egress, in)
		diff(t, "name", contract.ErrRateLimited, failed.name)
		diff(t, "retry after", 38, failed.failure.RetryAfterSeconds)
	})
	t.Run("the first egress that may go", func(t *testing.T) {
		in := after(first("GET"), nil, contract.Attempt{Attempt: 1, Egress: 2, Fault: contract.FaultSkipped, RetryAt: "2026-03-01T12:00:22Z"},
			contract.Attempt{Attempt: 2, Egress: 3, Fault: contract.FaultSkipped, RetryAt: "2026-03-01T12:00:52Z"})
		failed := mustFail(t, told.egress, in)
		diff(t, "retry after", 20, failed.failure.RetryAfterSeconds)
	})
	t.Run("the first egress that may go, each with a credential of its own", func(t *testing.T) {
		told := newTeller(t, 429, "Retry-After", "40")
		in := first("GET")
		in.Policy.RateLimited.Scope, in.Policy.RateLimited.OwnCredentials = contract.ScopeCredential, true
		told.tell(in)
		told.now = 2 * time.Second
		in = after(in, nil, contract.Attempt{Attempt: 1, Egress: 2, Fault: contract.FaultSkipped, RetryAt: "2026-03-01T12:00:22Z"},
			contract.Attempt{Attempt: 2, Egress: 3, Fault: contract.FaultSkipped, RetryAt: "2026-03-01T12:00:52Z"})
		in.Execution.Name = "exec-2"
		failed := mustFail(t, told.egress, in)
		diff(t, "retry after", 20, failed.failure.RetryAfterSeconds)
	})
	t.Run("until another day", func(t *testing.T) {
		told := newTeller(t, 429, "Retry-After", "43210")
		told.tell(first("GET"))
		diff(t, "reason", "skipped: egress 1 cools down until 2026-03-02 00:00:10Z (asked by execution exec-1)",
			mustFail(t, told.egress, first("GET")).failure.Reason)
	})
	t.Run("a POST that was sent before stays refused", func(t *testing.T) {
		in := after(first("POST"), nil, limited(1, 3, time.Second))
		in.Policy.UnsafeMethods = contract.UnsafeRefuse
		diff(t, "name", contract.ErrRejected, mustFail(t, told.egress, in).name)
	})
}

// Who has waited for the end is let through, give or take what clocks differ, unless the
// cool-down was lengthened meanwhile.
func TestWhoHasWaitedIsLetThrough(t *testing.T) {
	told := newTeller(t, 429, "Retry-After", "40")
	told.tell(first("GET"))
	waited := after(first("GET"), nil, limited(1, 1, 40*time.Second))
	waited.Policy.Egresses = 1
	diff(t, "called", true, told.isCalled(39500*time.Millisecond, waited))
	diff(t, "another is called", false, told.isCalled(39500*time.Millisecond, first("GET")))
	told.egress.memory.remember(identity{scope: contract.ScopeIP}, coolDown{told: noon, until: noon.Add(41 * time.Second)})
	diff(t, "called after it was lengthened", false, told.isCalled(39900*time.Millisecond, waited))
}

// The memory holds some of many callers, and those that have to wait longest.
func TestTheMemoryIsBounded(t *testing.T) {
	m := newMemory()
	of := func(k int) identity {
		return identity{scope: contract.ScopeCredential, credential: [32]byte{byte(k), byte(k >> 8)}}
	}
	for k := 1; k <= 1000; k++ {
		m.remember(of(k), coolDown{told: noon, until: noon.Add(time.Duration(k) * time.Second)})
	}
	diff(t, "entries", mostCoolDowns, len(m.coolDowns))
	for _, k := range []int{1000, 1000 - mostCoolDowns + 1} {
		if _, found := m.coolDown(of(k), noon); !found {
			t.Errorf("%d is forgotten", k)
		}
	}
	m.remember(of(1), coolDown{told: noon.Add(time.Hour), until: noon.Add(2 * time.Hour)})
	diff(t, "entries, when the others are over", 1, len(m.coolDowns))
}

// What is foreseen of an answer is no answer.
func TestForeseeRemembersNothing(t *testing.T) {
	told := newTeller(t, 429, "Retry-After", "40")
	in := first("GET")
	told.egress.Foresee(t.Context(), in, answerAt(t, "GET", told.egress.upstream.String()))
	diff(t, "entries", 0, len(told.egress.memory.coolDowns))
	told.tell(in)
	f := told.egress.Foresee(t.Context(), in, answerAt(t, "GET", told.egress.upstream.String()))
	diff(t, "fault", contract.Fault(""), f.Fault)
}

func TestTheMemoryIsShared(t *testing.T) {
	told := newTeller(t, 429, "Retry-After", "40")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { handle(t, told.egress, first("GET")) })
	}
	all.Wait()
	diff(t, "called", false, told.isCalled(time.Second, first("GET")))
}

func BenchmarkMemory(b *testing.B) {
	e, err := New(newLab("https://api.acme.example").Config, newLab("").Environment)
	if err != nil {
		b.Fatal(err)
	}
	in := first("GET")
	in.Input.Request.Headers = map[string]string{"authorization": "Bearer a", "accept": "application/json", "content-type": "text/plain"}
	in.Input.Request.Query = "page=1&limit=50"
	a, err := readAttempt(in, 1)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, skipped := e.coolingDown(a, noon); skipped {
			b.Fatal("skipped")
		}
	}
}

const banned = `[{"name": "ban", "when": {"status": [418]}, "is": "rejected", "poolCoolDownSeconds": 600}]`

// A ban ends the execution, with the API's own answer, and holds for whoever comes next:
// with another credential, and for what all egresses share.
func TestACoolDownOfThePool(t *testing.T) {
	told := newTeller(t, 418, "X-RateLimit-Reset", "5")
	in := ruled(t, "GET", banned)
	failed := mustFail(t, told.egress, in)
	check(t, want{name: contract.ErrRejected, final: "rule ban rejects it", retryAt: "2026-03-01T12:10:00Z"}, failed)
	diff(t, "status", 418, failed.failure.Response.StatusCode)
	ban := failed.failure.Attempts[0]
	diff(t, "scope", contract.ScopePool, ban.RetryScope)
	diff(t, "of the spec", true, ban.RetryMinimum)

	told.now = time.Second
	next := ruled(t, "GET", banned)
	next.Execution = contract.Execution{Name: "exec-2", StartTime: noon.Format(time.RFC3339)}
	next.Policy.RateLimited.Scope = contract.ScopeCredential
	failed = mustFail(t, told.egress, next)
	check(t, want{name: contract.ErrRejected, final: "the pool cools down for 599s, longer than retry.rateLimit.maxWait (60s)",
		fault: contract.FaultSkipped, retryAt: "2026-03-01T12:10:00Z"}, failed)
	diff(t, "reason", "skipped: the pool cools down until 12:10:00Z (rule ban, met by execution exec-1)",
		failed.failure.Reason)
	diff(t, "retry after", 599, failed.failure.RetryAfterSeconds)
	diff(t, "calls", int64(1), told.calls())

	t.Run("what fits into maxWait is waited for", func(t *testing.T) {
		told.now = 541 * time.Second
		next.Execution.StartTime = noon.Add(541 * time.Second).Format(time.RFC3339)
		failed := mustFail(t, told.egress, next)
		check(t, want{name: contract.ErrTransient, wait: 59, fault: contract.FaultSkipped, retryAt: "2026-03-01T12:10:00Z"}, failed)
		diff(t, "why", contract.WaitCoolDown, failed.failure.WaitReason)
		told.now = 599500 * time.Millisecond
		told.answers = answering(200, "")
		again := after(next, nil, failed.failure.Attempts...)
		again.Policy.Egresses = 1
		mustSucceed(t, told.egress, again)
	})
}

// A cool-down of the pool counts before a longer one of the address alone, after which the
// next egress would go at once.
func TestACoolDownOfThePoolComesFirst(t *testing.T) {
	told := newTeller(t, 200)
	for scope, seconds := range map[contract.Scope]int{contract.ScopePool: 30, contract.ScopeCredential: 40, contract.ScopeIP: 3600} {
		until := noon.Add(time.Duration(seconds) * time.Second)
		told.egress.memory.remember(identity{scope: scope}, coolDown{told: noon, until: until})
	}
	for now, want := range map[time.Duration]contract.Scope{0: contract.ScopePool, 30 * time.Second: contract.ScopeCredential,
		40 * time.Second: ""} { // that of the spec
		told.now = now
		diff(t, fmt.Sprintf("after %s", now), want, mustFail(t, told.egress, first("GET")).failure.Attempts[0].RetryScope)
	}
}

// What the answer requests counts if it is longer, and what the spec says is no misread
// header.
func TestHowLongAPoolCoolsDown(t *testing.T) {
	for _, test := range []struct {
		name, rule string
		headers    []string
		want       time.Duration
	}{
		{"as the rule says", banned, nil, 10 * time.Minute},
		{"less is requested", banned, []string{"Retry-After", "120"}, 10 * time.Minute},
		{"more is requested", banned, []string{"Retry-After", "1200"}, 20 * time.Minute},
		{"a reset", banned, []string{"X-RateLimit-Reset", "1200"}, 20 * time.Minute},
		{"of a route", banned, []string{"X-RateLimit-Bucket", "abcd"}, 10 * time.Minute},
		{"days", strings.Replace(banned, "600", "259200", 1), nil, 72 * time.Hour},
		{"years are requested", banned, []string{"Retry-After", "99999999"}, 24 * time.Hour},
		{"of a limit", strings.Replace(banned, "rejected", "rateLimited", 1), nil, 10 * time.Minute},
		{"of trouble", strings.Replace(banned, "rejected", "transient", 1), nil, 10 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			told := newTeller(t, 418, test.headers...)
			told.tell(ruled(t, "GET", test.rule))
			diff(t, "called before the end", false, told.isCalled(test.want-time.Second, first("GET")))
			diff(t, "called at the end", true, told.isCalled(test.want, first("GET")))
		})
	}
}

// A limit or trouble with a coolDown that may be waited for: all wait, and then it goes on.
func TestACoolDownThatIsWaitedFor(t *testing.T) {
	for meaning, name := range map[string]string{"rateLimited": contract.ErrRateLimited, "transient": contract.ErrTransient} {
		told := newTeller(t, 418)
		in := ruled(t, "GET", strings.NewReplacer("rejected", meaning, "600", "60").Replace(banned))
		failed := mustFail(t, told.egress, in)
		check(t, want{name: name, wait: 60, retryAt: "2026-03-01T12:01:00Z"}, failed)
		diff(t, "why", contract.WaitCoolDown, failed.failure.WaitReason)
		in.Policy.Rules[0].PoolCoolDownSeconds = 61
		failed = mustFail(t, newTeller(t, 418).egress, in)
		check(t, want{name: contract.ErrRejected, final: "the pool cools down for 61s, longer than retry.rateLimit.maxWait (60s)",
			retryAt: "2026-03-01T12:01:01Z"}, failed)
	}
}

// Nobody of the pool may call: also where each egress has a credential of its own.
func TestACoolDownOfThePoolHoldsForOwnCredentials(t *testing.T) {
	for _, meaning := range []string{"rateLimited", "transient"} {
		for _, seconds := range []string{"60", "61"} {
			told := newTeller(t, 418)
			in := ruled(t, "GET", strings.NewReplacer("rejected", meaning, "600", seconds).Replace(banned))
			in.Policy.Egresses, in.Policy.RateLimited.OwnCredentials = 3, true
			failed := mustFail(t, told.egress, in)
			if seconds == "60" { // a definition always has a Wait state for this error
				diff(t, "error", contract.ErrTransient, failed.name)
				diff(t, "wait", 60, failed.failure.WaitSeconds)
				diff(t, "why", contract.WaitCoolDown, failed.failure.WaitReason)
			} else {
				diff(t, "final", "the pool cools down for 61s, longer than retry.rateLimit.maxWait (60s)", failed.failure.Final)
			}
		}
	}
}

// The caller may come again when the first egress may go, and each has a limit of its own.
func TestRetryAfterOfOwnCredentials(t *testing.T) {
	for own, want := range map[bool]int{true: 20, false: 50} {
		told := newTeller(t, 200)
		in := first("GET")
		in.Policy.Egresses, in.Policy.MaxAttempts = 2, 2
		in.Policy.RateLimited.Scope, in.Policy.RateLimited.OwnCredentials = contract.ScopeCredential, own
		in = after(in, nil, limited(1, 2, 20*time.Second))
		who := told.egress.identity(attempt{Invocation: in}, contract.ScopeCredential)
		told.egress.memory.remember(who, coolDown{told: noon, until: noon.Add(50 * time.Second)})
		diff(t, fmt.Sprintf("own %t", own), want, mustFail(t, told.egress, in).failure.RetryAfterSeconds)
	}
}
