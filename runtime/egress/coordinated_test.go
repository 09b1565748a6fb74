package egress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// table is a Pool whose answers a test sets.
type table struct {
	mu      sync.Mutex
	now     func() time.Time
	answers []func(coordination.Ask) (coordination.Choice, error) // the last one again and again
	refuses error                                                 // of Tell
	seen    func(context.Context)                                 // each question's
	asked   []coordination.Ask
	told    []coordination.CoolDown
}

func (t *table) Now() time.Time { return t.now() }

func (t *table) Choose(ctx context.Context, ask coordination.Ask) (coordination.Choice, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked = append(t.asked, ask)
	if t.seen != nil {
		t.seen(ctx)
	}
	answer := t.answers[0]
	if len(t.answers) > 1 {
		t.answers = t.answers[1:]
	}
	return answer(ask)
}

func (t *table) Tell(_ context.Context, c coordination.CoolDown) error {
	t.told = append(t.told, c)
	return t.refuses
}

func fails(err error) func(coordination.Ask) (coordination.Choice, error) {
	return func(coordination.Ask) (coordination.Choice, error) { return coordination.Choice{}, err }
}

// says is the answer that egresses may go so long after noon: each by its number, in the
// given order. With limits the first one has a slot, unless it is too late.
func says(next []int, after ...time.Duration) func(coordination.Ask) (coordination.Choice, error) {
	return func(ask coordination.Ask) (coordination.Choice, error) {
		c := coordination.Choice{Next: next}
		for _, offset := range after {
			c.Waits = append(c.Waits, noon.Add(offset))
		}
		c.At = c.Waits[next[0]-1]
		if len(ask.Limits) > 0 && !c.At.After(ask.Latest) {
			c.Slot = &contract.Slot{Egress: next[0], At: c.At}
		}
		return c, nil
	}
}

// bench is an egress with a table, on a clock of its own.
type bench struct {
	*testing.T
	lab    lab
	table  *table
	egress *Egress
	now    time.Duration // since noon
	slept  time.Duration
	calls  func() int64
	log    bytes.Buffer
}

func newBench(t *testing.T, upstream http.HandlerFunc, answers ...func(coordination.Ask) (coordination.Choice, error)) *bench {
	t.Helper()
	url, calls := serve(t, upstream)
	b := &bench{T: t, lab: newLab(url), calls: calls.Load}
	b.lab.Now = func() time.Time { return noon.Add(b.now) }
	b.lab.Sleep = func(_ context.Context, d time.Duration) error { b.now, b.slept = b.now+d, b.slept+d; return nil }
	b.lab.Log = contract.NewLogger(&b.log)
	b.table = &table{now: b.lab.Now, answers: answers}
	if len(answers) > 0 {
		b.lab.Coordination = func(coordination.Environment) (coordination.Pool, error) { return b.table, nil }
	}
	b.egress = b.lab.build(t)
	return b
}

var perSecond = []contract.Limit{{Requests: 2, WindowSeconds: 1, Per: contract.ScopeIP}}

var perMinute = []contract.Limit{{Requests: 2, WindowSeconds: 60, Per: contract.ScopeIP}}

// coordinated is a first attempt of egress 1 of 3 in a coordinated execution, drawn.
func coordinated(method string, limits ...contract.Limit) contract.Invocation {
	in := first(method)
	in.Policy.Coordination = &contract.Coordination{Limits: limits}
	in.Turn = &contract.Turn{Next: []int{1, 2, 3, 1, 2, 3}}
	return in
}

// next is the attempt that a definition makes after a report: by the egress of the given
// index, of those that it names.
func (r said) next(in contract.Invocation, index int) contract.Invocation {
	in.Input.Failure, in.Turn = &contract.ErrorOutput{Error: r.name, Cause: r.cause}, &contract.Turn{Next: r.Next, Index: index}
	if r.name != contract.ErrSkipped {
		in.Attempt++
	}
	in.Attempt += index
	return in
}

// said is what an egress reports in a coordinated execution.
type said struct {
	contract.Report
	name, cause string
}

// says makes an attempt that fails, and reads its report as a definition does.
func (b *bench) says(in contract.Invocation) said {
	b.Helper()
	success, err := b.egress.makeAttempt(context.Background(), in)
	if err == nil {
		b.Fatalf("got a success: %+v", success)
	}
	report := err.(messages.InvokeResponse_Error)
	cause, err := json.Marshal(report)
	if err != nil {
		b.Fatal(err)
	}
	out := said{name: report.Type, cause: string(cause)}
	var items []json.RawMessage // what the intrinsics of a definition read
	var wait int
	if err := errors.Join(json.Unmarshal([]byte(report.Message), &items), json.Unmarshal(items[1], &wait)); err != nil {
		b.Fatalf("%v: %s", err, report.Message)
	}
	if err := json.Unmarshal([]byte(report.Message), &out.Report); err != nil {
		b.Fatal(err)
	}
	diff(b, "the wait that the definition reads", out.Failure.WaitSeconds, wait)
	if len(cause) > contract.CauseLimit {
		b.Errorf("cause has %d bytes, more than %d", len(cause), contract.CauseLimit)
	}
	if left := in.Policy.MaxAttempts - in.Attempt + 1; out.Failure.Final == "" && len(out.Next) < left {
		b.Errorf("%v are not enough for the %d attempts that follow", out.Next, left)
	}
	return out
}

func (b *bench) goes(in contract.Invocation) contract.Success {
	b.Helper()
	return mustSucceed(b, b.egress, in)
}

// handed is what matters of a report.
type handed struct {
	Name    string
	Wait    int
	Next    int
	Slot    string
	Skipped int
	Final   string
	After   int // RetryAfterSeconds
}

