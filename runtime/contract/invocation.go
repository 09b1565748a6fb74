package contract

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// Invocation is the payload that the definition sends to an egress for one
// attempt. Policy is written into the definition, so a reader of the definition
// sees what the egress will do.
type Invocation struct {
	Attempt   int       `json:"attempt"` // 1..Policy.MaxAttempts
	Execution Execution `json:"execution"`
	Input     Input     `json:"input"`
	// Turn is who makes the attempt, in a coordinated execution; nil in others, where its
	// number says it (EgressAfter).
	Turn   *Turn  `json:"turn,omitempty"`
	Policy Policy `json:"policy"`
}

// Execution says which execution an attempt belongs to
// (the context object's $$.Execution).
type Execution struct {
	Name      string `json:"name"`
	StartTime string `json:"startTime"` // RFC 3339, the deadline counts from here
}

// Input is the state's input, unchanged: the caller's request and what has failed so
// far.
type Input struct {
	Trigger    string  `json:"trigger,omitempty"`    // ExecutionInput's
	Occurrence string  `json:"occurrence,omitempty"` // ExecutionInput's
	Request    Request `json:"request,omitzero"`
	// Template and Event are ExecutionInput's.
	Template *Template       `json:"template,omitempty"`
	Event    json.RawMessage `json:"event,omitempty"`
	// Start is ExecutionInput's; of an execution that is not coordinated it says nothing.
	Start *Start `json:"start,omitempty"`
	// Failure is the last failed attempt that an egress reported.
	Failure *ErrorOutput `json:"failure,omitempty"`
	// Crash is the last attempt whose egress did not report at all. It is older
	// than Failure when Failure's attempts already count it.
	Crash *ErrorOutput `json:"crash,omitempty"`
}

// ErrorOutput is what a catcher receives (ASL, "Errors": Error Output).
type ErrorOutput struct {
	Error string `json:"Error"`
	Cause string `json:"Cause"` // for a Lambda error: a Cause as JSON
}

// Cause is how Lambda reports a function's error to Step Functions.
type Cause struct {
	ErrorMessage string `json:"errorMessage"` // from an egress: a Report as JSON
	ErrorType    string `json:"errorType"`
}

// Scope says what the upstream counts.
type Scope string

const (
	ScopeIP         Scope = "ip"         // per source address: another egress may go at once
	ScopeCredential Scope = "credential" // per account or key: egresses with the same one share the limit
)

// ScopePool is the scope of an Attempt's wait that no egress may call in, whatever the
// upstream counts. No policy has it. Who does not know it takes it for a limit that all
// share.
const ScopePool Scope = "pool"

// UnsafeMethods says when POST and PATCH may be sent again after a failure that
// the upstream may have acted on (RFC 9110 9.2.2 names the idempotent methods).
type UnsafeMethods string

const (
	UnsafeGuarded UnsafeMethods = "guarded" // only with an idempotency key
	UnsafeAllow   UnsafeMethods = "allow"   // always
	UnsafeRefuse  UnsafeMethods = "refuse"  // never, not even when it is certain that nothing happened
)

// The categories of failures without a status, as a spec names them.
const (
	ErrorTimeout    = "timeout"
	ErrorConnection = "connection"
)

// Policy is what the spec says about one attempt, resolved by the plan.
type Policy struct {
	// Contract is the Version that the definition was built with; absent in
	// definitions of version 1.
	Contract           int         `json:"contract,omitempty"`
	MaxAttempts        int         `json:"maxAttempts"` // 1..50
	Egresses           int         `json:"egresses"`    // 1..50, the size of the pool
	SuccessStatusCodes StatusCodes `json:"successStatusCodes"`
	// RedirectsFail takes 3xx out of SuccessStatusCodes for what a trigger started and
	// for methods that are not idempotent: nobody follows the redirect, so nothing was
	// done. False where the spec itself says which codes are successes, and in older
	// definitions.
	RedirectsFail bool `json:"redirectsFail,omitempty"`
	// Rules say of single answers what they mean: the first one that matches, and the
	// codes of the others. Those of a definition stand in the first state, and every
	// attempt passes them on.
	Rules       []Rule      `json:"rules,omitempty"`
	RateLimited RateLimited `json:"rateLimited"`
	Transient   Transient   `json:"transient"`
	// FullJitter picks each backoff uniformly at random between 0 and its value, and
	// adds such a share of it to a requested wait.
	FullJitter    bool          `json:"fullJitter"`
	RequestedWait RequestedWait `json:"requestedWait"`
	// Ask is what the first definitions have in place of RequestedWait; nil in others.
	Ask *Ask `json:"ask,omitempty"`
	// Coordination is set where executions know of each other; nil: each is alone.
	Coordination *Coordination `json:"coordination,omitempty"`
	// UnsafeMethods and IdempotencyHeader decide for POST and PATCH.
	UnsafeMethods     UnsafeMethods `json:"unsafeMethods"`
	IdempotencyHeader string        `json:"idempotencyHeader,omitempty"` // lower case
	// NotActedStatusCodes are the answers after which the upstream certainly did not
	// act, 400..599. Absent in older definitions: see NotActed.
	NotActedStatusCodes StatusCodes `json:"notActedStatusCodes"`
	// AttemptSeconds is the longest that one attempt takes, start-up included.
	AttemptSeconds int `json:"attemptSeconds"`
	// DeadlineSeconds is the whole execution's time, waits included.
	DeadlineSeconds int `json:"deadlineSeconds"`
}

