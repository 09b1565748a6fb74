package plan

import (
	"fmt"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// WorstCase is the longest that an execution can take if nothing cuts it short:
// every attempt uses its whole limit and every wait is the longest possible.
// Repeats for Lambda service errors are not in it; they are short, and the
// deadline bounds them.
type WorstCase struct {
	Parts []Part
	Total time.Duration
}

// Part is one summand of a worst case.
type Part struct {
	What string        `json:"what"` // "attempt 1", "wait 1"
	Time time.Duration `json:"-"`
	From string        `json:"from"` // the fields of the spec that it comes from
}

func (p *Plan) worstCase() WorstCase {
	var w WorstCase
	if wait := p.firstWait(); wait > 0 {
		w.add("wait 0", wait, p.firstWaitParts())
	}
	for _, a := range p.Attempts {
		w.add(fmt.Sprintf("attempt %d", a.Number), a.Limit, p.attemptParts())
		if wait := longestWait(a); wait > 0 {
			w.add(fmt.Sprintf("wait %d", a.Number), wait, longestStep(a).from())
		}
	}
	return w
}

// firstWaitParts says what the first wait is made of.
func (p *Plan) firstWaitParts() string {
	if p.firstJitter() == 0 {
		return "retry.rateLimit.maxWait"
	}
	if p.spec.Retry.RateLimit.Backoff != nil {
		return "retry.rateLimit.maxWait + retry.rateLimit.backoff"
	}
	return "retry.rateLimit.maxWait + retry.backoff"
}

// attemptParts says what the limit of an attempt is made of.
func (p *Plan) attemptParts() string {
	parts := fmt.Sprintf("retry.attemptTimeout + %s to start", Short(startAllowance))
	if p.Coordinates() {
		parts += fmt.Sprintf(" + %s for the table", Short(coordinatedAllowance))
	}
	return parts
}

func (w *WorstCase) add(what string, time time.Duration, from string) {
	w.Parts = append(w.Parts, Part{What: what, Time: time, From: from})
	w.Total += time
}

func longestWait(a Attempt) time.Duration { return longestStep(a).Max }

func longestStep(a Attempt) Step {
	if a.RateLimited.Max > a.Transient.Max {
		return a.RateLimited
	}
	return a.Transient
}

// from names the fields that decide the longest wait.
func (s Step) from() string {
	switch {
	case s.OnTop:
		return "retry.rateLimit.maxWait + " + s.BackoffField
	case s.Requested > 0:
		return "retry.rateLimit.maxWait"
	}
	return s.BackoffField
}

// deadlineFindings compares the deadline with the worst case.
func deadlineFindings(file *spec.File, p *Plan) []spec.Finding {
	first := p.Attempts[0].Limit
	path := "retry.deadline"
	if file.Spec().Retry.Deadline == 0 {
		path = "retry.maxAttempts"
	}
	switch {
	case p.Deadline < first && file.Spec().Retry.Deadline == 0:
		return []spec.Finding{file.Error("deadline-too-short", "retry.attemptTimeout",
			fmt.Sprintf("an attempt may take %s, which the %s of an express workflow cannot hold", Short(first), Short(spec.ExpressLimit)),
			fmt.Sprintf("lower it to %s or use workflow.type: standard%s",
				Short(spec.ExpressLimit-startAllowance), file.Spec().StandardMeans(p.WorstCase.Total)))}
	case p.Deadline < first:
		return []spec.Finding{file.Error("deadline-too-short", path,
			fmt.Sprintf("must hold at least one attempt, which may take %s (retry.attemptTimeout %s + %s to start), got %s",
				Short(first), Short(file.Spec().Retry.AttemptTimeout), Short(startAllowance), Short(p.Deadline)),
			"raise it or lower retry.attemptTimeout")}
	case p.Deadline < p.ownTime() && writesTimes(file):
		return []spec.Finding{file.Warning("attempts-cut-off", path,
			fmt.Sprintf("even without requested waits all %d attempts and their backoffs may take %s, but the deadline is %s: only %s sure to start",
				len(p.Attempts), Short(p.ownTime()), Short(p.Deadline), isOrAre(p.certain(longestBackoff))),
			cutOffHint(file.Spec(), p.ownTime()))}
	}
	return nil
}

// writesTimes reports whether the spec itself says how long something may take, so that
// its author can do something about it. Defaults alone are no reason to warn: fifty
// attempts do not fit into the five minutes of an express workflow.
func writesTimes(file *spec.File) bool {
	return slices.ContainsFunc([]string{"retry.deadline", "retry.attemptTimeout", "retry.backoff.initialDelay", "retry.backoff.multiplier",
		"retry.backoff.maxDelay", "retry.rateLimit.backoff", "retry.rateLimit.minWait"}, file.Has)
}

// cutOffHint says what makes room for attempts that need so long.
func cutOffHint(s spec.Spec, needed time.Duration) string {
	lower := "lower retry.attemptTimeout or the delays of retry.backoff"
	if s.Retry.Backoff.Strategy == spec.StrategyNone {
		lower = "lower retry.attemptTimeout"
	}
	if s.Workflow.Type == spec.WorkflowExpress && needed > spec.ExpressLimit {
		return "an express workflow ends after 5m: " + lower + ", or use workflow.type: standard with a retry.deadline of at least " +
			Short(needed) + s.StandardMeans(needed)
	}
	return "raise retry.deadline to " + Short(needed) + ", or " + lower
}

// isOrAre begins a statement about n attempts: "1 of them is".
func isOrAre(n int) string { return fmt.Sprintf("%d of them %s", n, count.Verb(n, "is", "are")) }

// certain is how many attempts start however long the ones before them take, if each
// waits as long as that.
func (p *Plan) certain(wait func(Attempt) time.Duration) int {
	var used time.Duration
	for i, a := range p.Attempts {
		if used+a.Limit > p.Deadline {
			return i
		}
		used += a.Limit + wait(a)
	}
	return len(p.Attempts)
}

// ownTime is how long all attempts and their backoffs may take where the API requests
// no wait.
func (p *Plan) ownTime() time.Duration {
	var sum time.Duration
	for _, a := range p.Attempts {
		sum += a.Limit + longestBackoff(a)
	}
	return sum
}

func longestBackoff(a Attempt) time.Duration {
	return max(a.Transient.own(), a.RateLimited.own(), a.OtherScope.own())
}

// own is the longest wait without a requested one.
func (s Step) own() time.Duration {
	if s.Jittered {
		return s.Least + s.Backoff
	}
	return max(s.Least, s.Backoff)
}
