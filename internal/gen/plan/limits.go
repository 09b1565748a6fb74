package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// LimitView is one limit of the API, with what it lets the whole pool do.
type LimitView struct {
	Requests      int    `json:"requests"`
	WindowSeconds int    `json:"windowSeconds"`
	Per           string `json:"per"`             // ip | credential
	Burst         int    `json:"burst,omitempty"` // at once, where the API documents a bucket
	// PoolRequests are the calls that all egresses together may make in a window: as many
	// as the limit for each of them, if each has an address of its own.
	PoolRequests int `json:"poolRequests"`
}

// UpstreamLimits are those that the spec states.
func (p *Plan) UpstreamLimits() []spec.Limit { return p.spec.Upstream.Limits }

func (p *Plan) limitViews() []LimitView {
	var all []LimitView
	for _, l := range p.spec.Upstream.Limits {
		v := LimitView{Requests: l.Requests, WindowSeconds: seconds(l.Window), Per: string(l.Per), PoolRequests: p.poolOf(l)}
		if l.Burst != nil {
			v.Burst = *l.Burst
		}
		all = append(all, v)
	}
	return all
}

// counted is how often the API counts by the limit: once for each egress, or once.
func (p *Plan) counted(l spec.Limit) int {
	if p.isShared(l) {
		return 1
	}
	return p.Egresses
}

// isShared reports whether all egresses have the limit together.
func (p *Plan) isShared(l spec.Limit) bool {
	return l.Per == contract.ScopeCredential && !p.OwnCredentials()
}

// poolOf is what the limit lets the pool do in one window, in the long run.
func (p *Plan) poolOf(l spec.Limit) int { return l.Requests * p.counted(l) }

// Limits says what the API lets the pool do, a line for each limit and one for what that
// means for requests; none where the spec states no limit.
func (p *Plan) Limits() []string {
	limits := p.spec.Upstream.Limits
	if len(limits) == 0 {
		return nil
	}
	lines := []string{"limits of the API (not kept: calls beyond them are made, and refused; egress.coordination: dynamodb keeps them):"}
	if p.Coordinates() {
		lines = []string{"limits of the API (kept: a call waits until it is its turn):"}
	}
	for _, l := range limits {
		lines = append(lines, "  "+l.String()+": "+p.PoolWords(l))
	}
	return append(lines, p.RequestsAtMost())
}

// PoolWords says what a limit lets the egresses do together.
func (p *Plan) PoolWords(l spec.Limit) string {
	switch {
	case p.isShared(l) && p.Egresses > 1:
		return "all " + count.Of(p.Egresses, "egress") + " together"
	case p.Egresses > 1 && l.Per == contract.ScopeCredential:
		return fmt.Sprintf("%d in %s over %s, each with its own credential", p.poolOf(l), Short(l.Window), count.Of(p.Egresses, "egress"))
	case p.Egresses > 1:
		return fmt.Sprintf("%d in %s over %s, %s", p.poolOf(l), Short(l.Window), count.Of(p.Egresses, "egress"), p.distinctWords())
	}
	return "for the 1 egress"
}

// RequestsAtMost says how many requests the limits leave room for; "" where the spec
// states no limit.
func (p *Plan) RequestsAtMost() string {
	switch {
	case len(p.spec.Upstream.Limits) == 0:
		return ""
	case len(p.Attempts) == 1:
		return "a request takes 1 attempt: at most " + p.mostWords()
	}
	return fmt.Sprintf("a request takes 1 to %d attempts, and each counts: at most %s", len(p.Attempts), p.mostWords())
}

// mostWords are the requests that the limits leave room for, with one attempt each and
// with all.
func (p *Plan) mostWords() string {
	tightest := p.tightest()
	text := p.paceNumber(tightest, 1) + " requests " + paceUnit(tightest).words
	if attempts := len(p.Attempts); attempts > 1 {
		text += fmt.Sprintf(", %s if each takes %d", p.paceNumber(tightest, attempts), attempts)
	}
	return text
}

// tightest is the limit that leaves the pool the least in the long run.
func (p *Plan) tightest() spec.Limit {
	least := p.spec.Upstream.Limits[0]
	pace := func(l spec.Limit) float64 { return float64(p.poolOf(l)) / l.Window.Seconds() }
	for _, l := range p.spec.Upstream.Limits[1:] {
		if pace(l) < pace(least) {
			least = l
		}
	}
	return least
}

// unit is a time that people count requests by.
type unit struct {
	long  time.Duration
	words string
}

// paceUnits are the units, the longest first.
var paceUnits = []unit{{24 * time.Hour, "a day"}, {time.Hour, "an hour"}, {time.Minute, "a minute"}, {time.Second, "a second"}}

// paceUnit is the longest unit that the limit's window holds; windows have at least 1s.
func paceUnit(l spec.Limit) unit {
	return paceUnits[slices.IndexFunc(paceUnits, func(u unit) bool { return u.long <= l.Window })]
}

// paceNumber is how many requests of so many attempts the limit lets the pool make in the
// unit of its window, rounded down.
func (p *Plan) paceNumber(l spec.Limit, attempts int) string {
	number := float64(p.poolOf(l)) / float64(attempts) * paceUnit(l).long.Seconds() / l.Window.Seconds()
	digits := 1.0
	switch {
	case number < 1:
		digits = 1000
	case number < 100:
		digits = 10
	}
	return strconv.FormatFloat(math.Floor(number*digits+1e-9)/digits, 'f', -1, 64)
}

// limitRecord is what the record says of the limits beyond the spec's own numbers.
func (p *Plan) limitRecord() document.Map {
	var pool document.List
	for _, l := range p.spec.Upstream.Limits {
		pool = append(pool, fmt.Sprintf("%d calls in %s, counted per %s", p.poolOf(l), Short(l.Window), l.Per))
	}
	return document.Map{{Name: "pool", Value: pool}, {Name: "requests", Value: p.mostWords()}}
}

// limitFindings warns where one request may need more attempts than a limit lets through
// until the deadline, so that the last ones cannot succeed.
func limitFindings(file *spec.File, p *Plan) []spec.Finding {
	for i, l := range p.spec.Upstream.Limits {
		needed, who := len(p.Attempts), ""
		if !p.isShared(l) && p.Egresses > 1 {
			needed = (len(p.Attempts) + p.Egresses - 1) / p.Egresses
			who = fmt.Sprintf(", %d of them by one egress", needed)
		}
		if most := l.Most(p.Deadline); needed > most {
			return []spec.Finding{file.Warning("attempts-over-limit", fmt.Sprintf("upstream.limits[%d]", i),
				fmt.Sprintf("one request may take %s%s, but until its deadline of %s the limit lets %d through: the others cannot succeed",
					count.Of(len(p.Attempts), "attempt"), who, Short(p.Deadline), most),
				strings.Join(fewerAttempts(p, l, most), ", or "))}
		}
	}
	return nil
}

// fewerAttempts says what makes the attempts of one request fit into a limit.
func fewerAttempts(p *Plan, l spec.Limit, most int) []string {
	if p.isShared(l) {
		return []string{fmt.Sprintf("write retry.maxAttempts: %d", most)}
	}
	return []string{
		fmt.Sprintf("write retry.maxAttempts: %d", most*p.Egresses),
		p.spec.PoolOf((len(p.Attempts) + most - 1) / most),
	}
}
