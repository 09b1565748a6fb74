package local_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/local/tableapi"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// always is a fault of every request.
func always(f tableapi.Fault) func(string) *tableapi.Fault {
	return func(string) *tableapi.Fault { return &f }
}

func refusedBy(status int, code string) tableapi.Fault {
	return tableapi.Fault{Err: &tableapi.Error{Status: status, Code: code, Text: "a fault of the test"}}
}

// lines are log lines, to be read after the requests.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// with are those that contain all of the texts.
func (l *lines) with(texts ...string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for line := range strings.Lines(l.text.String()) {
		all := true
		for _, text := range texts {
			all = all && strings.Contains(line, text)
		}
		if all {
			n++
		}
	}
	return n
}

// A table that is of no use costs no request: the pool then is one without coordination. It
// is said once by each Lambda, and not asked again for a while.
func TestATableOfNoUse(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]tableapi.Fault{
		"gone":        refusedBy(400, "ResourceNotFoundException"),
		"throttled":   refusedBy(400, "ThrottlingException"),
		"denied":      refusedBy(400, "AccessDeniedException"),
		"failing":     refusedBy(500, "InternalServerError"),
		"cut off":     {Lost: true},
		"not a table": {Text: "<html>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewVirtual(wholeSecond())
			upstream, at := apiAt(t, mockapi.Config{Paths: scripts(t, "/limited=429x3:retry-after=20,200", "/failing=503,200", "/=200")}, c.Now)
			log := &lines{}
			r := run(t, coordinated(perAddress(2, "60s"), "count: 3", "maxAttempts: 4"), at, onClock(c),
				shares(tableOn(t, c.Now, always(fault))), func(o *local.Options) { o.Log = log })
			for range 9 {
				r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
			}
			r.call("GET", "/limited", "").says(t, 200, "X-Sfngen-Attempts", "4")
			r.call("GET", "/failing", "").says(t, 200, "X-Sfngen-Attempts", "2")
			same(t, "calls", 9+4+2, len(upstream.Requests()))
			if n := log.with(`"WARN"`, "table"); n < 1 || n > 2*4 { // an orchestrator and three egresses, before and after the wait
				t.Errorf("%d lines say that there is no table, want one of each Lambda and time\n%s", n, log.text.String())
			}
		})
	}
}

// A table that does not answer costs each Lambda its time limit, once; then it is not asked
// for a while. The time of the run stands still meanwhile.
func TestATableThatHangs(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	var asked atomic.Int64
	var hangs atomic.Bool
	hangs.Store(true)
	table := tableOn(t, c.Now, func(string) *tableapi.Fault {
		asked.Add(1)
		if hangs.Load() {
			return &tableapi.Fault{Hang: true}
		}
		return nil
	})
	_, at := asLimited(t, c.Now, mockapi.Ban{}, "9/60s")
	r := run(t, coordinated(perAddress(9, "60s"), "count: 2, start: first", "maxAttempts: 2"), at, onClock(c), shares(table))
	began := time.Now()
	r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
	took, tries := time.Since(began), asked.Load()
	if lambdas := 2 * coordination.Limit; took < lambdas || took > lambdas+hang/2 {
		t.Errorf("took %s, want the time limit of an orchestrator and an egress, %s", took, lambdas)
	}
	for range 3 {
		r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
	}
	same(t, "asked again", int64(0), asked.Load()-tries)
	hangs.Store(false)
	if err := c.Sleep(t.Context(), 6*time.Second); err != nil {
		t.Fatal(err)
	}
	r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
	same(t, "asked by the orchestrator, which books", int64(2), asked.Load()-tries)
}

// A table that comes back is used again.
func TestATableThatComesBack(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	var gone sync.Map
	gone.Store("gone", true)
	table := tableOn(t, c.Now, func(string) *tableapi.Fault {
		if _, is := gone.Load("gone"); is {
			f := refusedBy(400, "ResourceNotFoundException")
			return &f
		}
		return nil
	})
	upstream, at := asLimited(t, c.Now, mockapi.Ban{}, "1/60s")
	r := run(t, coordinated(perAddress(1, "60s"), "count: 2", "maxAttempts: 2"), at, onClock(c), shares(table))
	r.call("GET", "/orders", "").says(t, 200)
	gone.Delete("gone")
	if err := c.Sleep(t.Context(), 2*time.Minute); err != nil {
		t.Fatal(err)
	}
	before := len(upstream.Requests())
	for range 2 {
		r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
	}
	r.call("GET", "/orders", "").says(t, 429)
	same(t, "calls", 2, len(upstream.Requests())-before)
}

// shifted is a clock that is wrong.
type shifted struct {
	clock.Clock
	by time.Duration
}

func (s shifted) Now() time.Time { return s.Clock.Now().Add(s.by) }

