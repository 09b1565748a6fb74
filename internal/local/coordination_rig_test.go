package local_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/local/tableapi"
)

// coordinated is a spec whose executions know of each other. limits are those of
// upstream.limits, in YAML; "" for none.
func coordinated(limits, egress, retry string) string {
	if limits != "" {
		limits = ", limits: [" + limits + "]"
	}
	return `version: 1
name: orders
upstream: {url: https://api.acme.example, methods: [GET, POST]` + limits + `}
egress: {coordination: dynamodb, ` + egress + `}
retry: {` + retry + ", " + noJitter + "}\n"
}

// perAddress is a limit of an address, as a spec has it.
func perAddress(requests int, window string) string {
	return fmt.Sprintf("{requests: %d, window: %s, per: ip}", requests, window)
}

// tableOn is a table in memory on a clock, with faults or nil. It ends with the test.
func tableOn(t testing.TB, now func() time.Time, fault func(string) *tableapi.Fault) *local.Table {
	t.Helper()
	table, err := local.OpenTable(local.TableOptions{Now: now, Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = table.Close() }) // nobody uses it any more
	return table
}

// shares lets a rig use a table.
func shares(table *local.Table) option { return func(o *local.Options) { o.Table = table } }

// together lets a rig run on a clock that moves when all requests wait.
func together(c *clocktest.Together) option { return func(o *local.Options) { o.Clock = c } }

// crowd sends requests that go on at the same time, each at its moment after the start. It
// gives their answers, and when each came.
type crowd struct {
	t       *testing.T
	clock   *clocktest.Together
	began   time.Time
	sending sync.WaitGroup

	mu   sync.Mutex
	came []arrival
}

type arrival struct {
	answer
	at, after time.Duration // of the answer since the start; since the request was sent
	err       error
}

func newCrowd(t *testing.T, c *clocktest.Together) *crowd {
	return &crowd{t: t, clock: c, began: c.Now()}
}

// send adds a request to the rig, after a while.
func (c *crowd) send(r *rig, in time.Duration, path string) {
	c.clock.Enter(1)
	c.sending.Go(func() {
		defer c.clock.Leave()
		if err := c.clock.Sleep(c.t.Context(), c.began.Add(in).Sub(c.clock.Now())); err != nil {
			return
		}
		sent := c.clock.Now()
		ctx, cancel := context.WithTimeout(c.t.Context(), hang)
		defer cancel()
		a, err := r.try(ctx, "GET", path, "")
		now := c.clock.Now()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.came = append(c.came, arrival{a, now.Sub(c.began), now.Sub(sent), err})
	})
}

// all waits for the answers.
func (c *crowd) all() []arrival {
	c.t.Helper()
	c.sending.Wait()
	for _, a := range c.came {
		if a.err != nil {
			c.t.Error(a.err)
		}
	}
	return c.came
}

// count is how many got which status.
func count(came []arrival) map[int]int {
	statuses := map[int]int{}
	for _, a := range came {
		statuses[a.status]++
	}
	return statuses
}

// asLimited is the API of a limit, "1/1s:sliding" for example, on a clock, and how many of
// its calls it refused.
func asLimited(t *testing.T, now func() time.Time, ban mockapi.Ban, limits ...string) (*mockapi.API, string) {
	t.Helper()
	cfg := mockapi.Config{Ban: ban}
	for _, text := range limits {
		limit, err := mockapi.ParseLimit(text)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Limits = append(cfg.Limits, limit)
	}
	return apiAt(t, cfg, now)
}

// refusals are how many calls the API has refused.
func refusals(a *mockapi.API) int {
	n := 0
	for _, q := range a.Requests() {
		if q.Status == http.StatusTooManyRequests || q.Status == http.StatusForbidden {
			n++
		}
	}
	return n
}

// keeps checks that no span of a window saw more calls than the limit.
func keeps(t *testing.T, a *mockapi.API) {
	t.Helper()
	for _, saw := range a.Saw() {
		if most := saw.Limit.Requests; saw.Most > most && saw.Limit.Burst == 0 {
			t.Errorf("%s, want at most %d", saw.Line(), most)
		}
	}
	if n := refusals(a); n > 0 {
		t.Errorf("%d refusals, want none", n)
	}
}

// kinds are the limit, as APIs that count differently have it.
func kinds(limit string) []string {
	var all []string
	for _, kind := range []string{"fixed", "clock", "sliding", "bucket"} {
		all = append(all, strings.Join([]string{limit, kind}, ":"))
	}
	return all
}
