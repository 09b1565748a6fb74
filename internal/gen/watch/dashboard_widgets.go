package watch

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
)

func (d *board) executions() *widget {
	return d.graph("Executions", document.List{
		d.ofWorkflow("ExecutionsSucceeded", label("succeeded"), color(green)),
		d.ofWorkflow("ExecutionsFailed", label("failed"), color(red)),
		d.ofWorkflow("ExecutionsTimedOut", label("ran into the deadline"), color(orange)),
		d.ofWorkflow("ExecutionsAborted", label("stopped by somebody")),
	})
}

// answers are those of the function URL; nil where there is none.
func (d *board) answers() *widget {
	if !d.stack.FunctionURL {
		return nil
	}
	return d.graph("Answers to callers", document.List{
		ofLambda("UrlRequestCount", d.orchestrator(), unseen("all")...),
		ofLambda("Url4xxCount", d.orchestrator(), id("refused"), label("4xx"), color(orange)),
		ofLambda("Url5xxCount", d.orchestrator(), id("failed"), label("5xx"), color(red)),
		computed("all - FILL(refused, 0) - FILL(failed, 0)", "2xx and 3xx", color(green)),
	})
}

func (d *board) answersByStatus() *widget {
	return d.table("Answers by status (those with a problem are the stack's own)", d.ownLog()+
		`filter msg = "`+contract.RequestMessage+`" | stats count(*) as answers, pct(durationMs, 50) as medianMs, `+
		`pct(durationMs, 99) as slowMs by status, problem | sort answers desc | limit 50`)
}

// attemptsOfRequests are the calls of all egresses for each execution.
func (d *board) attemptsOfRequests() *widget {
	metrics := document.List{
		computed(`SUM(METRICS("calls")) / started`, "attempts for each execution"),
		d.ofWorkflow("ExecutionsStarted", unseen("started")...),
	}
	return d.graph("Attempts per request", append(metrics, d.ofEgresses("calls", "Invocations")...))
}

// ofEgresses are one metric of each egress, unseen, with ids that begin alike: METRICS
// finds them by that.
func (d *board) ofEgresses(ids, name string) document.List {
	var all document.List
	for k := 1; k <= d.stack.Egresses; k++ {
		all = append(all, ofLambda(name, contract.EgressName(d.stack.Name, k), unseen(ids+strconv.Itoa(k))...))
	}
	return all
}

func (d *board) attemptsOfEgresses() *widget {
	return d.table("Attempts of each egress", d.egressLogs()+`filter msg = "`+contract.AttemptMessage+`" | stats count(*) as attempts, `+
		`pct(durationMs, 50) as medianMs, pct(durationMs, 99) as slowMs by egress, outcome, statusCode, fault | sort egress, `+
		`attempts desc | limit 200`)
}

func (d *board) refusals() *widget {
	return d.table("Refusals and cool-downs of each egress", d.egressLogs()+fmt.Sprintf(`filter msg = "%s" and ispresent(retryAt) | `+
		`stats count(*) as refusals, max(requestedWaitSeconds) as longestWaitSeconds, latest(retryAt) as mayCallAgain by egress, retryScope | `+
		`sort egress | limit 200`, contract.AttemptMessage))
}

func (d *board) waitAndWork() *widget {
	return d.query("Waiting against work, seconds", "timeSeries", d.egressLogs()+`filter msg = "`+contract.AttemptMessage+
		`" | stats sum(waitSeconds) as waiting, sum(durationMs) / 1000 as calling by bin(5m)`)
}

func (d *board) times() *widget {
	shown := func(stat string) []document.Field { return []document.Field{{Name: "stat", Value: stat}, label(stat)} }
	return d.graph("Time of an execution, waits included, milliseconds", document.List{
		d.ofWorkflow("ExecutionTime", shown("p50")...), d.ofWorkflow("ExecutionTime", shown("p90")...),
		d.ofWorkflow("ExecutionTime", shown("p99")...),
	})
}

// cost is an estimate of what the requests of the time shown cost: what is counted, times
// the plan's prices.
func (d *board) cost() *widget {
	p := d.stack.Prices
	lambda := fmt.Sprintf(`%s * SUM(METRICS("calls")) + %s * SUM(METRICS("busy")) + %s * FILL(own, 0)`,
		decimal(p.Invocation), decimal(p.EgressMs), decimal(p.OrchestratorMs))
	metrics := document.List{
		computed("workflow + lambda", "together"),
		computed(d.workflowCost(), "Step Functions", id("workflow")),
		computed(lambda, "Lambda", id("lambda")),
		d.ofWorkflow("ExecutionsStarted", unseen("started")...),
		ofLambda("Invocations", d.orchestrator(), unseen("calls0")...),
		ofLambda("Duration", d.orchestrator(), unseen("own")...),
	}
	if d.stack.Express {
		metrics = append(metrics, d.ofWorkflow("ExecutionTime", unseen("running")...))
	}
	metrics = append(metrics, d.ofEgresses("calls", "Invocations")...)
	metrics = append(metrics, d.ofEgresses("busy", "Duration")...)
	w := d.graph(fmt.Sprintf("Cost of the time shown, about (US dollars, %s, %s; without logs, tracing, network, table, alarms)",
		p.Region, p.Of),
		metrics, document.Field{Name: "setPeriodToTimeRange", Value: true})
	w.properties[2].Value = "singleValue"
	return w
}

// workflowCost: an attempt after the first is three transitions, with its wait.
func (d *board) workflowCost() string {
	p := d.stack.Prices
	if d.stack.Express {
		return fmt.Sprintf("%s * started + %s * FILL(running, 0)", decimal(p.Execution), decimal(p.ExecutionMs))
	}
	again := `SUM(METRICS("calls")) - FILL(calls0, 0) - started`
	return fmt.Sprintf("%s * (%d * started + 3 * IF(%s > 0, %s, 0))", decimal(p.Transition), p.FirstTransitions, again, again)
}

// decimal has no exponent.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func (d *board) throttles() *widget {
	return d.graph("Turned away by Lambda, and calls at once", append(document.List{
		ofLambda("Throttles", d.orchestrator(), label("callers"), color(red)),
		computed(`SUM(METRICS("turned"))`, "calls of egresses", color(orange)),
		ofLambda("ConcurrentExecutions", d.orchestrator(), label("requests at once"), document.Field{Name: "stat", Value: "Maximum"}),
	}, d.ofEgresses("turned", "Throttles")...))
}

func (d *board) queues() *widget {
	var metrics document.List
	add := func(queue, text string) {
		metrics = append(metrics, metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", d.stack.Name+queue, label(text),
			document.Field{Name: "stat", Value: "Maximum"}))
	}
	if d.stack.DeadLetters {
		add("-dead-letters", "schedules and events that could not start")
	}
	if d.stack.FailedExecutions {
		add("-failed-executions", "executions that failed")
	}
	if metrics == nil {
		return nil
	}
	return d.graph("Messages in queues", metrics)
}

func (d *board) orchestrator() string { return contract.OrchestratorName(d.stack.Name) }

// ownLog and egressLogs begin a query: a widget can read 50 log groups.
func (d *board) ownLog() string { return source(contract.LogGroup(d.orchestrator())) }

func (d *board) egressLogs() string {
	var all strings.Builder
	for k := 1; k <= d.stack.Egresses; k++ {
		all.WriteString(source(contract.LogGroup(contract.EgressName(d.stack.Name, k))))
	}
	return all.String()
}

func source(group string) string { return "SOURCE '" + group + "' | " }
