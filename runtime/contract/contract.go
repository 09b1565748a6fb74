// Package contract holds the JSON that passes between the caller's side, the
// state machine and the egress Lambdas of one stack: the execution input, the
// payload of one attempt, its result and its failure.
//
// One request goes through it like this:
//
//	execution input   ExecutionInput
//	egress payload    Invocation
//	egress result     Success                     (also the execution's output)
//	egress error      an error name of this package; errorMessage is a Failure
//	execution cause   Cause, around that same Failure
//
// The lines that the Lambdas log about it have one form as well, that of NewLogger.
//
// Changes of it are additive, and it has a Version.
//
// What Lambdas, generators and local run must agree on is here too: names of
// functions and variables, which egress makes which attempt (stack.go), the addresses
// that an egress does not dial (addresses.go), the header fields that are its own
// (headers.go), the clock (clock.go).
package contract

// Version is the version of the contract that this runtime serves. A definition states
// in Policy.Contract the least version that serves it: see LeastVersion.
//
// Lambdas are updated before the definition, and a Standard execution keeps its
// definition for up to a year. So a change adds members and takes none away; one that
// is absent means what it meant before there was one. A runtime serves every older
// definition. One that is newer it refuses, because it may not know what it is told.
//
// The version is raised with a change after which an older runtime would serve a new
// definition wrongly: where it would not know a member and, for that, send a request
// that it must not send, or take a failure for a success. A member that an older
// runtime may leave out without harm, such as one for a log line, raises nothing.
//
//	1  definitions that state none
//	2  Policy.Contract, NotActedStatusCodes, RedirectsFail
//	3  Policy.Rules, RateLimited.MinSeconds, RequestedWait.Body: only definitions that
//	   have one of them state it
//	4  Rule.PoolCoolDownSeconds: only definitions that have it state it, because an older
//	   runtime would call an upstream that has banned its callers
//	5  Policy.Coordination: only definitions that have it state it. Its reports are in a form
//	   of their own (Report), and an older runtime would call without a slot
//
// An execution's input and an egress's report state no version: during an update each
// Lambda, new or old, may meet those of the other. A new member there has to be one
// that who does not know it can leave out, or one without which there is nothing to
// send, as ExecutionInput.Template.
const Version = 5

// The names under which an egress reports a failed attempt. The definition's
// catchers match them, so they are part of the deployed interface: a name never
// changes its meaning.
const (
	// ErrPrefix begins each of them, and no error of AWS.
	ErrPrefix = "Upstream."
	// ErrRateLimited: the upstream counted the call (429 unless the spec says
	// otherwise). Another address may try at once if the limit is per address.
	ErrRateLimited = ErrPrefix + "RateLimited"
	// ErrTransient: any other failure that another attempt may follow.
	ErrTransient = ErrPrefix + "Transient"
	// ErrRejected: a failure that no attempt may follow.
	ErrRejected = ErrPrefix + "Rejected"

	// The definitions of executions that know of each other have two more (Coordination).

	// ErrAllLimited: as ErrRateLimited, and no egress may go at once: a wait follows.
	ErrAllLimited = ErrPrefix + "AllLimited"
	// ErrSkipped: this egress has called nothing, because it must not now, and says who
	// may and when. It is no attempt: the same attempt follows.
	ErrSkipped = ErrPrefix + "Skipped"
)

// The path and the headers of a function URL that are sfngen's own: those of an
// upstream do not pass. Callers use these names: they never change their meaning.
const (
	// ReservedPath and what is below it are never passed on.
	ReservedPath = "/.sfngen"
	// ExecutionsPath, with an execution's name after it, is where its answer is.
	ExecutionsPath = ReservedPath + "/executions/"

	// ReservedHeaders is what the names of the headers below begin with.
	ReservedHeaders = "x-sfngen-"
	HeaderExecution = ReservedHeaders + "execution" // its name
	HeaderAttempts  = ReservedHeaders + "attempts"  // how many there were
	HeaderEgress    = ReservedHeaders + "egress"    // whose answer it is, from 1
	HeaderTruncated = ReservedHeaders + "truncated" // the full size of a body that was cut, in bytes
)