func (r said) handed() handed {
	h := handed{r.name, r.Failure.WaitSeconds, r.Next[0], "", r.Failure.Skipped, r.Failure.Final, r.Failure.RetryAfterSeconds}
	if r.Failure.Slot != nil {
		h.Slot = fmt.Sprintf("%d %s", r.Failure.Slot.Egress, r.Failure.Slot.At.Sub(noon))
	}
	return h
}

// What an egress does before its call.
func TestTheTurnOfAnEgress(t *testing.T) {
	start := func(wait int, at time.Duration) func(*contract.Invocation) {
		return func(in *contract.Invocation) {
			in.Input.Start = &contract.Start{Next: []int{1, 2, 3}, WaitSeconds: wait}
			if len(in.Policy.Coordination.Limits) > 0 {
				in.Input.Start.Slot = &contract.Slot{Egress: 1, At: noon.Add(at)}
			}
		}
	}
	ms := time.Millisecond
	for _, test := range []struct {
		name   string
		limits []contract.Limit
		start  func(*contract.Invocation)
		now    time.Duration
		answer func(coordination.Ask) (coordination.Choice, error)
		asked  int
		goes   time.Duration // when it calls; -1: it does not
		want   handed
	}{
		{"chosen at the start", nil, start(0, 0), 100 * ms, nil, 0, 100 * ms, handed{}},
		{"chosen long ago", nil, start(0, 0), 1100 * ms, says([]int{1, 2, 3}, 0, 0, 0), 1, 1100 * ms, handed{}},
		{"its slot", perMinute, start(0, 50*ms), 100 * ms, nil, 0, 100 * ms, handed{}},
		{"its slot, a moment early", perMinute, start(0, 900*ms), 100 * ms, nil, 0, 900 * ms, handed{}},
		{"its slot after a wait, and nothing was told", perMinute, start(3, 3500*ms), 3100 * ms,
			says([]int{1, 2, 3}, 0, 4*time.Second, 5*time.Second),
			1, 3500 * ms, handed{}},
		{"its slot is over", perMinute, start(0, 0), 600 * ms, says([]int{1, 2, 3}, 700*ms, 700*ms, 700*ms), 1, 700 * ms, handed{}},
		{"drawn, and may go", nil, nil, 0, says([]int{1, 2, 3}, 0, 0, 0), 1, 0, handed{}},
		{"drawn, and sleeps", perMinute, nil, 0, says([]int{1, 2, 3}, 1200*ms, 5*time.Second, 5*time.Second), 1, 1200 * ms, handed{}},
		{"drawn, and another may go", nil, nil, 0, says([]int{3, 2, 1}, 40*time.Second, 0, 0), 1, -1,
			handed{Name: contract.ErrSkipped, Next: 3, Skipped: 1}},
		{"drawn, and all have to wait", nil, nil, 0, says([]int{2, 1, 3}, 41*time.Second, 40700*ms, 50*time.Second), 1, -1,
			handed{Name: contract.ErrSkipped, Wait: 40, Next: 2, Skipped: 1}},
		{"drawn, and has a slot later", perMinute, nil, 0, says([]int{1, 2, 3}, 7250*ms, 8*time.Second, 9*time.Second), 1, -1,
			handed{Name: contract.ErrSkipped, Wait: 7, Next: 1, Slot: "1 7.25s", Skipped: 1}},
		{"all for longer than maxWait", nil, nil, 0, says([]int{2, 1, 3}, 90*time.Second, 80200*ms, 90*time.Second), 1, -1,
			handed{Name: contract.ErrRejected, Next: 2, After: 81,
				Final: "every egress left is limited for longer than retry.rateLimit.maxWait (60s)"}},
		{"all beyond the deadline", nil, func(in *contract.Invocation) { in.Policy.DeadlineSeconds = 30 }, 0,
			says([]int{2, 1, 3}, 20*time.Second, 19*time.Second, 20*time.Second), 1, -1,
			handed{Name: contract.ErrRejected, Next: 2, After: 19, Final: "the deadline of 30s leaves no time for another attempt"}},
		{"too many book", perMinute, nil, 0, fails(fmt.Errorf("x: %w", coordination.ErrContended)), 1, -1,
			handed{Name: contract.ErrSkipped, Wait: 3, Next: 1, Skipped: 1}},
		{"the table is gone", perMinute, nil, 0, fails(fmt.Errorf("x: %w", coordination.ErrUnavailable)), 1, 0, handed{}},
		{"the table is gone, and there is a slot", perMinute, start(3, 3500*ms), 3100 * ms,
			fails(coordination.ErrUnavailable), 1, 3500 * ms, handed{}},
		{"there is no table", perMinute, nil, 0, nil, 0, 0, handed{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var called time.Duration = -1
			var b *bench
			b = newBench(t, func(http.ResponseWriter, *http.Request) { called = b.now })
			if test.answer != nil || test.asked == 0 && test.name != "there is no table" {
				b.table.answers = append(b.table.answers, test.answer)
				b.lab.Coordination = func(coordination.Environment) (coordination.Pool, error) { return b.table, nil }
				b.egress = b.lab.build(t)
			}
			b.now = test.now
			in := coordinated("GET", test.limits...)
			if test.start != nil {
				test.start(&in)
			}
			if test.goes >= 0 {
				b.goes(in)
			} else {
				got := b.says(in)
				diff(t, "report", test.want, got.handed())
				diff(t, "attempts", got.Failure.Final != "", len(got.Failure.Attempts) == 1)
			}
			diff(t, "called at", test.goes, called)
			diff(t, "asked", test.asked, len(b.table.asked))
		})
	}
}

