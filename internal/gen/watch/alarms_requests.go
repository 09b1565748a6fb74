package watch

import (
	"fmt"
	"strconv"
)

// percent writes 5 and 0.5.
func percent(p float64) string { return strconv.FormatFloat(p, 'g', -1, 64) + " %" }

// leastFailures is how many executions of a span must fail before their share counts,
// unless all of them do: of ten, one is no share.
const leastFailures = 3

// failed: a share is of the executions that ended, because one of a standard workflow may
// end long after it started. The statistic is Sum: of each start AWS sends two data points
// (Step Functions, "Monitoring metrics").
func (s Stack) failed() Alarm {
	a := s.alarm("Failed", "failed", ofExecutions,
		fmt.Sprintf("More than %s of the executions of %s fail or time out, %s; at least %d of them in each of these spans, or all that ended.",
			percent(s.FailurePercent), s.Name, ofExecutions.words(), leastFailures),
		"Callers get the API's own error, or a problem with 502, 503 or 504. An answer such as 404, which is not retried, counts too.",
		s.lostRequests(),
		"Look: sfngen trace "+s.Name+" --failed --since 1h. Attempts with a status: it is the API. Without one: their fault says why.",
		"Do: "+page("first-five-minutes"))
	a.Metrics = []Metric{
		ofWorkflow("failed", "ExecutionsFailed"), ofWorkflow("late", "ExecutionsTimedOut"), ofWorkflow("worked", "ExecutionsSucceeded"),
	}
	a.Expressions = []Expression{
		{"bad", "FILL(failed, 0) + FILL(late, 0)"},
		{"ended", "bad + FILL(worked, 0)"},
		{"share", fmt.Sprintf("IF(bad >= %d OR (bad > 0 AND bad == ended), 100 * bad / ended, 0)", leastFailures)},
	}
	a.Threshold = s.FailurePercent
	return a
}

// lostRequests says what became of requests that nobody waits for.
func (s Stack) lostRequests() string {
	switch {
	case s.FailedExecutions:
		return "Each failed execution is in the queue " + s.Name + "-failed-executions."
	case s.DeadLetters:
		return "What schedules and events sent is not sent again by itself."
	}
	return ""
}

// timedOut: failures that the deadline has foreseen are no time-outs.
func (s Stack) timedOut() Alarm {
	caller := "Callers get 504 deadline-exceeded."
	if !s.Express {
		caller = "Callers get 504 deadline-exceeded, also where they ask for the answer later."
	}
	a := s.alarm("TimedOut", "timed-out", andAgain,
		"Executions of "+s.Name+" run into retry.deadline before they have an answer, "+andAgain.words()+"; at least one of 1,000 that started.",
		caller,
		"Look: sfngen trace "+s.Name+" --failed --since 1h shows the attempts and waits that took the time.",
		"Do: "+page("executions-time-out"))
	a.Metrics = []Metric{ofWorkflow("late", "ExecutionsTimedOut"), ofWorkflow("started", "ExecutionsStarted")}
	a.Expressions = []Expression{{"value", rare("FILL(late, 0)", "FILL(started, 0)")}}
	return a
}

// rare is a number of bad things where they are at least one of a thousand, else 0: where
// a great deal is going on, single faults of AWS are no news.
func rare(bad, all string) string { return fmt.Sprintf("IF(1000 * %s >= %s, %s, 0)", bad, all, bad) }

// leastAttempts is how many there must be in a span before a share of them counts.
const leastAttempts = 20

// rateLimited has no FILL: both metrics are 0 where the other is not.
func (s Stack) rateLimited() Alarm {
	look := "sfngen trace " + s.Name + " --failed --since 1h"
	if s.Coordinates {
		look = "sfngen pool " + s.Name + " shows who cools down until when, and what is left of each limit"
	}
	a := s.alarm("RateLimited", "rate-limited", ofAttempts,
		fmt.Sprintf("More than %s of the attempts of %s are refused by a limit of the API, or not made because of one, %s; of at "+
			"least %d attempts.",
			percent(s.RateLimitedPercent), s.Name, ofAttempts.words(), leastAttempts),
		"Callers wait longer; those whose every attempt is refused get 429, most of them with Retry-After.",
		"Look: "+look+".",
		"Do: fewer calls, more egresses, or longer waits: "+page("429s-although-the-pool-is-large"))
	a.Metrics = []Metric{s.counted("limited", RateLimitedAttempts), s.counted("attempts", Attempts)}
	a.Expressions = []Expression{{"share", fmt.Sprintf("IF(attempts >= %d, 100 * limited / attempts, 0)", leastAttempts)}}
	a.Threshold = s.RateLimitedPercent
	return a
}