// Sizes that AWS fixes, in bytes of UTF-8, and the shares of them that sfngen
// uses. A state's data holds the request, the last failure and what the
// definition adds, so a request may not take all of it.
const (
	// PayloadLimit is the largest payload and the largest answer of a synchronous
	// invocation, through a function URL as well (Lambda quotas: 6 MB).
	PayloadLimit = 6 << 20
	// StateLimit is what one state, task or execution may carry (Step Functions
	// quotas: 256 KiB, Standard and Express).
	StateLimit = 262_144
	// CauseLimit is the longest Cause of a failure (API model: 32,768
	// characters; counted here in bytes, which is never more generous).
	CauseLimit = 32_768
	// RequestLimit is the largest Request, as JSON, that an execution is
	// started with. The rest of StateLimit is for failures and the policy.
	RequestLimit = 196_608
	// SuccessLimit is the largest Success, as JSON. The rest of StateLimit is
	// for the envelope that the Lambda integration puts around a result.
	SuccessLimit = 253_952
)

// RequestIDHeaders are the fields, lower case, in which vendors name a call, for
// a question to their support. A failure carries them.
var RequestIDHeaders = []string{
	"x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-github-request-id",
	"x-ms-request-id", "x-goog-request-id", "x-correlation-id", "x-trace-id", "cf-ray",
}

// Attempt is the record of one attempt, in order, for logs and for the caller.
type Attempt struct {
	Attempt int `json:"attempt"` // 1..50
	Egress  int `json:"egress"`  // 1..50, which Lambda of the pool
	// StatusCode is the upstream's answer, 100..599; 0 when there was none.
	StatusCode int `json:"statusCode,omitempty"`
	// Fault is set when there was no usable answer.
	Fault Fault `json:"fault,omitempty"`
	// WaitSeconds is the wait that followed this attempt.
	WaitSeconds int `json:"waitSeconds"`
	// DurationMs is how long the attempt took, without a sleep until its slot.
	DurationMs int64 `json:"durationMs"`
	// RetryAt is when the wait ends that the upstream requested of this egress, or a
	// cool-down (RFC 3339, UTC, to the millisecond); empty when there is none.
	RetryAt string `json:"retryAt,omitempty"`
	// RetryScope is what that wait is for, where a rule said so or it is ScopePool; ""
	// for what the policy says.
	RetryScope Scope `json:"retryScope,omitempty"`
	// RetryMinimum: that wait is a minWait of the spec, longer than what was requested.
	RetryMinimum bool `json:"retryMinimum,omitempty"`
	// Rule is the name of the rule that said what the answer means; "" where a list of
	// status codes did.
	Rule string `json:"rule,omitempty"`
}

// Response is the upstream's answer, hop-by-hop fields removed (RFC 9110 7.6.1).
type Response struct {
	StatusCode int                 `json:"statusCode"`
	Headers    map[string][]string `json:"headers,omitempty"` // lower-case names
	// Body is text, or base64 when IsBase64Encoded. A failure that is not the
	// last one carries it only when it is small (4 KiB, and room for it), for
	// the case that the next attempt is not started.
	Body            string `json:"body,omitempty"`
	IsBase64Encoded bool   `json:"isBase64Encoded,omitempty"`
	// CutFrom is the body's full size in bytes when Body holds only its
	// beginning, or nothing of it, because it would not have fitted.
	CutFrom int64 `json:"cutFrom,omitempty"`
}

// Success is the result of the attempt that worked and the execution's output.
type Success struct {
	Response Response  `json:"response"`
	Attempts []Attempt `json:"attempts"`
}

