package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// View is a plan as `sfngen plan --format json` prints it: durations in whole
// seconds, money in US dollars for a million requests.
type View struct {
	Name        string `json:"name"`
	Environment string `json:"environment,omitempty"` // of the spec
	Upstream    string `json:"upstream"`
	// Query are the parameters of every call, RenameHeaders the caller's headers that go
	// out under another name: the caller's to the API's.
	Query           map[string]string `json:"query,omitempty"`
	RenameHeaders   map[string]string `json:"renameHeaders,omitempty"`
	Workflow        string            `json:"workflow"`
	Egresses        int               `json:"egresses"`
	Start           string            `json:"start"` // random | first
	DeadlineSeconds int               `json:"deadlineSeconds"`
	Attempts        []AttemptView     `json:"attempts"`
	// Rules say what single answers mean; the first that matches decides.
	Rules    []RuleView        `json:"rules,omitempty"`
	Failures map[string]string `json:"failures"` // which failures go which way
	// ResendRule says which requests are not sent again although they failed.
	ResendRule string `json:"resendRule,omitempty"`
	// KeyRule says which requests that are not idempotent are sent again by their key.
	KeyRule string `json:"keyRule,omitempty"`
	// RedirectRule says to which requests a 3xx is a failure although it is a success
	// to others.
	RedirectRule string `json:"redirectRule,omitempty"`
	// EgressConcurrency and FunctionURLConcurrency are what the spec reserves: calls
	// of each egress, and requests of callers, at once; 0 for no bound.
	EgressConcurrency      int `json:"egressConcurrency,omitempty"`
	FunctionURLConcurrency int `json:"functionUrlConcurrency,omitempty"`
	// Limits are the API's, and RequestsAtMost says how many requests they leave room for.
	Limits         []LimitView `json:"limits,omitempty"`
	RequestsAtMost string      `json:"requestsAtMost,omitempty"`
	// Coordination is what it takes that executions know of each other; nil: they do not.
	Coordination *CoordinationView `json:"coordination,omitempty"`
	// Network is where the egresses are, what the API sees of it, and what it costs.
	Network NetworkView `json:"network"`
	// Credentials are what the egresses show the API, and SecretCost what they cost a month.
	Credentials []CredentialView `json:"credentials,omitempty"`
	SecretCost  string           `json:"secretCost,omitempty"`
	// CallersWait says how callers come to the answer of a standard workflow.
	CallersWait string `json:"callersWait,omitempty"`
	// ScheduleKey says which idempotency key schedules send.
	ScheduleKey string `json:"scheduleKey,omitempty"`
	// EventRules say what is not as usual of events: a bus, and what a request takes
	// from its event.
	EventRules []string `json:"eventRules,omitempty"`
	// FailureRule says what becomes of executions that failed.
	FailureRule string `json:"failureRule,omitempty"`
	// OperationRules say what the stack has of others: roles, a boundary, a key.
	OperationRules []string      `json:"operationRules,omitempty"`
	WorstCase      WorstCaseView `json:"worstCase"`
	Cost           CostView      `json:"cost"`
}

// AttemptView is one attempt of a View.
type AttemptView struct {
	Attempt      int      `json:"attempt"`
	EgressOffset int      `json:"egressOffset"` // from the first egress of the execution
	LimitSeconds int      `json:"limitSeconds"`
	RateLimited  StepView `json:"rateLimited"`
	Transient    StepView `json:"transient"`
}

// StepView says what follows one kind of failure.
type StepView struct {
	Then StepKind `json:"then"` // "at once" | "wait" | "fail"
	// The wait is picked at random from Min to Backoff seconds; a requested wait, and
	// such a share of the backoff on top of it, take Max seconds at most.
	MinSeconds     int `json:"minSeconds"`
	BackoffSeconds int `json:"backoffSeconds"`
	MaxSeconds     int `json:"maxSeconds"`
}

// WorstCaseView is a worst case with its summands.
type WorstCaseView struct {
	TotalSeconds int        `json:"totalSeconds"`
	Parts        []PartView `json:"parts"`
}

// PartView is one summand.
type PartView struct {
	What    string `json:"what"`
	Seconds int    `json:"seconds"`
	From    string `json:"from"`
}

