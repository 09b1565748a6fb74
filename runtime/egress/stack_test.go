package egress

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// shelf is a store in memory.
type shelf struct {
	mu    sync.Mutex
	items coordination.Items
	date  func() time.Time
	err   error
}

func (s *shelf) Read(context.Context, string) (coordination.Items, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.items), s.date().Truncate(time.Second), s.err
}

func (s *shelf) Write(_ context.Context, changes []coordination.Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	conflict := coordination.Conflict{Items: coordination.Items{}}
	for _, c := range changes {
		if now := s.items[c.Of]; now.Version != c.From.Version {
			conflict.Items[c.Of] = now
		}
	}
	if len(conflict.Items) > 0 {
		return &conflict
	}
	for _, c := range changes {
		c.To.Logs = maps.Clone(c.To.Logs)
		s.items[c.Of] = c.To
	}
	return nil
}

// stack is a pool of egresses, with one table, before one API, and the definition that runs
// executions through it. Time is the test's: an event after the other.
type stack struct {
	*testing.T
	shelf  *shelf
	pool   []*Egress
	policy func(*contract.Policy)
	now    time.Duration // since noon
	random *rand.Rand
	api    func(egress int, w http.ResponseWriter)
	calls  map[int][]time.Duration // when, of each egress
	// late is how long a Lambda takes to start; dies, whether it does after its booking.
	late func() time.Duration
	dies func() bool
	died int
}

// run is an execution.
type run struct {
	in       contract.Invocation
	at       time.Duration // of its next attempt
	index    int
	began    time.Duration
	states   int // transitions of attempts and waits
	outcome  string
	response int
	after    int
}

func newStack(t *testing.T, egresses int, off map[int]time.Duration) *stack {
	s := &stack{T: t, random: rand.New(rand.NewPCG(7, 11)), calls: map[int][]time.Duration{}}
	s.shelf = &shelf{items: coordination.Items{}, date: s.time}
	s.late, s.dies = func() time.Duration { return 50 * time.Millisecond }, func() bool { return false }
	for number := 1; number <= egresses; number++ {
		url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			s.calls[number] = append(s.calls[number], s.now)
			s.api(number, w)
		})
		l := newLab(url)
		l.Egress, l.Random = number, s.random.Float64
		l.Now = func() time.Time { return s.time().Add(off[number]) }
		l.Sleep = func(_ context.Context, d time.Duration) error { s.now += d; return nil }
		l.Coordination = func(env coordination.Environment) (coordination.Pool, error) {
			return coordination.New(s.shelf, env), nil
		}
		s.pool = append(s.pool, l.build(t))
	}
	return s
}

func (s *stack) time() time.Time { return noon.Add(s.now) }

// starts is an execution that draws its first egress at a time.
func (s *stack) starts(at time.Duration, limits ...contract.Limit) *run {
	in := coordinated("GET", limits...)
	in.Execution = contract.Execution{Name: fmt.Sprintf("run-%d", at.Milliseconds()), StartTime: noon.Add(at).Format(time.RFC3339Nano)}
	in.Policy.Egresses, in.Policy.FullJitter = len(s.pool), true
	in.Policy.RateLimited.BackoffSeconds = 0
	if s.policy != nil {
		s.policy(&in.Policy)
	}
	next := []int{}
	for k := range 2 * len(s.pool) {
		next = append(next, k%len(s.pool)+1)
	}
	in.Turn = &contract.Turn{Next: next}
	return &run{in: in, at: at, began: at, index: s.random.IntN(len(s.pool)), outcome: "runs"}
}

// run runs executions to their ends.
func (s *stack) run(all ...*run) {
	for {
		running := slices.DeleteFunc(slices.Clone(all), func(r *run) bool { return r.outcome != "runs" })
		if len(running) == 0 {
			return
		}
		r := slices.MinFunc(running, func(a, b *run) int { return int(a.at - b.at) })
		s.step(r)
	}
}

