package watch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Alarm is one of CloudWatch's. It is on where its value is above Threshold in Breaching of
// the last Spans spans of Span seconds. A span without data is none of them.
type Alarm struct {
	ID          string // of its logical id: "Failed", "EgressThrottled1"
	Name        string // in AWS; begins with the stack's
	Description string // for the one who is woken, at most 1,024 characters
	Metrics     []Metric
	// Expressions compute from the metrics and from each other; the last one is the value.
	// Without any the only metric is.
	Expressions []Expression
	Threshold   float64

	Span, Spans, Breaching int
}

// What is the first line of its text: what happened.
func (a Alarm) What() string {
	what, _, _ := strings.Cut(a.Description, "\n")
	return what
}

// Expression is one of metric math (CloudWatch User Guide, "Using math expressions with
// metrics").
type Expression struct{ ID, Text string }

// maxMetrics is how many an alarm can compute from (CloudWatch quotas, "Alarms"). An alarm
// about each of many resources is several of them.
const maxMetrics = 10

// Alarms are those of the stack, in the order in which they matter to callers. None is
// about the Errors of an egress: each attempt that fails is one.
func (s Stack) Alarms() []Alarm {
	all := []Alarm{s.failed(), s.ownFaults(), s.egressCutOff()}
	if s.FailedTasksLogged {
		all = append(all, s.egressDies())
	}
	all = append(all, s.rateLimited(), s.timedOut(), s.callersThrottled())
	all = append(all, s.egressesThrottled()...)
	if !s.Express {
		all = append(all, s.workflowThrottled())
	}
	if s.NATGateways {
		all = append(all, s.portsUsedUp()...)
	}
	if s.DeadLetters {
		all = append(all, s.deadLetters())
	}
	if s.Schedules {
		all = append(all, s.lostSchedules())
	}
	if s.FailedExecutions {
		all = append(all, s.failedExecutions())
	}
	return all
}

// watched are the last of a number of spans of so many minutes, in so many of which a
// value must be too high.
type watched struct{ breaching, spans, minutes int }

// What each alarm waits for. One failure at night wakes nobody; what goes on does.
var (
	// shares of all executions: in nine minutes where much is going on, and within half an
	// hour where little is.
	ofExecutions = watched{3, 10, 3}
	// shares of all attempts, which limits raise for a moment every now and then.
	ofAttempts = watched{3, 4, 5}
	// what must not happen at all, and does once a year without any fault of the stack's.
	again    = watched{2, 12, 5}
	andAgain = watched{3, 12, 5}
	// what the account's quotas turn away.
	ofThrottles = watched{2, 3, 5}
	// what stays there until somebody looks.
	atOnce = watched{1, 1, 5}
)

// alarm is one whose text says what happened, what a caller sees, and where to look.
func (s Stack) alarm(id, name string, w watched, texts ...string) Alarm {
	return Alarm{
		ID: id, Name: s.Name + "-" + name, Description: lines(texts),
		Span: 60 * w.minutes, Spans: w.spans, Breaching: w.breaching,
	}
}

// page is where a heading of docs/operations.md is: whoever is woken has the text of an
// alarm, and no folder of sfngen's.
func page(heading string) string { return contract.OperationsPage + "#" + heading }

// lines have one text each, those that are empty left out.
func lines(texts []string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), "\n")
}

// words are "in 3 of the last 10 spans of 3 minutes".
func (w watched) words() string {
	return fmt.Sprintf("in %d of the last %d spans of %d minutes", w.breaching, w.spans, w.minutes)
}

func ofWorkflow(id, name string) Metric {
	return Metric{id, "AWS/States", name, "StateMachineArn", Resource{Kind: Workflow}, "Sum"}
}

func ofFunction(id, name string, of Resource) Metric {
	return Metric{id, "AWS/Lambda", name, "FunctionName", of, "Sum"}
}