// An orchestrator knows nothing of a caller's own credential: its choice is not all that
// counts for one, and what it has booked is given back or completed.
func TestWhatAnOrchestratorChoseWithoutTheCallersCredential(t *testing.T) {
	perCredential := append([]contract.Limit{{Requests: 5, WindowSeconds: 1, Per: contract.ScopeCredential}}, perMinute...)
	for _, test := range []struct {
		name    string
		limits  []contract.Limit
		headers map[string]string // of the spec
		sent    contract.Request
		asked   int
		isOwn   bool
	}{
		{"no limits, all share a credential", nil, map[string]string{"X-Api-Key": "k"}, contract.Request{}, 0, false},
		{"no limits, the caller's own", nil, nil, contract.Request{Headers: map[string]string{"authorization": "a"}}, 1, true},
		{"per address, nothing known of a credential", perMinute, nil, contract.Request{}, 0, false},
		{"per address, the caller's own", perMinute, nil, contract.Request{Query: "api_key=a"}, 1, true},
		{"per credential, the spec's", perCredential, map[string]string{"X-Api-Key": "k"}, contract.Request{}, 0, false},
		{"per credential, the spec's, of a resource", perCredential, map[string]string{"X-Api-Key": "k"},
			contract.Request{Query: "account=7&token=x"}, 0, false},
		{"per credential, the spec's and the caller's own", perCredential, map[string]string{"X-Api-Key": "k"},
			contract.Request{Headers: map[string]string{"authorization": "a"}}, 0, false},
		{"per credential, the caller's own", perCredential, nil, contract.Request{Headers: map[string]string{"authorization": "a"}}, 1, true},
		{"per credential, and nobody shows one", perCredential, nil, contract.Request{}, 1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, func(http.ResponseWriter, *http.Request) {}, says([]int{1, 2, 3}, 0, 0, 0))
			b.lab.Headers, b.lab.ForwardHeaders = test.headers, []string{"Authorization"}
			b.egress = b.lab.build(t)
			in := coordinated("GET", test.limits...)
			in.Input.Request.Headers, in.Input.Request.Query = test.sent.Headers, test.sent.Query
			in.Input.Start = &contract.Start{Next: []int{1, 2, 3}}
			if len(test.limits) > 0 {
				in.Input.Start.Slot = &contract.Slot{Egress: 1, At: noon}
			}
			b.goes(in)
			if diff(t, "asked", test.asked, len(b.table.asked)); test.asked > 0 && !t.Failed() {
				diff(t, "its own credential", test.isOwn, b.table.asked[0].Credential != "")
				diff(t, "held", in.Input.Start.Slot, b.table.asked[0].Held)
			}
		})
	}
}

// What is asked for is no credential: it must not make another caller of who asks.
func TestTheKeyOfACallersCredential(t *testing.T) {
	b := newBench(t, func(http.ResponseWriter, *http.Request) {}, says([]int{1, 2, 3}, 0, 0, 0))
	b.lab.ForwardHeaders = []string{"Authorization", "X-Tenant"}
	b.egress = b.lab.build(t)
	keyOf := func(authorization, tenant, query string) string {
		in := coordinated("GET", perMinute...)
		in.Input.Request.Query = query
		in.Input.Request.Headers = map[string]string{}
		for name, value := range map[string]string{"authorization": authorization, "x-tenant": tenant} {
			if value != "" {
				in.Input.Request.Headers[name] = value
			}
		}
		b.table.asked = nil
		b.goes(in)
		return b.table.asked[0].Credential
	}
	for _, test := range []struct {
		name string
		a, b [3]string
		same bool
	}{
		{"another resource", [3]string{"t", "", "account=7"}, [3]string{"t", "", "account=8&token=x"}, true},
		{"another tenant by the same token", [3]string{"t", "1", ""}, [3]string{"t", "2", ""}, true},
		{"another token", [3]string{"t", "1", "account=7"}, [3]string{"u", "1", "account=7"}, false},
		{"a key in the query, and another resource", [3]string{"", "", "api_key=k&user=7"}, [3]string{"", "", "api_key=k&user=8"}, true},
		{"another key in the query", [3]string{"", "", "api_key=k"}, [3]string{"", "", "api_key=l"}, false},
	} {
		one, other := keyOf(test.a[0], test.a[1], test.a[2]), keyOf(test.b[0], test.b[1], test.b[2])
		if one == "" || (one == other) != test.same {
			t.Errorf("%s: keys %q and %q, want the same: %t", test.name, one, other, test.same)
		}
	}
	if key := keyOf("", "1", ""); key != "" {
		t.Errorf("a tenant is no credential, got the key %q", key)
	}
}

