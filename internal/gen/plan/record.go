package plan

import (
	"net/http"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// Record is the plan as a stack's plan.json has it: each field of the spec with the
// value that counts, written or not, and then what follows from them. Durations are
// text as in a spec. It has no price, date or version: the same spec gives the same
// record until its meaning changes. A field that is empty is left out.
func (p *Plan) Record() document.Map {
	isForm := func(f document.Field) bool { return f.Name == "version" } // of the spec, and no part of the plan
	fields := slices.DeleteFunc(fieldsOf(p.resolved()), isForm)
	if p.Environment != "" { // the name comes first
		fields = slices.Insert(fields, 1, document.Field{Name: "environment", Value: p.Environment})
	}
	if len(p.spec.Upstream.Limits) > 0 {
		fields = append(fields, document.Field{Name: "atMost", Value: p.limitRecord()})
	}
	return append(fields,
		document.Field{Name: "attempts", Value: p.attemptRecords()},
		document.Field{Name: "worstCase", Value: Short(p.WorstCase.Total)},
		document.Field{Name: "resend", Value: p.resendRecord()},
		document.Field{Name: "timeouts", Value: document.Map{
			{Name: "egress", Value: Short(p.EgressTimeout)},
			{Name: "orchestrator", Value: Short(p.OrchestratorTimeout)},
		}},
		document.Field{Name: "names", Value: p.nameRecord()})
}

// resolved is the spec with what it leaves to the plan.
func (p *Plan) resolved() spec.Spec {
	s := p.spec
	s.Upstream.SuccessStatusCodes = s.Upstream.Successes()
	s.Retry.Deadline = p.Deadline
	s.Environments = nil // each has a plan of its own
	if !p.Coordinates() {
		s.Egress.Coordination = "" // what a stack has not
	}
	switch {
	case !s.Egress.Network.InVPC():
		s.Egress.Network = spec.Network{}
	case !s.Egress.Network.OwnVPC():
		s.Egress.Network.CIDR = ""
	}
	url := &s.Triggers.FunctionURL
	url.CORS = spec.CORS{}
	switch {
	case p.FunctionURL == nil:
		url.Auth = ""
	case p.FunctionURL.CORS != nil:
		c := p.FunctionURL.CORS
		url.CORS = spec.CORS{Origins: c.Origins, Methods: c.Methods, Headers: c.Headers, ExposeHeaders: c.ExposeHeaders,
			AllowCredentials: c.AllowCredentials, MaxAge: c.MaxAge}
	}
	return s
}

func (p *Plan) attemptRecords() document.List {
	var list document.List
	for _, a := range p.Attempts {
		list = append(list, document.Map{
			{Name: "attempt", Value: int64(a.Number)},
			{Name: "egress", Value: p.EgressOf(a)},
			{Name: "limit", Value: Short(a.Limit)},
			{Name: "rateLimited", Value: a.RateLimited.record()},
			{Name: "transient", Value: a.Transient.record()},
		})
	}
	return list
}

// record has the times of a wait, as Step has them.
func (s Step) record() document.Map {
	m := document.Map{{Name: "then", Value: string(s.Kind)}}
	if s.Kind != Wait {
		return m
	}
	return append(m,
		document.Field{Name: "least", Value: Short(s.Min)},
		document.Field{Name: "backoff", Value: Short(s.Backoff)},
		document.Field{Name: "longest", Value: Short(s.Max)})
}

// The answers to: is a request of this method sent again after a retryable failure?
const (
	resendAlways  = "always"
	resendCertain = "if it certainly did nothing"
	resendNever   = "never"
)

// resendRecord says of each method whether it is sent again.
func (p *Plan) resendRecord() document.Map {
	var m document.Map
	methods := p.methods()
	slices.Sort(methods)
	for _, method := range methods {
		m = append(m, document.Field{Name: method, Value: p.resent(method)})
	}
	return m
}

func (p *Plan) resent(method string) string {
	switch rule := p.spec.Retry.Idempotency; {
	case method != http.MethodPost && method != http.MethodPatch:
		return resendAlways
	case rule.UnsafeMethods == contract.UnsafeRefuse:
		return resendNever
	case p.ResendAmbiguous:
		return resendAlways
	case p.spec.Retry.CertainFailures() == "":
		return resendNever
	}
	return resendCertain
}

// nameRecord has the names in AWS that callers, alarms and log queries use.
func (p *Plan) nameRecord() document.Map {
	var egresses document.List
	for k := 1; k <= p.Egresses; k++ {
		egresses = append(egresses, contract.EgressName(p.Name, k))
	}
	names := document.Map{
		{Name: "stateMachine", Value: p.Name},
		{Name: "orchestrator", Value: contract.OrchestratorName(p.Name)},
		{Name: "egresses", Value: egresses},
	}
	if p.Coordinates() {
		names = append(names, document.Field{Name: "table", Value: p.TableName()})
	}
	return names
}