// RateLimited says which answers mean "you are counted" and what follows.
type RateLimited struct {
	StatusCodes StatusCodes `json:"statusCodes"`
	Scope       Scope       `json:"scope"`
	// BackoffSeconds is the least wait before an egress that was already tried
	// goes again, before jitter; 0 when the next egress is fresh and may go at once.
	BackoffSeconds int `json:"backoffSeconds"`
	// OtherBackoffSeconds is BackoffSeconds after a limit whose rule has the other scope.
	OtherBackoffSeconds int `json:"otherBackoffSeconds,omitempty"`
	// MinSeconds is the least wait after such an answer, whatever it requests: of the
	// egress, or of all of them, as Scope says.
	MinSeconds int `json:"minSeconds,omitempty"`
	// FullJitter is Policy.FullJitter for the backoff after a limit; nil: the same.
	FullJitter *bool `json:"fullJitter,omitempty"`
	// OwnCredentials: each egress shows the upstream a credential of its own, so that a
	// limit is one of that egress, whatever its scope. A runtime that does not know it
	// waits where another egress could go at once.
	OwnCredentials bool `json:"ownCredentials,omitempty"`
}

// OfOneEgress reports whether a limit leaves the other egresses alone; scope is that of
// its rule, "" for the others'. What holds for the pool never does.
func (r RateLimited) OfOneEgress(scope Scope) bool {
	return scope != ScopePool && (r.OwnCredentials || cmp.Or(scope, r.Scope) == ScopeIP)
}

// Transient says which other failures another attempt may follow.
type Transient struct {
	StatusCodes StatusCodes `json:"statusCodes"`
	Errors      []string    `json:"errors"` // ErrorTimeout, ErrorConnection
	// BackoffSeconds is the backoff before the next attempt, before jitter.
	BackoffSeconds int `json:"backoffSeconds"`
}

// RequestedWait says where the upstream requests a wait, and the longest one that is
// honoured.
type RequestedWait struct {
	Headers    []string `json:"headers"`        // lower case; the longest wait that applies counts
	Body       []string `json:"body,omitempty"` // paths into a JSON body: see ParsePath
	MaxSeconds int      `json:"maxSeconds"`     // 0 ignores both
}

// Ask is RequestedWait under the names that it had first.
type Ask struct {
	Headers        []string `json:"headers"`
	MaxWaitSeconds int      `json:"maxWaitSeconds"`
}

// Renamed gives the policy with the names that its members have today.
func (p Policy) Renamed() Policy {
	if p.Ask != nil {
		p.RequestedWait, p.Ask = RequestedWait{Headers: p.Ask.Headers, MaxSeconds: p.Ask.MaxWaitSeconds}, nil
	}
	return p
}

// NotActed reports whether a failure with that status says for certain that the
// upstream did not act. A definition from before the field meant 429 and 503. The
// latter is taken back: gateways answer 503 also where the connection to the API broke
// after it had read the request.
func (p Policy) NotActed(status int) bool {
	if p.NotActedStatusCodes == nil {
		return status == http.StatusTooManyRequests
	}
	return p.NotActedStatusCodes.Contains(status)
}

// LeastVersion is the least Version whose runtimes serve the policy rightly.
func (p Policy) LeastVersion() int {
	if p.Coordination != nil {
		return 5
	}
	if slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.PoolCoolDownSeconds > 0 }) {
		return 4
	}
	if len(p.Rules) > 0 || p.RateLimited.MinSeconds > 0 || len(p.RequestedWait.Body) > 0 {
		return 3
	}
	return 2
}

// VersionRefusal says why a runtime refuses a definition, and what to do; "" for one
// that it serves.
func (p Policy) VersionRefusal() string {
	if p.Contract <= Version {
		return ""
	}
	return fmt.Sprintf("the state machine has version %d of the contract, this Lambda serves up to version %d: "+
		"deploy the stack's Lambdas before its state machine", p.Contract, Version)
}