// After a failure the report says who goes next, by the table.
func TestWhoGoesAfterAFailure(t *testing.T) {
	ms := time.Millisecond
	credential := func(in *contract.Invocation) { in.Policy.RateLimited.Scope = contract.ScopeCredential }
	full := func(in *contract.Invocation) { in.Policy.FullJitter = true }
	for _, test := range []struct {
		name   string
		status int
		wait   string // Retry-After
		change func(*contract.Invocation)
		limits []contract.Limit
		answer func(coordination.Ask) (coordination.Choice, error)
		want   handed
		from   time.Duration // Ask.From; 0: now
	}{
		{"limited, another one goes", 429, "30", nil, nil, says([]int{3, 2, 1}, 30*time.Second, 0, 0),
			handed{Name: contract.ErrRateLimited, Next: 3}, 0},
		{"limited, and the others cool down", 429, "30", nil, nil, says([]int{2, 3, 1}, 30*time.Second, 20500*ms, 25*time.Second),
			handed{Name: contract.ErrAllLimited, Wait: 20, Next: 2}, 0},
		{"limited, and its share of the backoff", 429, "30", full, nil, says([]int{2, 3, 1}, 30*time.Second, 20500*ms, 25*time.Second),
			handed{Name: contract.ErrAllLimited, Wait: 22, Next: 2}, 0},
		{"limited, and the others have slots", 429, "30", full, perMinute, says([]int{2, 3, 1}, 30*time.Second, 20500*ms, 25*time.Second),
			handed{Name: contract.ErrAllLimited, Wait: 20, Next: 2, Slot: "2 20.5s"}, 0},
		{"limited without a wait, and the table prefers it", 429, "", nil, nil, says([]int{1, 2, 3}, 0, 0, 0),
			handed{Name: contract.ErrRateLimited, Next: 2}, 0},
		{"limited, the others for longer than maxWait", 429, "300", nil, nil,
			says([]int{2, 3, 1}, 300*time.Second, 120*time.Second, 130*time.Second), handed{Name: contract.ErrRejected, Next: 2, After: 120,
				Final: "every egress left is limited for longer than retry.rateLimit.maxWait (60s)"}, 0},
		{"the credential is limited", 429, "30", credential, nil, says([]int{2, 3, 1}, 30*time.Second, 30*time.Second, 30*time.Second),
			handed{Name: contract.ErrAllLimited, Wait: 30, Next: 2}, 30 * time.Second},
		{"the credential is limited for too long", 429, "90", credential, nil,
			says([]int{2, 3, 1}, 90*time.Second, 90*time.Second, 90*time.Second), handed{Name: contract.ErrRejected, Next: 2, After: 90,
				Final: "the upstream asks to wait 90s, longer than retry.rateLimit.maxWait (60s)"}, 90 * time.Second},
		{"another failure", 500, "", nil, nil, says([]int{2, 3, 1}, time.Second, time.Second, time.Second),
			handed{Name: contract.ErrTransient, Wait: 1, Next: 2}, time.Second},
		{"another failure with a slot", 500, "", nil, perMinute, says([]int{2, 3, 1}, time.Second, 1900*ms, 2*time.Second),
			handed{Name: contract.ErrTransient, Wait: 1, Next: 2, Slot: "2 1.9s"}, time.Second},
		{"another failure with a slot a little after a whole second", 500, "", nil, perMinute,
			says([]int{2, 3, 1}, time.Second, 3100*ms, 4*time.Second), handed{Name: contract.ErrTransient, Wait: 2, Next: 2, Slot: "2 3.1s"},
			time.Second},
		{"limited, and the window is short", 429, "30", nil, perSecond, says([]int{3, 2, 1}, 30*time.Second, 150*ms, 150*ms),
			handed{Name: contract.ErrRateLimited, Next: 3, Slot: "3 150ms"}, 150 * ms},
		{"the table is gone", 429, "30", nil, perMinute, fails(coordination.ErrUnavailable),
			handed{Name: contract.ErrRateLimited, Next: 2}, 0},
		{"too many book", 429, "30", nil, perMinute, fails(coordination.ErrContended),
			handed{Name: contract.ErrAllLimited, Wait: 3, Next: 2}, 0},
		{"the last one", 404, "", nil, nil, fails(nil), handed{Name: contract.ErrRejected, Next: 2, Final: "status 404 is not retried"}, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, answering(test.status, "", "Retry-After", test.wait), test.answer)
			in := coordinated("GET", test.limits...)
			in.Input.Start = &contract.Start{Next: []int{1, 2, 3}}
			if len(test.limits) > 0 {
				in.Input.Start.Slot = &contract.Slot{Egress: 1, At: noon}
			}
			if test.change != nil {
				test.change(&in)
			}
			diff(t, "report", test.want, b.says(in).handed())
			if test.from < 0 {
				diff(t, "asked", 0, len(b.table.asked))
				return
			}
			from := time.Duration(0)
			if ask := b.table.asked[0]; !ask.From.IsZero() {
				from = ask.From.Sub(noon)
			}
			diff(t, "from", test.from, from)
		})
	}
}

// The table is told what the process remembers, by the identity that the API counts.
func TestWhatTheTableIsTold(t *testing.T) {
	type who = coordination.Identity
	ip := who{Scope: contract.ScopeIP, Egress: 1}
	for _, test := range []struct {
		name    string
		answers http.HandlerFunc
		change  func(*contract.Invocation)
		want    []coordination.CoolDown
	}{
		{"a limit", answering(429, "", "Retry-After", "30"), nil, []coordination.CoolDown{{Of: ip, Until: noon.Add(30 * time.Second)}}},
		{"the last call of a window", answering(200, "", "X-RateLimit-Reset", "40", "X-RateLimit-Remaining", "0"), nil,
			[]coordination.CoolDown{{Of: ip, Until: noon.Add(40 * time.Second), UsedUp: true}}},
		{"a bucket", answering(429, "", "Retry-After", "30", "X-RateLimit-Bucket", "abcd"), nil, nil},
		{"a rule of the pool", answering(403, ""), func(in *contract.Invocation) {
			in.Policy.Rules = []contract.Rule{{Name: "ban", When: contract.When{Status: codes("403")},
				Is: contract.MeansRejected, PoolCoolDownSeconds: 600}}
		}, []coordination.CoolDown{{Of: who{Scope: contract.ScopePool},
			Until: noon.Add(10 * time.Minute), Minimum: true, Rule: "ban"}}},
		{"the credential that all share", answering(429, "", "Retry-After", "30"), func(in *contract.Invocation) {
			in.Policy.RateLimited.Scope = contract.ScopeCredential
		}, []coordination.CoolDown{{Of: who{Scope: contract.ScopeCredential}, Until: noon.Add(30 * time.Second)}}},
		{"the caller's own", answering(429, "", "Retry-After", "30"), func(in *contract.Invocation) {
			in.Policy.RateLimited.Scope, in.Input.Request.Query = contract.ScopeCredential, "api_key=k"
		}, []coordination.CoolDown{{Of: who{Scope: contract.ScopeCredential, Credential: "a key"},
			Until: noon.Add(30 * time.Second)}}},
		{"its own credential", answering(429, "", "Retry-After", "30"), func(in *contract.Invocation) {
			in.Policy.RateLimited.Scope, in.Policy.RateLimited.OwnCredentials = contract.ScopeCredential, true
		}, []coordination.CoolDown{{Of: who{Scope: contract.ScopeCredential, Egress: 1},
			Until: noon.Add(30 * time.Second)}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, test.answers, says([]int{1, 2, 3}, 0, 0, 0))
			in := coordinated("GET")
			if test.change != nil {
				test.change(&in)
			}
			_, _ = b.egress.makeAttempt(context.Background(), in)
			for k := range test.want {
				test.want[k].Told, test.want[k].Execution = noon, "exec-1"
			}
			if got := b.table.told; len(got) == 1 && got[0].Of.Credential != "" {
				diff(t, "the key that it was asked with", b.table.asked[0].Credential, got[0].Of.Credential)
				diff(t, "characters of a key", 32, len(got[0].Of.Credential))
				test.want[0].Of.Credential = got[0].Of.Credential
			}
			diff(t, "told", test.want, b.table.told)
		})
	}
}

