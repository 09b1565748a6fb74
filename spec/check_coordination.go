package spec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkCoordination warns of a table in which nothing will ever stand: no requested wait is
// honoured, no rule has a cool-down, and there is no limit to keep.
func (c *checker) checkCoordination() {
	const path = "egress.coordination"
	if !c.allSound(path, rulesPath, "retry.rateLimit", limitsPath) || !c.spec.Egress.Coordinates() {
		return
	}
	cools := slices.ContainsFunc(c.spec.Retry.Rules, func(r Rule) bool { return r.CoolDown != nil })
	if cools || c.spec.Retry.RateLimit.MaxWait > 0 || len(c.spec.Upstream.Limits) > 0 {
		return
	}
	c.warn("nothing-to-coordinate", path,
		"there is nothing that executions could tell each other: retry.rateLimit.maxWait: 0s ignores what the API asks for, and "+
			"upstream.limits states no limit", "write a longer maxWait or upstream.limits, or write none")
}

// checkSchedulesFit warns of schedules that need more than the API lets the pool do in the
// long run, each request with one attempt: callers and other triggers come on top.
func (c *checker) checkSchedulesFit(limits []Limit) {
	if !c.allSound("triggers.schedules", "egress.count", "upstream.credentials") {
		return
	}
	pace, fastest := 0.0, -1
	for i, s := range c.spec.Triggers.Schedules {
		every := rateOf(s.Expression)
		if every == 0 {
			continue
		}
		pace += 1 / every.Seconds()
		if fastest < 0 || every < rateOf(c.spec.Triggers.Schedules[fastest].Expression) {
			fastest = i
		}
	}
	for i, l := range limits {
		pool := 1
		if l.Per == contract.ScopeIP || c.spec.Upstream.Credentials.Own() {
			pool = c.spec.Egress.Count
		}
		if needed := pace / l.pace(); fastest >= 0 && needed > float64(pool)*(1+1e-9) {
			c.warn("schedules-over-limit", itemPath("triggers.schedules", fastest)+".expression",
				fmt.Sprintf("schedules at a fixed rate make %s requests in %s, but %s (%s) lets %s make %d: the API refuses the others",
					rounded(pace*l.Window.Seconds()), Short(l.Window), itemPath(limitsPath, i), l, egresses(c.spec.Egress.Count), l.Requests*pool),
				c.fewerRuns(l, int(math.Ceil(needed-1e-9))))
			return
		}
	}
}

// fewerRuns says what makes the schedules fit into a limit, for which so many egresses
// would be needed.
func (c *checker) fewerRuns(l Limit, needed int) string {
	if l.Per == contract.ScopeIP && needed <= contract.MaxEgresses {
		return "write a longer rate, or " + c.spec.PoolOf(needed)
	}
	return "write a longer rate"
}

// rateOf is the time between two runs of a rate() expression; 0 for every other one.
func rateOf(expression string) time.Duration {
	argument, isRate := strings.CutPrefix(strings.TrimSuffix(expression, ")"), "rate(")
	match := ratePattern.FindStringSubmatch(argument)
	if !isRate || match == nil {
		return 0
	}
	n, _ := strconv.Atoi(match[1])
	return time.Duration(n) * map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[match[2]]
}

// rounded is a number with one decimal at most.
func rounded(number float64) string {
	return strconv.FormatFloat(math.Round(number*10)/10, 'f', -1, 64)
}
