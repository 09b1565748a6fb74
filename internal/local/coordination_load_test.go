package local_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// onOneTable is callers of several stacks that share a table, at a share of what the API allows.
type onOneTable struct {
	limits    []string // of the API
	spec      string
	perSecond float64 // that the API allows of the whole pool
	share     float64
	lasts     time.Duration
}

var twoLimits = onOneTable{
	limits: []string{"40/30s:sliding", "3/1s:sliding"},
	spec: coordinated(perAddress(40, "30s")+", "+perAddress(3, "1s"), "count: 3",
		"maxAttempts: 3, rateLimit: {maxWait: 10s}"),
	perSecond: 3 * 40. / 30,
}

// arrivals come at random moments (a Poisson process), the same in each run.
func (l onOneTable) arrivals() []time.Duration {
	random := rand.New(rand.NewPCG(14, uint64(l.share*100)))
	var all []time.Duration
	for at := time.Duration(0); at < l.lasts; {
		at += time.Duration(random.ExpFloat64() / (l.perSecond * l.share) * float64(time.Second))
		all = append(all, at)
	}
	return all
}

// run sends them through three stacks.
func (l onOneTable) run(t *testing.T, start time.Time) (*mockapi.API, []arrival, *crowd) {
	t.Helper()
	c := clocktest.NewTogether(start)
	upstream, at := asLimited(t, c.Now, mockapi.Ban{}, l.limits...)
	table := tableOn(t, c.Now, nil)
	quiet := func(o *local.Options) { o.Log = nil }
	var rigs []*rig
	for range 3 {
		rigs = append(rigs, run(t, l.spec, at, together(c), shares(table), quiet))
	}
	crowd := newCrowd(t, c)
	for i, in := range l.arrivals() {
		crowd.send(rigs[i%3], in, fmt.Sprintf("/orders/%d", i))
	}
	return upstream, crowd.all(), crowd
}

// Three stacks on one table, near what the API allows and beyond: it never sees more, and
// who is refused is told when to come again, without a call.
func TestStacksOnOneTableKeepTheLimits(t *testing.T) {
	t.Parallel()
	for _, share := range []float64{0.9, 1.5} {
		t.Run(fmt.Sprintf("at %.0f %%", share*100), func(t *testing.T) {
			t.Parallel()
			l := twoLimits
			l.share, l.lasts = share, time.Minute
			if os.Getenv("SFNGEN_LOAD") != "" {
				l.lasts = 10 * time.Minute
			}
			upstream, came, crowd := l.run(t, wholeSecond())
			keeps(t, upstream)
			statuses := count(came)
			if share < 1 && statuses[200] < len(came)*95/100 {
				t.Errorf("%v, want nearly all answered", statuses)
			}
			if statuses[200]+statuses[429] != len(came) {
				t.Errorf("%v, want answers and 429 alone", statuses)
			}
			for _, a := range came {
				if a.status == 429 && a.header.Get("Retry-After") == "" {
					t.Error("a 429 without Retry-After")
				}
			}
			same(t, "calls", statuses[200], len(upstream.Requests()))
			t.Logf("%d requests in %s: %v; the API saw %d calls, %d refused; most in a window: %v",
				len(came), crowd.clock.Now().Sub(crowd.began).Round(time.Second), statuses, len(upstream.Requests()), refusals(upstream),
				upstream.Saw())
		})
	}
}