// A slot of an egress that died is nobody's: it may have called in it.
func TestASlotOfOneThatDiedIsNotUsed(t *testing.T) {
	b := newBench(t, answering(200, ""), says([]int{2, 1, 3}, 0, 0, 0))
	b.lab.Egress = 2
	b.egress = b.lab.build(t)
	in := coordinated("GET", perMinute...)
	in.Input.Start = &contract.Start{Next: []int{1, 2, 3}, Slot: &contract.Slot{Egress: 1, At: noon}}
	in.Attempt, in.Turn = 2, &contract.Turn{Next: []int{1, 2, 3}, Index: 1}
	success := b.goes(in)
	diff(t, "attempts", []contract.Attempt{{Attempt: 1, Egress: 1, Fault: contract.FaultEgress},
		{Attempt: 2, Egress: 2, StatusCode: 200}}, success.Attempts)
	diff(t, "asked", 1, len(b.table.asked))
	if held := b.table.asked[0].Held; held != nil {
		t.Errorf("%+v is given back", held)
	}
}

// A slot that was booked for an egress which must not go then is given back for another's.
func TestASlotThatDoesNotFitIsGivenBack(t *testing.T) {
	b := newBench(t, answering(429, ""), says([]int{1, 2, 3}, 0, 0, 0), says([]int{2, 1, 3}, 0, 100*time.Millisecond, 0))
	in := coordinated("GET", perMinute...)
	in.Input.Start = &contract.Start{Next: []int{1, 2, 3}, Slot: &contract.Slot{Egress: 1, At: noon}}
	diff(t, "report", handed{Name: contract.ErrRateLimited, Next: 2, Slot: "2 100ms"}, b.says(in).handed())
	again := b.table.asked[1]
	diff(t, "held", &contract.Slot{Egress: 1, At: noon}, again.Held)
	diff(t, "preferred", 2, again.Prefer)
}

// So it is where the same egress follows: a pool of one.
func TestASlotOfItsOwnThatDiedIsNotUsed(t *testing.T) {
	b := newBench(t, answering(200, ""), says([]int{1}, 0))
	in := coordinated("GET", perMinute...)
	in.Policy.Egresses = 1
	in.Input.Start = &contract.Start{Next: []int{1}, Slot: &contract.Slot{Egress: 1, At: noon}}
	in.Attempt, in.Turn = 2, &contract.Turn{Next: []int{1, 1, 1}, Index: 1}
	b.goes(in)
	diff(t, "asked", 1, len(b.table.asked))
	if held := b.table.asked[0].Held; held != nil {
		t.Errorf("%+v is given back", held)
	}
}

// The table ends in time for the report, however slow it is.
func TestASlowTableCostsNoReport(t *testing.T) {
	b := newBench(t, answering(429, "", "Retry-After", "30"), fails(coordination.ErrUnavailable))
	b.lab.Now = func() time.Time { return time.Now().Add(time.Hour) } // a deadline counts by it
	b.egress, b.table.now = b.lab.build(t), b.lab.Now
	asked := 0
	b.table.seen = func(ctx context.Context) {
		asked++
		end, _ := ctx.Deadline()
		if left := time.Until(end); ctx.Err() != nil || left > time.Minute-reportTime || left < time.Second {
			t.Errorf("ends in %s (%v), want a minute less %s", left, ctx.Err(), reportTime)
		}
	}
	in := coordinated("GET")
	in.Execution.StartTime = b.lab.Now().UTC().Format(time.RFC3339)
	_, _ = b.egress.makeAttempt(endsAt{context.Background(), b.lab.Now().Add(time.Minute)}, in)
	if asked == 0 {
		t.Error("the table is not asked")
	}
}

// endsAt has a deadline by the clock of a bench.
type endsAt struct {
	context.Context
	at time.Time
}

func (e endsAt) Deadline() (time.Time, bool) { return e.at, true }

// A slot that is over is given back.
func TestALateSlotIsGivenBack(t *testing.T) {
	b := newBench(t, answering(200, ""), says([]int{1, 2, 3}, 3*time.Second, 3*time.Second, 3*time.Second))
	b.now = 3 * time.Second
	in := coordinated("GET", perMinute...)
	slot := &contract.Slot{Egress: 1, At: noon.Add(time.Second)}
	in.Input.Start = &contract.Start{Next: []int{1, 2, 3}, Slot: slot}
	b.goes(in)
	diff(t, "held", slot, b.table.asked[0].Held)
	diff(t, "preferred", 1, b.table.asked[0].Prefer)
}

// Who has died is known by the turn, also where the first one was drawn.
func TestWhoDiedIsKnownByTheTurn(t *testing.T) {
	b := newBench(t, answering(200, ""))
	in := coordinated("GET")
	in.Attempt, in.Turn.Index = 3, 4
	success := b.goes(in)
	diff(t, "attempts", []int{3, 1, 1}, []int{success.Attempts[0].Egress, success.Attempts[1].Egress, success.Attempts[2].Egress})
}