// CostView is the price of a million requests, with what it assumes.
type CostView struct {
	Currency           string         `json:"currency"`
	Region             string         `json:"region"`
	PricesOf           string         `json:"pricesOf"` // year and month
	AssumedCallSeconds float64        `json:"assumedCallSeconds"`
	PerMillionRequests []CostCaseView `json:"perMillionRequests"`
}

// CostCaseView is one course of events.
type CostCaseView struct {
	CostCase
	DurationSeconds float64 `json:"durationSeconds"`
}

// View turns the plan into what is printed.
func (p *Plan) View() View {
	v := View{
		Name: p.Name, Environment: p.Environment, Upstream: p.Upstream, Workflow: p.Workflow.Type,
		Query: p.spec.Upstream.Query, RenameHeaders: p.spec.Upstream.RenameHeaders,
		Egresses: p.Egresses, Start: p.Egress.Start, DeadlineSeconds: seconds(p.Deadline),
		Rules: p.RuleViews(), Failures: p.failures(), ResendRule: p.ResendRule(), KeyRule: p.KeyRule(), RedirectRule: p.RedirectRule(),
		EgressConcurrency: p.Egress.Concurrency, FunctionURLConcurrency: p.OrchestratorConcurrency(), CallersWait: p.CallersWait(),
		Limits: p.limitViews(), RequestsAtMost: p.RequestsAtMost(), Coordination: p.Coordination(), Network: p.Network(),
		Credentials: p.CredentialViews(), SecretCost: p.SecretCost(),
		ScheduleKey: p.ScheduleKey(), EventRules: p.EventRules(), FailureRule: p.FailureRule(),
		OperationRules: p.OperationRules(),
		WorstCase:      WorstCaseView{TotalSeconds: seconds(p.WorstCase.Total)},
		Cost:           CostView{Currency: "USD", Region: PriceRegion, PricesOf: PriceDate, AssumedCallSeconds: AssumedCall.Seconds()},
	}
	for _, a := range p.Attempts {
		v.Attempts = append(v.Attempts, AttemptView{
			Attempt: a.Number, EgressOffset: a.Offset, LimitSeconds: seconds(a.Limit),
			RateLimited: stepView(a.RateLimited), Transient: stepView(a.Transient),
		})
	}
	for _, part := range p.WorstCase.Parts {
		v.WorstCase.Parts = append(v.WorstCase.Parts, PartView{part.What, seconds(part.Time), part.From})
	}
	for _, c := range p.Cost.Cases {
		c.StepFunctions, c.Lambda, c.Table, c.Total = cents(c.StepFunctions), cents(c.Lambda), cents(c.Table), cents(c.Total)
		v.Cost.PerMillionRequests = append(v.Cost.PerMillionRequests, CostCaseView{c, c.Duration.Seconds()})
	}
	return v
}

func stepView(s Step) StepView {
	return StepView{Then: s.Kind, MinSeconds: seconds(s.Min), BackoffSeconds: seconds(s.Backoff), MaxSeconds: seconds(s.Max)}
}

func cents(dollars float64) float64 { return float64(int64(dollars*100+0.5)) / 100 }

// failures names the failures behind each error of the definition.
func (p *Plan) failures() map[string]string {
	return map[string]string{
		contract.ErrRateLimited: p.RateLimitedFailures(),
		contract.ErrTransient:   p.TransientFailures(),
		contract.ErrRejected:    "everything else",
	}
}

// RateLimitedFailures names the codes and rules that count as rate-limited, "none" if
// nothing does.
func (p *Plan) RateLimitedFailures() string {
	return list(p.Attempts[0].Policy.RateLimited.StatusCodes, p.ruleNames(contract.MeansRateLimited))
}

// TransientFailures names the codes, errors and rules that count as transient.
func (p *Plan) TransientFailures() string {
	t := p.Attempts[0].Policy.Transient
	return list(t.StatusCodes, append(slices.Clone(t.Errors), p.ruleNames(contract.MeansTransient)...))
}