// Failure is the errorMessage of a failed attempt, as JSON.
type Failure struct {
	// Reason says what happened, for somebody who reads the execution.
	Reason string `json:"reason"`
	// Final says why no other attempt follows; empty when one does.
	Final string `json:"final,omitempty"`
	// RetryAfterSeconds is in how many seconds the caller may come again, of an execution
	// that ends because its egresses cool down: whole, >= 1; 0 for all others.
	RetryAfterSeconds int       `json:"retryAfterSeconds,omitempty"`
	Response          *Response `json:"response,omitempty"`
	Attempts          []Attempt `json:"attempts"`
	// WaitSeconds is what the definition's Wait state reads: whole, >= 0.
	WaitSeconds int `json:"waitSeconds"`
	// WaitReason is what decided WaitSeconds; empty where no wait follows, and in
	// the reports of an older runtime.
	WaitReason WaitReason `json:"waitReason,omitempty"`
	// WaitEgress is the egress of the requested or least wait that decided; 0 for a
	// backoff.
	WaitEgress int `json:"waitEgress,omitempty"`
	// JitterSeconds is the part of WaitSeconds that lies on top of such a wait:
	// whole, >= 0. The random part of a backoff does not count.
	JitterSeconds int `json:"jitterSeconds,omitempty"`
	// Skipped is how often an egress of this execution has called nothing, because it must
	// not, and handed the attempt over (ErrSkipped); whole, >= 0.
	Skipped int `json:"skipped,omitempty"`
	// Slot is booked for the next attempt, if the first of the egresses that go next makes
	// it; nil: none is.
	Slot *Slot `json:"slot,omitempty"`
	// UnreadWait is what stands in headers or fields about waits and could not be read:
	// "name: value", printable ASCII and short; empty when all was read.
	UnreadWait string `json:"unreadWait,omitempty"`
}

// WaitReason says what decided how long a wait is.
type WaitReason string

// The reasons of a wait. Of two that are equally long the API's counts.
const (
	WaitBackoff   WaitReason = "backoff"
	WaitRequested WaitReason = "requested"
	// WaitMinimum is a minWait of the spec, longer than what was requested.
	WaitMinimum WaitReason = "minimum"
	// WaitCoolDown is a coolDown of the spec, longer than what was requested.
	WaitCoolDown WaitReason = "coolDown"
	// WaitSlot is a wait for the slot of a paced call.
	WaitSlot WaitReason = "slot"
)

// Fault says why an attempt has no usable answer.
type Fault string

// The faults. After those that NotSent reports, the upstream certainly did not see
// the request.
const (
	FaultDNS            Fault = "dns"                // the name does not resolve
	FaultRefused        Fault = "connection-refused" // no server listens there
	FaultTLS            Fault = "tls"                // the handshake failed
	FaultConnectTimeout Fault = "connect-timeout"    // no connection in time
	FaultConnect        Fault = "connect"            // no connection for another cause
	FaultTimeout        Fault = "timeout"            // no whole answer in time
	FaultConnection     Fault = "connection"         // broke after the request was sent
	FaultProtocol       Fault = "protocol"           // the answer is not HTTP, or its header is too large to read
	FaultCoding         Fault = "content-coding"     // the gzip of the answer's body is broken or cut off
	FaultBlockedAddress Fault = "blocked-address"    // not public: see BlockedKind
	FaultCredential     Fault = "credential"         // not started: what shows the upstream who calls cannot be had
	FaultTooLarge       Fault = "response-too-large" // a success that cannot be carried
	FaultEgress         Fault = "egress"             // the egress Lambda itself failed
	FaultInvalidRequest Fault = "invalid-request"    // nothing that can be sent
	FaultDeadline       Fault = "deadline"           // not started: no time left
	FaultSkipped        Fault = "skipped"            // not started: this egress cools down: its requested wait is not over
	FaultNewerContract  Fault = "newer-contract"     // not started: see Policy.VersionRefusal
)

// NotSent reports whether the request certainly never reached the upstream.
func (f Fault) NotSent() bool {
	switch f {
	case FaultDNS, FaultRefused, FaultTLS, FaultConnectTimeout, FaultConnect,
		FaultBlockedAddress, FaultCredential, FaultInvalidRequest, FaultDeadline, FaultSkipped, FaultNewerContract:
		return true
	}
	return false
}