// A table that does not answer costs one line in five seconds, and no request.
func TestATableThatIsGone(t *testing.T) {
	b := newBench(t, answering(200, ""), fails(fmt.Errorf("dynamodb: Query: %w", coordination.ErrUnavailable)))
	for range 3 {
		b.goes(coordinated("GET", perMinute...))
		b.now += 2 * time.Second
	}
	diff(t, "asked", 1, len(b.table.asked))
	b.goes(coordinated("GET", perMinute...))
	diff(t, "asked after a while", 2, len(b.table.asked))
	diff(t, "lines", 2, strings.Count(b.log.String(), `"msg":"coordination"`))
	want := `"level":"WARN","msg":"coordination","egress":1,"execution":"exec-1","problem":"table-unavailable",` +
		`"reason":"dynamodb: Query: the table of the pool is not available"`
	if !strings.Contains(b.log.String(), want) {
		t.Errorf("no line has %s:\n%s", want, b.log.String())
	}
}

// What the table said counts when it is gone, and is not counted while it is there.
func TestWhatTheTableSaidIsRemembered(t *testing.T) {
	cooling := func(coordination.Ask) (coordination.Choice, error) {
		c, _ := says([]int{2, 3, 1}, 40*time.Second, 0, 30*time.Second)(coordination.Ask{})
		return c, nil
	}
	b := newBench(t, answering(200, ""), cooling, says([]int{1, 2, 3}, 0, 0, 0), fails(coordination.ErrUnavailable))
	diff(t, "handed over", handed{Name: contract.ErrSkipped, Next: 2, Skipped: 1}, b.says(coordinated("GET")).handed())
	b.now = 10 * time.Second
	b.goes(coordinated("GET")) // somebody has taken it away
	got := b.says(coordinated("GET"))
	diff(t, "handed over without a table", handed{Name: contract.ErrSkipped, Next: 2, Skipped: 1}, got.handed())
	diff(t, "reason", "skipped: egress 1 cools down until 12:00:40Z; egress 2 goes now", got.Failure.Reason)
}

// What the process was told counts as well, until the table surely knows it.
func TestWhatTheProcessWasToldCountsAsWell(t *testing.T) {
	for name, test := range map[string]struct {
		refuses error
		now     time.Duration
		called  bool
		gone    bool
	}{
		"at once, when a read may be old":    {nil, time.Second, false, false},
		"when the table has taken it away":   {nil, 6 * time.Second, true, false},
		"when the table does not know of it": {coordination.ErrContended, 6 * time.Second, false, false},
		"when the table is gone":             {nil, 6 * time.Second, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, answering(200, "", "X-RateLimit-Reset", "40", "X-RateLimit-Remaining", "0"), says([]int{1, 2, 3}, 0, 0, 0))
			b.table.refuses = test.refuses
			b.goes(coordinated("GET"))
			b.now = test.now
			if test.gone {
				b.table.answers = append(b.table.answers[:0], fails(coordination.ErrUnavailable))
			}
			in := coordinated("GET")
			in.Execution.StartTime = noon.Add(b.now).Format(time.RFC3339Nano)
			if test.called {
				b.goes(in)
				return
			}
			diff(t, "report", handed{Name: contract.ErrSkipped, Next: 2, Skipped: 1}, b.says(in).handed())
		})
	}
}

// Handing over is bounded, and the end of it says when to come again.
func TestSkipsAreBounded(t *testing.T) {
	b := newBench(t, answering(200, ""), says([]int{2, 1, 3}, 40*time.Second, 0, 0))
	in := coordinated("GET")
	for k := 1; ; k++ {
		got := b.says(in)
		if got.name != contract.ErrSkipped {
			diff(t, "the last one", handed{Name: contract.ErrRejected, Next: 2, Skipped: 16, After: 1,
				Final: "all egresses are cooling: 16 times in this execution an egress might not go"}, got.handed())
			diff(t, "skips", 17, k)
			diff(t, "attempts", []contract.Attempt{{Attempt: 1, Egress: 1, Fault: contract.FaultSkipped}}, got.Failure.Attempts)
			return
		}
		in = got.next(in, 0)
	}
}

// Without a table an egress waits itself when each has handed over.
func TestWithoutATableOneWaitsInTheEnd(t *testing.T) {
	b := newBench(t, answering(429, "", "Retry-After", "30"))
	b.says(coordinated("GET"))
	in := coordinated("GET")
	for _, want := range []handed{{Next: 2, Skipped: 1}, {Next: 2, Skipped: 2}, {Next: 2, Skipped: 3}, {Wait: 30, Next: 1, Skipped: 4}} {
		want.Name = contract.ErrSkipped
		got := b.says(in)
		diff(t, "report", want, got.handed())
		in = got.next(in, 0)
	}
}

// Every failure has the form that the definition reads, and one without coordination the
// form of old.
func TestTheFormOfAReport(t *testing.T) {
	large := strings.Repeat("<>&", 50_000)
	for name, change := range map[string]func(*contract.Invocation){
		"a newer contract":   func(in *contract.Invocation) { in.Policy.Contract = 99 },
		"an invalid request": func(in *contract.Invocation) { in.Input.Request.Path = "a" },
		"no invocation":      func(in *contract.Invocation) { in.Execution.StartTime = "today" },
		"no pool":            func(in *contract.Invocation) { in.Policy.Egresses = 0 },
		"a crash": func(in *contract.Invocation) {
			in.Attempt, in.Turn.Index, in.Input.Request.Method = 2, 1, "POST"
		},
		"no time": func(in *contract.Invocation) {
			in.Policy.DeadlineSeconds = 1
			in.Execution.StartTime = "2026-03-01T11:59:00Z"
		},
		"a large body": func(*contract.Invocation) {},
		"no turn":      func(in *contract.Invocation) { in.Turn = nil },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, answering(404, large))
			in := coordinated("GET")
			change(&in)
			diff(t, "name", contract.ErrRejected, b.says(in).name)
		})
	}
}

