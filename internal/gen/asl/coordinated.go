package asl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
)

// In a coordinated execution (egress.coordination) two variables say who calls: cause is
// the last failed attempt's, its errorMessage a contract.Report in its form of an array,
// [[2, 3, 1], 5, {…}]: the egresses that go next, and the seconds to wait before. turn is
// which of these egresses goes: each that dies without a report hands over to the one
// behind it. Start makes a report of what the input says, so that the first attempt reads
// what every other one reads. Step Functions charges for each state: a failed attempt
// after which the next egress goes at once needs none beside the attempts.
const (
	reportItems = "States.StringToJson($cause.errorMessage)"
	nextOfItems = "States.ArrayGetItem(" + reportItems + ", 0)"
	waitOfItems = "States.ArrayGetItem(" + reportItems + ", 1)"
)

func buildCoordinated(p *plan.Plan) Machine {
	m := Machine{Comment: machineComment(p), StartAt: startState, TimeoutSeconds: int(p.Deadline.Seconds())}
	m.add(startState, choose(p))
	for _, a := range p.Attempts {
		m.add(readState(a.Number-1), readWait(a))
		m.add(waitState(a.Number-1), waitForTurn(p, a))
		m.add(attemptState(a.Number), coordinatedAttempt(p, a))
	}
	m.add(failedState, failed())
	return m
}

// choose is the first state: nobody has chosen who makes the first attempt, or the
// orchestrator has. One of the rules always holds. Each has an Assign of its own: whether
// a state's goes with every rule or with Default alone, AWS's pages do not agree.
func choose(p *plan.Plan) Choice {
	absent, present, none := false, true, 0
	chosen := document.Map{
		{Name: "cause", Value: document.Map{
			{Name: "errorMessage.$", Value: "States.Format('[{}]', States.JsonToString($.start.next))"},
		}},
		{Name: "turn", Value: 0},
	}
	later := append(slices.Clone(chosen), document.Field{Name: waitVariable, Value: "$.start.waitSeconds"})
	return Choice{
		Type:    "Choice",
		Comment: chooseComment(p),
		Choices: []ChoiceRule{
			{
				Variable:  "$.start.next",
				IsPresent: &absent,
				Comment:   "Nobody has chosen: " + drawnComment(p) + ".",
				Assign:    withRules(p, drawn(p)),
				Next:      attemptState(1),
			},
			{
				Variable:           "$.start.waitSeconds",
				NumericGreaterThan: &none,
				Comment:            "The orchestrator has chosen, and the egress may go later.",
				Assign:             withRules(p, later),
				Next:               waitState(0),
			},
			{
				Variable:  "$.start.next",
				IsPresent: &present,
				Comment:   "The orchestrator has chosen, and the egress may go now.",
				Assign:    withRules(p, chosen),
				Next:      attemptState(1),
			},
		},
	}
}

// drawn is the report of an execution for which nobody has chosen: the pool in order, so
// often that each start has as many behind it as attempts can follow. Some engines draw
// also the end of the range.
func drawn(p *plan.Plan) document.Map {
	pool := make([]string, p.Egresses+len(p.Attempts))
	for i := range pool {
		pool[i] = strconv.Itoa(i%p.Egresses + 1)
	}
	turn := document.Field{Name: "turn", Value: 0}
	if p.RandomStart {
		turn = document.Field{Name: "turn.$", Value: fmt.Sprintf("States.MathRandom(0, %d)", p.Egresses)}
	}
	return document.Map{
		{Name: "cause", Value: document.Map{{Name: "errorMessage", Value: "[[" + strings.Join(pool, ",") + "]]"}}},
		turn,
	}
}

// withRules adds the rules, which every branch of the first state has to hold.
func withRules(p *plan.Plan, assign document.Map) document.Map {
	if rules := p.Rules(); len(rules) > 0 {
		assign = append(slices.Clone(assign), document.Field{Name: rulesVariable, Value: rules})
	}
	return assign
}

func coordinatedAttempt(p *plan.Plan, a plan.Attempt) Task {
	task := attempt(p, a)
	task.Comment = coordinatedComment(p, a)
	task.Parameters = document.Map{chosenFunction(p), {Name: "Payload", Value: coordinatedPayload(a)}}
	task.Catch = coordinatedCatchers(a)
	return task
}

// chosenFunction picks the egress whose turn it is. The first item is there for counting:
// egresses count from 1.
func chosenFunction(p *plan.Plan) document.Field {
	pool := []string{"''"}
	for n := range p.Egresses {
		pool = append(pool, "'${"+EgressPlaceholder(n+1)+"}'")
	}
	return document.Field{
		Name: "FunctionName.$",
		Value: fmt.Sprintf("States.ArrayGetItem(States.Array(%s), States.ArrayGetItem(%s, $turn))",
			strings.Join(pool, ", "), nextOfItems),
	}
}

func coordinatedPayload(a plan.Attempt) document.Map {
	p := payload(a)
	turn := document.Field{Name: "turn", Value: document.Map{
		{Name: "next.$", Value: nextOfItems},
		{Name: "index.$", Value: "$turn"},
	}}
	return slices.Insert(p, len(p)-1, turn)
}

// coordinatedCatchers decide which state follows a failure, as catchers do. A skip leads
// to the states before the attempt: it calls again, after a wait.
func coordinatedCatchers(a plan.Attempt) []Catcher {
	skipped := reported(readState(a.Number-1), contract.ErrSkipped)
	if a.Last() {
		return append([]Catcher{skipped}, catchers(a)...)
	}
	next := attemptState(a.Number + 1)
	dead := document.Map{{Name: "turn.$", Value: "States.MathAdd($turn, 1)"}}
	return []Catcher{
		reported(next, contract.ErrRateLimited),
		reported(readState(a.Number), contract.ErrAllLimited, contract.ErrTransient),
		skipped,
		{ErrorEquals: []string{contract.ErrRejected}, ResultPath: "$.failure", Next: failedState},
		// Before States.ALL, as in catchers.
		{ErrorEquals: []string{"States.DataLimitExceeded"}, ResultPath: "$.crash", Assign: dead, Next: next},
		{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.crash", Assign: dead, Next: next},
	}
}

// reported takes over an egress's report of who goes next.
func reported(next string, errors ...string) Catcher {
	return Catcher{
		ErrorEquals: errors,
		ResultPath:  "$.failure",
		Assign:      document.Map{{Name: "cause.$", Value: "States.StringToJson($.Cause)"}, {Name: "turn", Value: 0}},
		Next:        next,
	}
}

func readWait(a plan.Attempt) Pass {
	return Pass{
		Type: "Pass",
		Comment: fmt.Sprintf("Takes from the last report how long to wait before attempt %d: its second item, after the egresses "+
			"that go next.", a.Number),
		Assign: document.Map{{Name: waitVariable, Value: waitOfItems}},
		Next:   waitState(a.Number - 1),
	}
}

// waitVariable holds the seconds of the wait that comes next.
const waitVariable = "waitSeconds.$"

func waitForTurn(p *plan.Plan, a plan.Attempt) Wait {
	return Wait{Type: "Wait", Comment: turnComment(p, a), SecondsPath: "$waitSeconds", Next: attemptState(a.Number)}
}
