package asl

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
)

// The names of the states that exist once; the others are numbered.
const (
	startState  = "Start"
	failedState = "Failed"
)

func attemptState(k int) string { return fmt.Sprintf("Attempt %d", k) }
func readState(k int) string    { return fmt.Sprintf("Read %d", k) }
func waitState(k int) string    { return fmt.Sprintf("Wait %d", k) }

// EgressPlaceholder is the placeholder for the ARN of egress n (1..50) in a
// definition; DefinitionSubstitutions replaces it.
func EgressPlaceholder(n int) string { return fmt.Sprintf("Egress%dArn", n) }

// InvokePlaceholder is the placeholder for the Resource of a Task outside the
// partition aws.
const InvokePlaceholder = "LambdaInvokeArn"

// InvokeARN is the Lambda integration of a partition ("Task State").
func InvokeARN(partition string) string { return "arn:" + partition + ":states:::lambda:invoke" }

// InvokeIsPlaceholder reports whether the definition has InvokePlaceholder in place
// of the ARN. Only the one of aws is written out: the schemas that editors and
// cfn-lint use (E3601) refuse any other, but accept a
// placeholder.
func InvokeIsPlaceholder(p *plan.Plan) bool { return p.Partition != "aws" }

func invokeResource(p *plan.Plan) string {
	if InvokeIsPlaceholder(p) {
		return "${" + InvokePlaceholder + "}"
	}
	return InvokeARN(p.Partition)
}

// Build turns a plan into its state machine: for each attempt the call and the
// states that lead to the next one, then the state in which a failed execution
// ends.
func Build(p *plan.Plan) Machine {
	if p.Coordinates() {
		return buildCoordinated(p)
	}
	m := Machine{
		Comment:        machineComment(p),
		StartAt:        attemptState(1),
		TimeoutSeconds: int(p.Deadline.Seconds()),
	}
	if p.Starts() {
		m.StartAt = startState
		m.add(startState, start(p))
	}
	for _, a := range p.Attempts {
		m.add(attemptState(a.Number), attempt(p, a))
		if needsWait(a) {
			m.add(readState(a.Number), read(a))
			m.add(waitState(a.Number), wait(a))
		}
	}
	m.add(failedState, failed())
	return m
}

func (m *Machine) add(name string, state any) {
	m.States = append(m.States, document.Field{Name: name, Value: state})
}

func needsWait(a plan.Attempt) bool {
	return a.RateLimited.Kind == plan.Wait || a.Transient.Kind == plan.Wait
}

// start draws the first egress and holds the rules, which every attempt passes on: the
// definition has them once.
func start(p *plan.Plan) Pass {
	state := Pass{Type: "Pass", Comment: startComment(p), Next: attemptState(1)}
	if p.RandomStart {
		state.Parameters = document.Map{{Name: "index.$", Value: fmt.Sprintf("States.MathRandom(0, %d)", p.Egresses)}}
		state.ResultPath = "$.start"
	}
	if rules := p.Rules(); len(rules) > 0 {
		state.Assign = document.Map{{Name: rulesVariable, Value: rules}}
	}
	return state
}

// rulesVariable holds the rules of an execution.
const rulesVariable = "rules"

// policy is the attempt's, with the rules by reference.
func policy(a plan.Attempt) document.Map {
	own := a.Policy
	own.Rules = nil
	p := document.Of(own).(document.Map)
	if len(a.Policy.Rules) > 0 {
		p = append(p, document.Field{Name: "rules.$", Value: "$" + rulesVariable})
	}
	return p
}

func attempt(p *plan.Plan, a plan.Attempt) Task {
	return Task{
		Type:     "Task",
		Comment:  attemptComment(p, a),
		Resource: invokeResource(p),
		Parameters: document.Map{
			functionName(p, a),
			{Name: "Payload", Value: payload(a)},
		},
		OutputPath:     "$.Payload",
		TimeoutSeconds: int(a.Limit.Seconds()),
		Retry:          []Retrier{serviceErrors(p)},
		Catch:          catchers(a),
		End:            true,
	}
}

// functionName picks the attempt's egress: the pool, rotated so that it begins with
// this attempt's egress for a start of 0, at the index that Start picked.
func functionName(p *plan.Plan, a plan.Attempt) document.Field {
	if !p.RandomStart {
		return document.Field{Name: "FunctionName", Value: "${" + EgressPlaceholder(a.Offset+1) + "}"}
	}
	pool := make([]string, p.Egresses)
	for i := range pool {
		pool[i] = "'${" + EgressPlaceholder(contract.EgressAfter(i+1, a.Offset, p.Egresses)) + "}'"
	}
	return document.Field{
		Name:  "FunctionName.$",
		Value: fmt.Sprintf("States.ArrayGetItem(States.Array(%s), $.start.index)", strings.Join(pool, ", ")),
	}
}