func list(codes contract.StatusCodes, errors []string) string {
	var parts []string
	for _, r := range codes {
		parts = append(parts, r.String())
	}
	parts = append(parts, errors...)
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// ResendRule says what the table of attempts leaves out: which requests are not
// sent again although their failure is retryable. It is empty when all are.
func (p *Plan) ResendRule() string {
	methods := p.unsafeMethods()
	unsafe := count.And(methods...) + count.Verb(len(methods), " is", " are")
	switch {
	case len(methods) == 0 || p.ResendAmbiguous || len(p.Attempts) == 1:
		return ""
	case p.spec.Retry.Idempotency.UnsafeMethods == contract.UnsafeRefuse:
		return unsafe + " never sent again, whatever failed (unsafeMethods: refuse)"
	}
	certain := p.spec.Retry.CertainFailures()
	if certain == "" {
		return unsafe + " never sent again: no retryable failure is certain not to have acted (no idempotency key)"
	}
	return unsafe + " sent again only if the API certainly did not act: " + certain + " (no idempotency key)"
}

// KeyRule says why requests that are not idempotent are sent again as any other: by
// their key; "" where ResendRule says what holds, and without such requests or a key.
func (p *Plan) KeyRule() string {
	methods, header := p.unsafeMethods(), p.spec.Retry.Idempotency.Header
	if len(methods) == 0 || header == "" || !p.ResendAmbiguous {
		return ""
	}
	return count.And(methods...) + count.Verb(len(methods), " is", " are") +
		" sent again as any other request, because every attempt carries the same " + header
}

// RedirectRule says to which requests a 3xx is a failure although it is a success to
// others; "" for none, and where the spec says which codes are successes.
func (p *Plan) RedirectRule() string {
	requests := p.unsafeMethods()
	if len(p.Schedules) > 0 {
		requests = append(requests, "a schedule")
	}
	if len(p.Events) > 0 {
		requests = append(requests, "an event")
	}
	if !p.Attempts[0].Policy.RedirectsFail || len(requests) == 0 {
		return ""
	}
	return "3xx of " + count.Or(requests...) +
		" fails at once, because nobody follows a redirect, unless upstream.successStatusCodes names the code"
}

// EgressOf names the attempt's egress: by number, or counted from the start; "chosen" where
// the table of the pool says which.
func (p *Plan) EgressOf(a Attempt) string {
	switch {
	case p.Coordinates():
		return "chosen"
	case !p.RandomStart:
		return fmt.Sprint(a.Offset + 1)
	case a.Offset == 0:
		return "start"
	}
	return fmt.Sprintf("start + %d", a.Offset)
}

// Describe says what follows a failure: "attempt 2 at once", "attempt 2 after 0s..1s +
// requested wait up to 1m", "attempt 2 after 1s; requested wait up to 1m", with a least wait
// "attempt 2 after 10s..11s; requested wait up to 1m + 0s..1s", "fail".
func (a Attempt) Describe(s Step) string {
	if s.Kind == Fail {
		return "fail"
	}
	next := fmt.Sprintf("attempt %d", a.Number+1)
	if s.Kind == AtOnce {
		return next + " at once"
	}
	if s.Chosen && s.Backoff == 0 && s.Min == 0 && !s.Mixed {
		return next + " at once, or once an egress may call: within " + Short(s.Max)
	}
	if s.Mixed {
		return next + " at once; by a rule per credential: " + a.Describe(a.OtherScope)
	}
	text := next + " after " + span(s.shown())
	switch {
	case s.Requested <= s.Min: // the least wait is as long
	case s.OnTop && s.Min > 0: // the longer of the two counts, and the jitter once
		text += "; requested wait up to " + Short(s.Requested) + " + " + span(0, s.Backoff)
	case s.OnTop:
		text += " + requested wait up to " + Short(s.Requested)
	default:
		text += "; requested wait up to " + Short(s.Requested)
	}
	return text
}

// shown are the bounds of a wait without a requested one.
func (s Step) shown() (from, to time.Duration) {
	if s.Jittered {
		return s.Min, s.Min + s.Backoff
	}
	return s.Min, s.Min
}

func span(from, to time.Duration) string {
	if from == to {
		return Short(to)
	}
	return Short(from) + ".." + Short(to)
}