func (s shifted) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	inner, cancel := s.Clock.WithDeadline(ctx, at.Add(-s.by))
	return shiftedContext{inner, at}, cancel
}

// shiftedContext has a deadline by a clock that is wrong.
type shiftedContext struct {
	context.Context
	at time.Time
}

func (s shiftedContext) Deadline() (time.Time, bool) { return s.at, true }

// A Lambda whose clock is wrong by 2 s goes by that of the table. What is left of the fault
// brings slots nearer to each other, by less than a second: so many calls a window may have
// more. Behind a window of a minute it is nothing.
func TestAClockThatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		by       time.Duration
		requests int
		window   string
		most     int // calls in any span of the window
	}{
		{2 * time.Second, 2, "60s", 2},
		{-2 * time.Second, 2, "60s", 2},
		{2 * time.Second, 1, "1s", 2},
		{-2 * time.Second, 1, "1s", 2},
		{time.Hour, 1, "1s", 2},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewTogether(wholeSecond().Add(300 * time.Millisecond))
			limit := fmt.Sprintf("%d/%s", tt.requests, tt.window)
			upstream, at := asLimited(t, c.Now, mockapi.Ban{}, limit+":sliding")
			table := tableOn(t, c.Now, nil)
			text := coordinated(perAddress(tt.requests, tt.window), "count: 2", "maxAttempts: 4")
			right := run(t, text, at, together(c), shares(table))
			wrong := run(t, text, at, func(o *local.Options) { o.Clock = shifted{c, tt.by} }, shares(table))
			crowd := newCrowd(t, c)
			for i := range 20 {
				crowd.send([]*rig{right, wrong}[i%2], time.Duration(i)*300*time.Millisecond, "/orders")
			}
			came := crowd.all()
			statuses := count(came)
			if tt.window == "1s" {
				same(t, "answers", map[int]int{200: 20}, statuses)
			}
			for _, saw := range upstream.Saw() {
				if saw.Most > tt.most {
					t.Error(saw.Line())
				}
			}
			t.Logf("off by %s: %v, %d refused, %v", tt.by, statuses, refusals(upstream), upstream.Saw())
		})
	}
}

// An egress that dies between booking and calling loses a slot, for no longer than its
// window, and no request.
func TestACrashBetweenBookingAndCalling(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	upstream, at := asLimited(t, c.Now, mockapi.Ban{}, "2/30s")
	r := run(t, coordinated(perAddress(2, "30s"), "count: 2, start: first", "maxAttempts: 2, rateLimit: {maxWait: 20s}"), at, onClock(c))
	r.workflow.Lambda().Throttle("orders-egress-1", 4) // it is never reached, as often as Step Functions tries
	r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Egress", "2")
	got := map[int]int{}
	for range 5 {
		got[r.call("GET", "/orders", "").status]++
	}
	if got[200] < 2 || got[200] > 3 {
		t.Errorf("answers %v, want those of what is left of the window: 2 or 3", got)
	}
	if err := c.Sleep(t.Context(), 31*time.Second); err != nil {
		t.Fatal(err)
	}
	for range 4 { // all slots are there again
		r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
	}
	keeps(t, upstream)
}

// Where others always book first, nobody calls, and nobody hangs: the caller is told.
func TestContentionFailsClosed(t *testing.T) {
	t.Parallel()
	for limit := time.Now().Add(hang); time.Now().Before(limit); {
		if isAnswered := contend(t); isAnswered {
			return
		}
	}
	t.Error("the table never answers in time")
}

// contend lets others always book first. isAnswered: the table has answered each Lambda once
// within coordination.Limit. It may not on a busy machine, and what becomes of the request
// then is another matter.
func contend(t *testing.T) (isAnswered bool) {
	t.Helper()
	c := clocktest.NewVirtual(wholeSecond())
	table := tableOn(t, c.Now, func(operation string) *tableapi.Fault {
		if operation == "UpdateItem" {
			f := refusedBy(400, "ConditionalCheckFailedException")
			return &f
		}
		return nil
	})
	upstream, at := asLimited(t, c.Now, mockapi.Ban{}, "2/60s")
	log := &lines{}
	r := run(t, coordinated(perAddress(2, "60s"), "count: 1", "maxAttempts: 1"), at, onClock(c), shares(table),
		func(o *local.Options) { o.Log = log })
	began := time.Now()
	got := r.call("GET", "/orders", "")
	if log.with(`"reason":"`+coordination.ErrUnavailable.Error()) > 0 {
		return false
	}
	got.says(t, 429)
	same(t, "calls", 0, len(upstream.Requests()))
	if most := 20 * coordination.Limit * 2; time.Since(began) > most {
		t.Errorf("took %s, want less than %s", time.Since(began), most)
	}
	return true
}