// A report of either form is read, whichever definition passes it on.
func TestReportsOfBothFormsAreRead(t *testing.T) {
	failure := contract.Failure{Reason: "429 Too Many Requests", Attempts: []contract.Attempt{limited(1, 1, time.Minute)}}
	for name, next := range map[string][]int{"with an order": {2, 3, 1}, "without": nil} {
		t.Run(name, func(t *testing.T) {
			cause := encode(invokeError(reportAs{contract.ErrRateLimited, next}, failure))
			for form, in := range map[string]contract.Invocation{"coordinated": coordinated("GET"), "alone": first("GET")} {
				b := newBench(t, answering(200, ""))
				b.lab.Egress = 2
				b.egress = b.lab.build(t)
				in.Attempt, in.Input.Failure = 2, &contract.ErrorOutput{Error: contract.ErrRateLimited, Cause: string(cause)}
				diff(t, form, 2, len(b.goes(in).Attempts))
			}
		})
	}
}

// An execution that is not coordinated asks no table, whatever the Lambda has.
func TestAnOlderDefinitionAsksNoTable(t *testing.T) {
	b := newBench(t, answering(429, "", "Retry-After", "30"), fails(nil))
	failed := mustFail(t, b.egress, first("GET"))
	diff(t, "name", contract.ErrRateLimited, failed.name)
	diff(t, "asked and told", 0, len(b.table.asked)+len(b.table.told))
}

// The line of an attempt says its slot, the sleep, and who goes next.
func TestTheLineOfACoordinatedAttempt(t *testing.T) {
	b := newBench(t, answering(429, "", "Retry-After", "30"), says([]int{3, 2, 1}, 30*time.Second, 0, 0))
	in := coordinated("GET", perMinute...)
	in.Input.Start = &contract.Start{Next: []int{1, 2, 3}, Slot: &contract.Slot{Egress: 1, At: noon.Add(250 * time.Millisecond)}}
	b.says(in)
	for _, want := range []string{`"slot":"2026-03-01T12:00:00.25Z","sleptMs":250,"nextEgress":3}`, `"durationMs":0,`} {
		if !strings.Contains(b.log.String(), want) {
			t.Errorf("the line has no %s:\n%s", want, b.log.String())
		}
	}
}

// Times are told and compared by the clock of the table, where this one is off.
func TestAClockThatIsOff(t *testing.T) {
	b := newBench(t, answering(429, "", "Retry-After", "30"), func(coordination.Ask) (coordination.Choice, error) {
		c, _ := says([]int{2, 3, 1}, 32*time.Second, 12500*time.Millisecond, 13*time.Second)(coordination.Ask{})
		return c, nil
	})
	b.table.now = func() time.Time { return noon.Add(b.now + 2*time.Second) }
	in := coordinated("GET")
	in.Input.Start = &contract.Start{Next: []int{1, 2, 3}}
	in.Execution.StartTime = noon.Add(1500 * time.Millisecond).Format(time.RFC3339Nano)
	got := b.says(in)
	diff(t, "report", handed{Name: contract.ErrAllLimited, Wait: 10, Next: 2}, got.handed())
	diff(t, "told", noon.Add(32*time.Second), b.table.told[0].Until)
	_ = b.says(in)
	diff(t, "lines about the clock", 1, strings.Count(b.log.String(), `"problem":"clock-off","reason":"the clock is -2s ahead`))
}

// A caller is told to come again after a wait only where that is what the execution ended
// for: after a call without an answer he has to know of it.
func TestNoRetryAfterForACallWithoutAnAnswer(t *testing.T) {
	b := newBench(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		says([]int{2, 3, 1}, 90*time.Second, 90*time.Second, 90*time.Second))
	in := coordinated("GET")
	in.Input.Start = &contract.Start{Next: []int{1, 2, 3}}
	in.Policy.Transient.Errors = []string{contract.ErrorTimeout, contract.ErrorConnection}
	got := b.says(in)
	diff(t, "report", handed{Name: contract.ErrRejected, Next: 2,
		Final: "every egress left is limited for longer than retry.rateLimit.maxWait (60s)"}, got.handed())
	diff(t, "fault", contract.FaultConnection, got.Failure.Attempts[0].Fault)
}

// The caller is told whether it is the API that asks to wait, or other requests.
func TestWhatHoldsBackIsSaid(t *testing.T) {
	for _, test := range []struct {
		coolDown *coordination.CoolDown
		want     contract.WaitReason
	}{
		{nil, contract.WaitSlot},
		{&coordination.CoolDown{Of: coordination.Identity{Scope: contract.ScopePool}, Told: noon, Until: noon.Add(90 * time.Second)}, ""},
	} {
		b := newBench(t, answering(200, ""), func(ask coordination.Ask) (coordination.Choice, error) {
			c, err := says([]int{2, 3, 1}, 90*time.Second, 90*time.Second, 90*time.Second)(ask)
			c.CoolDown = test.coolDown
			return c, err
		})
		got := b.says(coordinated("GET", perMinute...))
		diff(t, "wait reason", test.want, got.Failure.WaitReason)
		diff(t, "retry after", 90, got.Failure.RetryAfterSeconds)
	}
}

func TestNewSaysWhyThereIsNoTable(t *testing.T) {
	l := newLab("https://a.example")
	l.Coordination = func(coordination.Environment) (coordination.Pool, error) { return nil, errors.New("no region") }
	l.Getenv = func(name string) string { return map[string]string{contract.EnvTable: "orders-pool"}[name] }
	_, err := New(l.Config, l.Environment)
	diff(t, "error", "egress: Config.Coordination: no region", err.Error())
}

