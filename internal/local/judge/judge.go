// Package judge says what a stack makes of an answer of its API, without a call: the egress
// of the stack judges it, as it does in a run.
package judge

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/egress"
)

// Case is an answer, and what bears on its meaning.
type Case struct {
	Answer  curl.Answer
	Attempt int // that got it, 1 to the last
	// Method is that of the request, "" for the first that there is. Trigger is the name
	// of the schedule or event that has made it, "" for a caller.
	Method, Trigger string
	Now             time.Time // where the answer has no Date
}

// Of judges an answer by a plan.
func Of(p *plan.Plan, c Case) (Verdict, error) {
	in, err := invocation(p, c)
	if err != nil {
		return Verdict{}, err
	}
	least, err := foresee(p, in, c, 0)
	if err != nil {
		return Verdict{}, err
	}
	most, err := foresee(p, in, c, math.Nextafter(1, 0))
	if err != nil {
		return Verdict{}, err
	}
	return verdict(p, in, c.Answer, least, most), nil
}

// foresee asks the egress of the attempt; random is in [0, 1).
func foresee(p *plan.Plan, in contract.Invocation, c Case, random float64) (egress.Foreseen, error) {
	cfg := p.EgressConfig()
	cfg.Coordination = nil // there is no table here, and what it knows has no say in a meaning
	e, err := egress.New(cfg, egress.Environment{
		Egress: egressOf(p, in.Attempt), Now: func() time.Time { return c.Now }, Random: func() float64 { return random },
	})
	if err != nil {
		return egress.Foreseen{}, err
	}
	return e.Foresee(context.Background(), in, response(c.Answer, in.Input.Request.Method)), nil
}

func response(a curl.Answer, method string) *http.Response {
	body := a.Body
	if method == http.MethodHead || a.StatusCode == http.StatusNoContent || a.StatusCode == http.StatusNotModified {
		body = nil // RFC 9110 6.4.1
	}
	return &http.Response{StatusCode: a.StatusCode, Header: a.Header.Clone(), ContentLength: int64(len(body)),
		Body: io.NopCloser(bytes.NewReader(body))}
}

// egressOf is the egress of an attempt, counted from the first, wherever a run begins.
func egressOf(p *plan.Plan, attempt int) int { return p.Attempts[attempt-1].Offset + 1 }

// invocation is that of the attempt. What came before it has failed and asked for nothing.
func invocation(p *plan.Plan, c Case) (contract.Invocation, error) {
	if c.Attempt < 1 || c.Attempt > len(p.Attempts) {
		return contract.Invocation{}, fmt.Errorf("attempt %d: there are %s", c.Attempt, count.Of(len(p.Attempts), "attempt"))
	}
	r, err := request(p, c)
	if err != nil {
		return contract.Invocation{}, err
	}
	in := contract.Invocation{
		Attempt: c.Attempt, Policy: p.Attempts[c.Attempt-1].Policy,
		Execution: contract.Execution{Name: "judge", StartTime: c.Now.UTC().Format(time.RFC3339Nano)},
		Input:     contract.Input{Trigger: c.Trigger, Request: r},
	}
	if c.Attempt > 1 {
		in.Input.Failure = failed(p, c.Attempt-1)
	}
	return in, nil
}

func request(p *plan.Plan, c Case) (contract.Request, error) {
	methods := p.OrchestratorConfig().Methods
	if c.Trigger == "" {
		method := cmp.Or(c.Method, methods[0])
		if !slices.Contains(methods, method) {
			return contract.Request{}, fmt.Errorf("method %s is none of upstream.methods (%s)", method, count.And(methods...))
		}
		return contract.Request{Method: method, Path: "/"}, nil
	}
	known := map[string]contract.Request{}
	for _, s := range p.Schedules {
		known[s.Name] = s.Request
	}
	for _, e := range p.Events {
		known[e.Name] = e.Request
	}
	r, ok := known[c.Trigger]
	switch {
	case !ok && len(known) == 0:
		return r, fmt.Errorf("trigger %s: there is neither a schedule nor an event", c.Trigger)
	case !ok:
		return r, fmt.Errorf("trigger %s: the schedules and events are %s", c.Trigger, count.And(p.TriggerNames()...))
	case c.Method != "" && c.Method != r.Method:
		return r, fmt.Errorf("the trigger %s sends %s", c.Trigger, r.Method)
	}
	return contract.Request{Method: r.Method, Path: "/"}, nil
}

// failed is the report of so many attempts that failed for a passing reason.
func failed(p *plan.Plan, attempts int) *contract.ErrorOutput {
	f := contract.Failure{}
	for k := 1; k <= attempts; k++ {
		f.Attempts = append(f.Attempts, contract.Attempt{Attempt: k, Egress: egressOf(p, k), StatusCode: http.StatusServiceUnavailable})
	}
	cause := contract.Cause{ErrorMessage: text(f), ErrorType: contract.ErrTransient}
	return &contract.ErrorOutput{Error: contract.ErrTransient, Cause: text(cause)}
}

func text(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err) // contract's types have nothing that JSON cannot hold
	}
	return string(out)
}
