package local_test

import (
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/local/tableapi"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
	"github.com/sfngen/sfngen/runtime/egress"
)

// updating is a stack in the middle of an update of egress.coordination: what one spec gives
// with, and what it gives without.
type updating struct {
	*rig
	clock         *clocktest.Virtual
	alone, shared func() *stack.Stack
}

// definition is a stack's.
func definition(s *stack.Stack) string { return string(s.File(stack.MachineFile)) }

// egresses gives the pool other code. open is how it finds its table, without variables.
func (u updating) egresses(open coordination.Opener) {
	u.t.Helper()
	for _, number := range []string{"1", "2", "3"} {
		u.replace(number, 2*time.Minute, lambda.InProcess(func(func(string) string) (lambda.Handler, error) {
			env, err := egress.FromVariables(func(name string) string { return map[string]string{contract.EnvEgress: number}[name] })
			if err != nil {
				return nil, err
			}
			env.Now, env.Sleep, env.Log = u.clock.Now, u.clock.Sleep, contract.NewLogger(io.Discard)
			cfg := u.shared().Plan.EgressConfig()
			cfg.Coordination = open
			e, err := egress.New(cfg, env)
			if err != nil {
				return nil, err
			}
			return lambda.HandlerOf(e.Handle), nil
		}))
	}
}

// While a stack is updated its parts are of two versions: whichever meet, requests are
// served as by a pool without coordination, or better.
func TestCoordinationIsUpdated(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		update func(u updating)
	}{
		{"new Lambdas, the old definition", func(u updating) { loadWith(u.rig, u.shared(), definition(u.alone())) }},
		{"taken away: the old definition, Lambdas without a table", func(u updating) { loadWith(u.rig, u.alone(), definition(u.shared())) }},
		{"an execution that was chosen, egresses that know no table", func(u updating) { u.egresses(nil) }},
		{"the code of egresses is newer than their variables", func(u updating) { u.egresses(u.shared().Plan.EgressConfig().Coordination) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewVirtual(wholeSecond())
			upstream, at := apiAt(t, mockapi.Config{Paths: scripts(t, "/limited=429x3:retry-after=20,200", "/failing=503,200", "/=200")}, c.Now)
			text := coordinated(perAddress(9, "60s"), "count: 3", "maxAttempts: 4")
			u := updating{run(t, text, at, onClock(c)), c,
				func() *stack.Stack { return stackOf(t, strings.ReplaceAll(text, "coordination: dynamodb, ", ""), at) },
				func() *stack.Stack { return stackOf(t, text, at) }}
			tt.update(u)
			for range 3 {
				u.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
			}
			u.call("GET", "/limited", "").says(t, 200, "X-Sfngen-Attempts", "4")
			u.call("GET", "/failing", "").says(t, 200, "X-Sfngen-Attempts", "2")
			same(t, "calls", 3+4+2, len(upstream.Requests()))
		})
	}
}

// An execution that waits for its slot while coordination is taken away ends as it began.
func TestCoordinationIsTakenAwayMeanwhile(t *testing.T) {
	t.Parallel()
	c := clocktest.NewTogether(wholeSecond())
	upstream, at := asLimited(t, c.Now, mockapi.Ban{}, "1/10s:sliding")
	text := coordinated(perAddress(1, "10s"), "count: 1", "maxAttempts: 2")
	r := run(t, text, at, together(c))
	crowd := newCrowd(t, c)
	crowd.send(r, 0, "/orders/1")
	crowd.send(r, time.Second, "/orders/2") // which waits until 10.5 s
	c.Enter(1)
	if err := c.Sleep(t.Context(), 3*time.Second); err != nil {
		t.Fatal(err)
	}
	if err := r.workflow.Load(t.Context(), stackOf(t, strings.ReplaceAll(text, "coordination: dynamodb, ", ""), at)); err != nil {
		t.Fatal(err)
	}
	c.Leave()
	same(t, "answers", map[int]int{200: 2}, count(crowd.all()))
	keeps(t, upstream)
}

// An execution without a start, as an older orchestrator begins it: the definition draws an
// egress, which books.
func TestAnExecutionThatNobodyHasChosen(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	var asked atomic.Bool
	table := tableOn(t, c.Now, func(string) *tableapi.Fault {
		if !asked.Swap(true) { // the orchestrator's question
			f := refusedBy(400, "ResourceNotFoundException")
			return &f
		}
		return nil
	})
	upstream, at := asLimited(t, c.Now, mockapi.Ban{}, "1/60s")
	r := run(t, coordinated(perAddress(1, "60s"), "count: 3", "maxAttempts: 2, rateLimit: {maxWait: 20s}"), at, onClock(c), shares(table))
	got := map[int]int{}
	for range 5 { // the orchestrator rests meanwhile
		got[r.call("GET", "/orders", "").status]++
	}
	same(t, "answers", map[int]int{200: 3, 429: 2}, got)
	keeps(t, upstream)
}

// A table outlives a change of the spec: what is booked stays booked.
func TestTheTableOutlivesALoad(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	upstream, at := asLimited(t, c.Now, mockapi.Ban{}, "2/60s")
	text := coordinated(perAddress(2, "60s"), "count: 1", "maxAttempts: 2, rateLimit: {maxWait: 20s}")
	r := run(t, text, at, onClock(c))
	r.call("GET", "/orders", "").says(t, 200)
	table := r.workflow.Table()
	alone := strings.ReplaceAll(text, "coordination: dynamodb, ", "")
	for _, load := range []string{strings.ReplaceAll(text, "maxAttempts: 2", "maxAttempts: 3"), alone, text} {
		if err := r.workflow.Load(t.Context(), stackOf(t, load, at)); err != nil {
			t.Fatal(err)
		}
		if now := r.workflow.Table(); load != alone && now != table {
			t.Error("another table")
		}
	}
	r.call("GET", "/orders", "").says(t, 200)
	r.call("GET", "/orders", "").isProblem(t, 429, "upstream-rate-limited")
	keeps(t, upstream)
}

// Compiled Lambdas find the table of the run, and keep the limits.
func TestCompiledLambdasKnowOfEachOther(t *testing.T) {
	t.Parallel()
	upstream, at := asLimited(t, time.Now, mockapi.Ban{}, "1/10m")
	r := run(t, coordinated(perAddress(1, "10m"), "count: 2", "maxAttempts: 2, rateLimit: {maxWait: 5s}"), at, binaries)
	for range 2 {
		r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
	}
	r.call("GET", "/orders", "").isProblem(t, 429, "upstream-rate-limited")
	same(t, "calls", 2, len(upstream.Requests()))
	keeps(t, upstream)
}