// A Lambda whose code is newer than its variables serves all the same, and says it once.
func TestVariablesOlderThanTheCode(t *testing.T) {
	b := newBench(t, answering(200, ""))
	b.lab.Coordination = func(coordination.Environment) (coordination.Pool, error) { return nil, errors.New("no table") }
	b.egress = b.lab.build(t)
	for range 2 {
		b.goes(coordinated("GET", perMinute...))
	}
	diff(t, "lines", 1, strings.Count(b.log.String(), contract.EnvTable+" is not set"))
}

// A call that has used up the time of the Lambda leaves none to ask the table: that is no
// reason not to ask it for the next execution.
func TestATableIsNotGoneWhenThereWasNoTimeToAskIt(t *testing.T) {
	b := newBench(t, answering(429, "", "Retry-After", "30"), says([]int{1, 2, 3}, 0, 0, 0))
	asks := b.table.answers[0]
	b.table.seen = func(ctx context.Context) {
		b.table.answers = append(b.table.answers[:0], asks)
		if ctx.Err() != nil {
			b.table.answers[0] = fails(fmt.Errorf("%w: %w", coordination.ErrUnavailable, ctx.Err()))
		}
	}
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(reportTime))
	defer cancel()
	in := coordinated("GET")
	in.Input.Start = &contract.Start{Next: []int{1, 2, 3}} // the call goes without a question
	_, _ = b.egress.makeAttempt(ctx, in)
	diff(t, "asked in vain", 1, len(b.table.asked))
	diff(t, "lines about the table", 0, strings.Count(b.log.String(), contract.ProblemNoTable))
	diff(t, "asked for the next one", true, b.egress.pool.isAsked(b.egress.wallClock()))
}

// What no definition says ends in a report, and not in a list of a thousand million.
func TestForgedInvocations(t *testing.T) {
	const most = 1 << 40
	for name, change := range map[string]func(*contract.Invocation){
		"attempt":       func(in *contract.Invocation) { in.Attempt = -most },
		"egresses":      func(in *contract.Invocation) { in.Policy.Egresses = most },
		"no egresses":   func(in *contract.Invocation) { in.Policy.Egresses = -most },
		"no turn":       func(in *contract.Invocation) { in.Turn = nil },
		"an empty turn": func(in *contract.Invocation) { in.Attempt, in.Turn = 2, &contract.Turn{Index: 7} },
		"a turn before": func(in *contract.Invocation) {
			in.Attempt, in.Turn = 2, &contract.Turn{Next: []int{-4, 900}, Index: -most}
		},
		"a turn beyond": func(in *contract.Invocation) {
			in.Attempt, in.Turn = 2, &contract.Turn{Next: []int{-4, 900}, Index: most}
		},
		"nobody starts": func(in *contract.Invocation) { in.Input.Start = &contract.Start{WaitSeconds: -most} },
		"a slot of none": func(in *contract.Invocation) {
			in.Input.Start = &contract.Start{Next: []int{-1}, Slot: &contract.Slot{Egress: 1}}
		},
		"a slot beyond": func(in *contract.Invocation) {
			in.Input.Start = &contract.Start{Slot: &contract.Slot{Egress: most, At: noon}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, answering(429, ""))
			b.lab.Coordination = func(env coordination.Environment) (coordination.Pool, error) {
				store := &shelf{items: coordination.Items{}, date: env.Now}
				return coordination.New(store, env), nil
			}
			b.lab.Egress = 7 // of a larger pool
			b.egress = b.lab.build(t)
			in := coordinated("GET", perMinute...)
			change(&in)
			if got := b.says(in); len(got.Next) > 2*contract.MaxEgresses {
				t.Errorf("%d go next", len(got.Next))
			}
		})
	}
}

// slowly are credentials whose first fetch takes a while.
type slowly struct {
	keys
	takes func()
}

func (s *slowly) Use(setup *Setup) error {
	return UseCredentials(setup, func(CredentialEnvironment) (Credentials, error) { return s, nil })
}

func (s *slowly) Present(ctx context.Context, req *http.Request) (Presented, error) {
	if s.presents == 0 {
		s.takes()
	}
	return s.keys.Present(ctx, req)
}

// What a call shows is fetched before its turn: a call that waits for a token would come so
// much later than its slot, among the calls of the slots after it.
func TestCredentialsAreThereBeforeTheSlot(t *testing.T) {
	b := newBench(t, answering(200, ""), says([]int{1, 2, 3}, 2*time.Second, 2*time.Second, 2*time.Second))
	s := &slowly{keys: keys{value: "k-1"}}
	s.takes = func() { b.now += 900 * time.Millisecond }
	b.lab.Credentials = s
	b.egress = b.lab.build(t)
	in := coordinated("GET", perMinute...)
	slot := &contract.Slot{Egress: 1, At: noon}
	in.Input.Start = &contract.Start{Next: []int{1, 2, 3}, Slot: slot}
	b.goes(in)
	diff(t, "asked", 1, len(b.table.asked))
	diff(t, "held", slot, b.table.asked[0].Held)
	diff(t, "called after", 2*time.Second, b.now)
}

// A table that takes longer than a call may be late gives slots that are over: they are
// given back, and one is booked that is as far ahead as the table takes.
func TestASlotThatIsOverWhenItIsBookedIsNotUsed(t *testing.T) {
	b := newBench(t, answering(200, ""), says([]int{1, 2, 3}, 0, 0, 0), says([]int{1, 2, 3}, 2*time.Second, 2*time.Second, 2*time.Second))
	b.table.seen = func(context.Context) { b.now += 600 * time.Millisecond }
	b.goes(coordinated("GET", perMinute...))
	diff(t, "asked", 2, len(b.table.asked))
	again := b.table.asked[1]
	diff(t, "held", &contract.Slot{Egress: 1, At: noon}, again.Held)
	diff(t, "from", noon.Add(1600*time.Millisecond), again.From)
	diff(t, "called after", 2*time.Second, b.now)
}
