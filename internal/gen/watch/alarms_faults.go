package watch

import "fmt"

// ownFaults are those of the stack and of AWS, as far as callers meet them.
func (s Stack) ownFaults() Alarm {
	who := "Callers get 500, 502 or 503 of the stack's own; the API is not the cause."
	credentials := ""
	if s.ReadsSecrets {
		credentials = " or, where a cause names a secret or parameter, " + page("credentials-fail")
	}
	a := s.alarm("OwnFaults", "own-faults", again,
		"Requests to "+s.Name+" fail by a fault of the stack or of AWS: the orchestrator died, or it has said so in its log at level ERROR; "+
			again.words()+", at least one request of 1,000.",
		who,
		"Look: aws logs tail /aws/lambda/"+s.Name+"-orchestrator --since 1h --filter-pattern '{ $.level = \"ERROR\" }' (cause is "+
			"what AWS said), "+
			"and sfngen status "+s.Name+" (what runs, and since when).",
		"Do: "+page("causes-in-the-orchestrators-log")+credentials)
	orchestrator := Resource{Kind: Orchestrator}
	a.Metrics = []Metric{
		s.counted("faults", OwnFaults), ofFunction("crashes", "Errors", orchestrator), ofFunction("requests", "Invocations", orchestrator),
	}
	a.Expressions = []Expression{
		{"bad", "FILL(faults, 0) + FILL(crashes, 0)"},
		{"value", rare("bad", "FILL(requests, 0)")},
	}
	return a
}

// partOf is the n-th part of what an egress has of the attempts: 1 in so many. It is 1 in 10
// at least: of a small pool, less would be single faults.
func (s Stack) partOf(n int) int { return max(10, n*s.Egresses) }

// callersOf says what callers see of an egress that fails: of one of a pool, or of the only one.
func (s Stack) callersOf(pool, only string) string {
	if s.Egresses == 1 {
		return "It is the only one: " + only
	}
	return "The next attempt goes on through another egress, so callers wait longer; " + pool
}

// egressDies: of the attempts an egress has about one in as many as there are egresses.
// The alarm is on where a quarter of that dies, but not where one attempt in ten of a small
// pool does not.
func (s Stack) egressDies() Alarm {
	parts := s.partOf(4)
	a := s.alarm("EgressDies", "egress-dies", andAgain,
		fmt.Sprintf("An egress Lambda of %s dies, or cannot be called, instead of reporting what the API said, %s; at least one attempt of %d.",
			s.Name, andAgain.words(), parts),
		"The API is not the cause. "+s.callersOf("with the last attempt they get 502 or 503.",
			"each attempt that meets it is lost, and with the last one callers get 502 or 503."),
		"Look: sfngen probe "+s.Name+" calls each egress once and says which one does not answer; its last words are in "+
			"aws logs tail /aws/lambda/"+s.Name+"-egress-K --since 1h.",
		"Do: what each error means is in "+page("outcomes-and-errors"))
	a.Metrics = []Metric{s.counted("dead", DeadAttempts), s.counted("attempts", Attempts)}
	a.Expressions = []Expression{{"value", fmt.Sprintf("IF(%d * dead >= FILL(attempts, 0) + dead, dead, 0)", parts)}}
	return a
}

// egressCutOff: a gateway, route, name or credential that is broken for one egress fails
// its share of the attempts, which others then save. The alarm is on from half of that
// share on; single connections that fail are no news.
func (s Stack) egressCutOff() Alarm {
	parts := s.partOf(2)
	a := s.alarm("EgressCutOff", "egress-cut-off", andAgain,
		fmt.Sprintf("Attempts of %s do not reach the API (no name, no connection, no TLS, no credential), %s; at least one of %d.",
			s.Name, andAgain.words(), parts),
		"Of all egresses: the API is down, or its name or certificate is broken. Of one: its way out, or its credential. "+
			s.callersOf("where all are cut off they get 502 or 503.",
				"callers wait longer, and with the last attempt they get 502 or 503."),
		"Look: sfngen probe "+s.Name+" says which egress has a way out; sfngen trace "+s.Name+" --since 1h shows each attempt's fault.",
		"Do: what each fault means is in "+page("outcomes-and-errors"))
	a.Metrics = []Metric{s.counted("unsent", UnsentAttempts), s.counted("attempts", Attempts)}
	a.Expressions = []Expression{{"value", fmt.Sprintf("IF(%d * unsent >= attempts, unsent, 0)", parts)}}
	return a
}