// step is one state Attempt of a definition, its catchers, and the wait before the next.
func (s *stack) step(r *run) {
	s.now = r.at + s.late()
	r.in.Turn.Index = r.index
	success, err := s.pool[r.in.Turn.Next[r.index]-1].makeAttempt(context.Background(), r.in)
	r.at, r.states = s.now, r.states+1
	report, failed := err.(messages.InvokeResponse_Error)
	switch {
	case failed && report.Type != contract.ErrRejected && s.dies(), !failed && s.dies():
		s.died++
		s.crash(r)
	case !failed:
		r.outcome, r.response = "success", success.Response.StatusCode
	default:
		s.catch(r, report)
	}
}

func (s *stack) crash(r *run) {
	if r.in.Attempt == r.in.Policy.MaxAttempts {
		r.outcome = "crashed"
		return
	}
	r.in.Attempt, r.index = r.in.Attempt+1, r.index+1
}

func (s *stack) catch(r *run, report messages.InvokeResponse_Error) {
	var said contract.Report
	if err := json.Unmarshal([]byte(report.Message), &said); err != nil {
		s.Fatal(err)
	}
	cause, _ := json.Marshal(report)
	r.in.Input.Failure = &contract.ErrorOutput{Error: report.Type, Cause: string(cause)}
	r.in.Turn, r.index = &contract.Turn{Next: said.Next}, 0
	isLast := r.in.Attempt == r.in.Policy.MaxAttempts && report.Type != contract.ErrSkipped
	if isLast || report.Type == contract.ErrRejected {
		r.outcome, r.after = "failed: "+said.Failure.Final, said.Failure.RetryAfterSeconds
		return
	}
	if report.Type != contract.ErrSkipped {
		r.in.Attempt++
	}
	if report.Type != contract.ErrRateLimited {
		r.states += 2
		r.at += time.Duration(said.Failure.WaitSeconds) * time.Second
	}
}

func (s *stack) outcomes(all []*run) map[string]int {
	n := map[string]int{}
	for _, r := range all {
		n[r.outcome]++
	}
	return n
}

// most is how many calls of an egress any span of a length has.
func (s *stack) most(span time.Duration) int {
	most := 0
	for _, calls := range s.calls {
		slices.Sort(calls)
		for i := range calls {
			n := 0
			for ; i+n < len(calls) && calls[i+n]-calls[i] < span; n++ {
			}
			most = max(most, n)
		}
	}
	return most
}

// fixedWindow is an API that allows so many calls of an address in a minute of the clock.
func (s *stack) fixedWindow(allowed int, says bool) (refused *int) {
	refused = new(int)
	s.api = func(egress int, w http.ResponseWriter) {
		n := 0
		for _, at := range s.calls[egress] {
			if at/time.Minute == s.now/time.Minute {
				n++
			}
		}
		left := strconv.Itoa(int((s.now.Truncate(time.Minute) + time.Minute - s.now + time.Second - 1) / time.Second))
		if says {
			w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(max(0, allowed-n)))
			w.Header().Set("X-RateLimit-Reset", left)
		}
		if n > allowed {
			*refused++
			w.Header().Set("Retry-After", left)
			w.WriteHeader(429)
		}
	}
	return refused
}

// Nine requests one after the other, where three egresses may call twice a minute each: six
// are answered, and the others told when to come again. An API that says what is left
// refuses none, another one no egress more than once.
func TestNineRequestsOneAfterTheOther(t *testing.T) {
	for says, most := range map[bool]int{true: 0, false: 3} {
		t.Run(fmt.Sprintf("says what is left: %v", says), func(t *testing.T) {
			s := newStack(t, 3, nil)
			s.policy = func(p *contract.Policy) { p.RequestedWait.MaxSeconds = 5 }
			refused := s.fixedWindow(2, says)
			var all []*run
			for k := range 9 {
				r := s.starts(time.Duration(k) * time.Second)
				s.run(r)
				all = append(all, r)
			}
			diff(t, "answered", 6, s.outcomes(all)["success"])
			if *refused > most {
				t.Errorf("the API has refused %d, at most %d are all right", *refused, most)
			}
			for _, r := range all {
				if end := int(time.Minute-r.at) / int(time.Second); r.outcome != "success" && (r.after < end || r.after > end+2) {
					t.Errorf("%s: come again in %d s, want about %d", r.outcome, r.after, end)
				}
			}
		})
	}
}

