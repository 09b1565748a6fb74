package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// start is when every execution of the tests begins, by its virtual clock.
var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	region     = "eu-central-1"
	requestID  = "7f0e1c7e-9d0b-4d0e-8a52-1f3a5b6c7d8e"
	machineARN = "arn:aws:states:" + region + ":111111111111:stateMachine:m"
)

func execution(input string) engine.Execution {
	return engine.Execution{
		ARN:              "arn:aws:states:" + region + ":111111111111:execution:m:x",
		Name:             "x",
		RoleARN:          "arn:aws:iam::111111111111:role/r",
		StateMachineARN:  machineARN,
		StateMachineName: "m",
		Input:            mustParse(input),
	}
}

func mustParse(text string) jsonvalue.Value {
	v, err := jsonvalue.ParseString(text)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", text, err))
	}
	return v
}

// mustLoad loads a definition that is sound.
func mustLoad(t testing.TB, definition string) *engine.Machine {
	t.Helper()
	m, err := engine.Load([]byte(definition), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// invoked is one call of a fake.
type invoked struct {
	Function, Payload string
	At                time.Duration // since the start
}

// lambda answers from a script, one answer per call; the last one repeats.
type lambda struct {
	clock   clock.Clock
	answers []answer
	calls   []invoked
}

type answer func(ctx context.Context, c clock.Clock) (engine.Reply, error)

func (l *lambda) Invoke(ctx context.Context, function string, payload jsonvalue.Value) (engine.Reply, error) {
	l.calls = append(l.calls, invoked{function, payload.String(), l.clock.Now().Sub(start)})
	if len(l.answers) == 0 {
		return engine.Reply{}, errors.New("no answer was scripted")
	}
	next := l.answers[0]
	if len(l.answers) > 1 {
		l.answers = l.answers[1:]
	}
	return next(ctx, l.clock)
}

func replies(payload string) answer {
	return func(context.Context, clock.Clock) (engine.Reply, error) {
		return engine.Reply{Payload: mustParse(payload), RequestID: requestID}, nil
	}
}

func fails(name, cause string) answer {
	return func(context.Context, clock.Clock) (engine.Reply, error) {
		return engine.Reply{}, &engine.TaskError{Name: name, Cause: cause}
	}
}

// takes is an answer after some time.
func takes(d time.Duration, then answer) answer {
	return func(ctx context.Context, c clock.Clock) (engine.Reply, error) {
		if err := c.Sleep(ctx, d); err != nil {
			return engine.Reply{}, err
		}
		return then(ctx, c)
	}
}

// ran is an execution of a test.
type ran struct {
	engine.Result
	calls []invoked
}

func (r ran) took() time.Duration { return r.StopDate.Sub(r.StartDate) }

// run makes one execution on a virtual clock, with 0.5 for each random number.
func run(t testing.TB, definition, input string, answers ...answer) ran {
	t.Helper()
	return runMachine(context.Background(), mustLoad(t, definition), input, answers...)
}

func runMachine(ctx context.Context, m *engine.Machine, input string, answers ...answer) ran {
	c := clocktest.NewVirtual(start)
	fake := &lambda{clock: c, answers: answers}
	result := m.Run(ctx, execution(input), engine.Environment{
		Clock: c, Random: func() float64 { return 0.5 }, Invoker: fake,
	})
	return ran{result, fake.calls}
}

// types are an execution's events, with the end's error.
func (r ran) types() string {
	types := make([]string, len(r.History))
	for i, e := range r.History {
		types[i] = e.Type
	}
	return strings.Join(types, " ")
}

// single is a machine of one state.
func single(state string) string { return `{"StartAt":"S","States":{"S":` + state + `}}` }

// invoking is a Task state with these fields more.
func invoking(more string) string {
	return `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload":{"n":1}}` + more + `}`
}

func parsed(text string) (jsonvalue.Value, error) { return jsonvalue.ParseString(text) }

// fuzzed runs a fuzzer's definition with functions that fail now and then.
func fuzzed(m *engine.Machine, input jsonvalue.Value) engine.Result {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := clocktest.NewVirtual(start)
	fake := &lambda{clock: c, answers: []answer{fails("E", "c"), fails("Upstream.Transient", `{"errorMessage":"{\"waitSeconds\":2}"}`),
		replies(`{"a":1}`)}}
	x, events := execution(`{}`), 0
	x.Input = input
	return m.Run(ctx, x, engine.Environment{Clock: c, Random: func() float64 { return 0.5 }, Invoker: fake, Observe: func(event.Event) {
		if events++; events == 500 {
			cancel() // a loop whose state grows would take long to the history's end
		}
	}})
}