// payload is a contract.Invocation; a test compares the two.
func payload(a plan.Attempt) document.Map {
	return document.Map{
		{Name: "attempt", Value: a.Number},
		{Name: "execution", Value: document.Map{
			{Name: "name.$", Value: "$$.Execution.Name"},
			{Name: "startTime.$", Value: "$$.Execution.StartTime"},
		}},
		{Name: "input.$", Value: "$"},
		{Name: "policy", Value: policy(a)},
	}
}

// Lambda's own errors. After the first ones the function certainly did not run;
// after the others the request may have been sent.
var (
	notInvoked = []string{"Lambda.TooManyRequestsException", "Lambda.ResourceNotReadyException"}
	ambiguous  = []string{"Lambda.ServiceException", "Lambda.AWSLambdaException",
		"Lambda.SdkClientException", "Lambda.ClientExecutionTimeoutException"}
)

// serviceErrors repeats the call of the same egress when Lambda, not the
// upstream, failed (best practices: "Handle transient Lambda service exceptions").
func serviceErrors(p *plan.Plan) Retrier {
	errors := notInvoked
	if p.ResendAmbiguous {
		errors = append(append([]string{}, notInvoked...), ambiguous...)
	}
	return Retrier{ErrorEquals: errors, IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: "FULL"}
}

// catchers decide which state follows a failure. The egress's own report goes to
// $.failure. If the egress died, the error goes to $.crash, which keeps the last
// report with the attempts so far.
func catchers(a plan.Attempt) []Catcher {
	if a.Last() {
		return []Catcher{
			{ErrorEquals: []string{"States.DataLimitExceeded"}, ResultPath: "$.failure", Next: failedState},
			{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.failure", Next: failedState},
		}
	}
	next := attemptState(a.Number + 1)
	list := retryCatchers(a)
	return append(list,
		Catcher{ErrorEquals: []string{contract.ErrRejected}, ResultPath: "$.failure", Next: failedState},
		// Before States.ALL: the documentation says that States.ALL does not
		// catch it, recordings from AWS say that it does.
		Catcher{ErrorEquals: []string{"States.DataLimitExceeded"}, ResultPath: "$.crash", Next: next},
		Catcher{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.crash", Next: next},
	)
}

// retryCatchers lead to the next attempt. One catcher is enough if both kinds of
// failure take the same way.
func retryCatchers(a plan.Attempt) []Catcher {
	if a.RateLimited.Kind == a.Transient.Kind {
		return []Catcher{retryCatcher(a, a.Transient, contract.ErrRateLimited, contract.ErrTransient)}
	}
	return []Catcher{
		retryCatcher(a, a.RateLimited, contract.ErrRateLimited),
		retryCatcher(a, a.Transient, contract.ErrTransient),
	}
}

func retryCatcher(a plan.Attempt, step plan.Step, errors ...string) Catcher {
	c := Catcher{ErrorEquals: errors, ResultPath: "$.failure", Next: attemptState(a.Number + 1)}
	if step.Kind == plan.Wait {
		c.Assign = document.Map{{Name: "cause.$", Value: "States.StringToJson($.Cause)"}}
		c.Next = readState(a.Number)
	}
	return c
}

func read(a plan.Attempt) Pass {
	return Pass{
		Type:    "Pass",
		Comment: fmt.Sprintf("Parses the report of attempt %d from the egress's error: waitSeconds is how long to wait.", a.Number),
		Assign:  document.Map{{Name: "report.$", Value: "States.StringToJson($cause.errorMessage)"}},
		Next:    waitState(a.Number),
	}
}

func wait(a plan.Attempt) Wait {
	return Wait{
		Type:        "Wait",
		Comment:     waitComment(a),
		SecondsPath: "$report.waitSeconds",
		Next:        attemptState(a.Number + 1),
	}
}

func failed() Fail {
	return Fail{
		Type: "Fail",
		Comment: "The execution fails with the last attempt's error. Its cause holds the API's own answer and every attempt: the " +
			"orchestrator forwards the answer.",
		ErrorPath: "$.failure.Error",
		CausePath: "$.failure.Cause",
	}
}
