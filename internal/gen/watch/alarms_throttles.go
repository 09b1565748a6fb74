package watch

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
)

// usedUp says what calls of Lambdas met: the concurrency that a field of the spec reserves, or
// the account's where it reserves none.
func usedUp(field string, reserved int) string {
	if reserved > 0 {
		return fmt.Sprintf("%s (%d) is used up", field, reserved)
	}
	return "the account's concurrency is used up (quota Concurrent executions of Lambda)"
}

func (s Stack) callersThrottled() Alarm {
	a := s.alarm("CallersThrottled", "callers-throttled", ofThrottles,
		"Lambda turns callers of "+s.Name+" away, "+ofThrottles.words()+": "+
			usedUp("triggers.functionUrl.concurrency", s.ReservedCallers)+", or somebody has stopped the orchestrator by a reserved "+
			"concurrency of 0.",
		"Callers get 429 from Lambda, without a type and without x-sfngen-execution; nothing was started for them.",
		"Look: aws lambda get-function-concurrency --function-name "+s.Name+"-orchestrator, and its metric ConcurrentExecutions.",
		"Do: slow the callers down, or raise the number: "+page("changes-that-help-now"))
	a.Metrics = []Metric{ofFunction("", "Throttles", Resource{Kind: Orchestrator})}
	return a
}

// egressesThrottled are alarms of ten egresses each.
func (s Stack) egressesThrottled() []Alarm {
	return s.each("EgressThrottled", "egress-throttled", ofThrottles, func(some string) []string {
		return []string{
			"Lambda turns calls of " + some + " of " + s.Name + " away, " + ofThrottles.words() + ": " +
				usedUp("egress.concurrency", s.ReservedEgress) + ", or somebody has stopped one by a reserved concurrency of 0.",
			"Step Functions calls the same egress up to three times more, so callers wait longer; with the last attempt they get 503 " +
				"egress-throttled.",
			"Look: aws lambda get-function-concurrency --function-name " + s.Name + "-egress-K, and the metric ConcurrentExecutions.",
			"Do: fewer requests at once, or raise the number: " + page("changes-that-help-now"),
		}
	}, func(id string, k int) Metric { return ofFunction(id, "Throttles", Resource{Egress, k}) })
}

// each are alarms about something that each egress has, ten to an alarm. The first ones
// stay what they are when the pool grows.
func (s Stack) each(id, name string, w watched, texts func(some string) []string, metric func(id string, k int) Metric) []Alarm {
	var all []Alarm
	for first := 1; first <= s.Egresses; first += maxMetrics {
		last := min(first+maxMetrics-1, s.Egresses)
		a := s.alarm(fmt.Sprint(id, 1+first/maxMetrics), name+after(first), w, texts(span(first, last, s.Egresses))...)
		var sum []string
		for k := first; k <= last; k++ {
			m := metric(fmt.Sprint("egress", k), k)
			a.Metrics = append(a.Metrics, m)
			sum = append(sum, "FILL("+m.ID+", 0)")
		}
		if len(sum) > 1 {
			a.Expressions = []Expression{{"value", strings.Join(sum, " + ")}}
		} else {
			a.Metrics[0].ID = ""
		}
		all = append(all, a)
	}
	return all
}

// after ends the name of an alarm that is not the first of its kind.
func after(first int) string {
	if first == 1 {
		return ""
	}
	return fmt.Sprintf("-from-%d", first)
}

// span is "the egress", "some of the 3 egresses", "egress 11", "some of the egresses 11 to 20".
func span(first, last, all int) string {
	switch {
	case all == 1:
		return "the egress"
	case last-first+1 == all:
		return "some of the " + count.Of(all, "egress")
	case first == last:
		return fmt.Sprintf("egress %d", first)
	}
	return fmt.Sprintf("some of the egresses %d to %d", first, last)
}

func (s Stack) workflowThrottled() Alarm {
	a := s.alarm("WorkflowThrottled", "workflow-throttled", ofThrottles,
		"Step Functions holds executions of "+s.Name+" back, "+ofThrottles.words()+": the account's state transitions are used up.",
		"Nothing is lost: callers wait longer, and an execution may reach retry.deadline.",
		"Look: the metrics ThrottledEvents and ConsumedCapacity of AWS/States with ServiceMetric StateTransition show the quota and the use.",
		"Do: raise the quota StateTransition of Step Functions, or start less: a schedule that starts much at once, other "+
			"workflows of the account.")
	a.Metrics = []Metric{ofWorkflow("", "ExecutionThrottled")}
	return a
}

// portsUsedUp: a NAT gateway has 55,000 connections to one destination for each address.
func (s Stack) portsUsedUp() []Alarm {
	return s.each("NoPorts", "no-ports", ofThrottles, func(some string) []string {
		return []string{
			"The NAT gateway of " + some + " of " + s.Name + " has no port left for another connection to the API, " + ofThrottles.words() + ".",
			"Attempts fail with the fault connect-timeout or connect; callers wait longer.",
			"Look: ErrorPortAllocation and ActiveConnectionCount of AWS/NATGateway; sfngen trace " + s.Name + " --failed --since 1h.",
			"Do: more egresses (egress.count): a gateway takes 55,000 connections at once to one address of the API.",
		}
	}, func(id string, k int) Metric {
		return Metric{id, "AWS/NATGateway", "ErrorPortAllocation", "NatGatewayId", Resource{NATGateway, k}, "Sum"}
	})
}