// Twelve requests at once, where two egresses may call once a second each: all are answered
// within the six seconds that this takes, and a second for what starts late.
func TestTwelveRequestsAtOnce(t *testing.T) {
	s := newStack(t, 2, nil)
	s.api = func(int, http.ResponseWriter) {}
	var all []*run
	for k := range 12 {
		all = append(all, s.starts(time.Duration(k)*time.Millisecond, contract.Limit{Requests: 1, WindowSeconds: 1, Per: contract.ScopeIP}))
	}
	s.run(all...)
	diff(t, "outcomes", map[string]int{"success": 12}, s.outcomes(all))
	diff(t, "calls of an egress in a second", 1, s.most(time.Second))
	last := slices.MaxFunc(all, func(a, b *run) int { return int(a.at - b.at) }).at
	if last > 8*time.Second {
		t.Errorf("the last one is answered after %s", last)
	}
}

// The limit is kept whatever happens: Lambdas that start late, that die after they have
// called, a clock that is off.
func TestTheLimitIsKept(t *testing.T) {
	limits := []contract.Limit{{Requests: 5, WindowSeconds: 10, Per: contract.ScopeIP}, {Requests: 2, WindowSeconds: 1, Per: contract.ScopeIP}}
	for _, test := range []struct {
		name   string
		change func(*stack)
		off    map[int]time.Duration
	}{
		{"nothing happens", func(*stack) {}, nil},
		{"some start late", func(s *stack) {
			s.late = func() time.Duration { return time.Duration(s.random.IntN(20)*s.random.IntN(20)) * 5 * time.Millisecond }
		}, nil},
		{"some die", func(s *stack) { s.dies = func() bool { return s.random.IntN(5) == 0 } }, nil},
		{"a clock is 2 s behind", func(*stack) {}, map[int]time.Duration{2: -2 * time.Second}},
		{"a clock is 2 s ahead", func(*stack) {}, map[int]time.Duration{2: 2 * time.Second}},
		{"the API fails now and then", func(s *stack) {
			s.api = func(_ int, w http.ResponseWriter) {
				if s.random.IntN(3) == 0 {
					w.WriteHeader(500)
				}
			}
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStack(t, 3, test.off)
			s.api = func(int, http.ResponseWriter) {}
			test.change(s)
			var all []*run
			for k := range 120 {
				all = append(all, s.starts(time.Duration(k)*700*time.Millisecond+time.Duration(s.random.IntN(600))*time.Millisecond, limits...))
			}
			s.run(all...)
			if most := s.most(10 * time.Second); most > 5 {
				t.Errorf("%d calls of an egress within 10 s, want at most 5", most)
			}
			if most := s.most(time.Second); most > 2 {
				t.Errorf("%d calls of an egress within 1 s, want at most 2", most)
			}
			if lost := len(all) - s.outcomes(all)["success"] - s.outcomes(all)["crashed"]; lost > 3 {
				t.Errorf("%d of %d requests have failed: %v", lost, len(all), s.outcomes(all))
			}
		})
	}
}

// Without a table every request is made all the same, and once it is gone.
func TestATableThatGoesLosesNoRequest(t *testing.T) {
	s := newStack(t, 3, nil)
	s.api = func(int, http.ResponseWriter) {}
	var all []*run
	for k := range 30 {
		if k == 10 {
			s.shelf.err = fmt.Errorf("throttled: %w", coordination.ErrUnavailable)
		}
		r := s.starts(time.Duration(k)*time.Second, contract.Limit{Requests: 5, WindowSeconds: 10, Per: contract.ScopeIP})
		s.run(r)
		all = append(all, r)
	}
	diff(t, "outcomes", map[string]int{"success": 30}, s.outcomes(all))
}
