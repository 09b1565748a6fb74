// Package spec reads a retry spec: YAML in, a checked Spec with every default
// filled in out, and all that is wrong with it at once, each finding with its
// place and the stable name of its rule.
//
// It depends on nothing of sfngen but the schema, runtime/contract and neutral ground,
// the compiler of event patterns first.
package spec

import (
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Spec is one retry spec, defaults filled in. What a field means, its default and
// the values that it takes are stated in the JSON Schema (package schema); values
// are read into the field of the same name. The comments here say only what a
// reader of Go code needs beyond that.
type Spec struct {
	Version int
	// Name is that of the stack; in an environment it ends in that one's.
	Name         string
	Description  string
	Upstream     Upstream
	Retry        Retry
	Egress       Egress
	Workflow     Workflow
	Triggers     Triggers
	Operations   Operations
	Architecture string
	Partition    string
	Tags         map[string]string
	// Environments are all of them, in the Spec of each; their overlays are laid already.
	Environments map[string]Environment
}

// Environment is what an environment says of itself, beside the fields that it overlays.
type Environment struct {
	// KeepName: its stack is called as the spec is, without the environment's name.
	KeepName bool
}

// PartitionChina is that of the Regions in China.
const PartitionChina = "aws-cn"

// PartitionGovCloud is AWS GovCloud (US), which lacks some services.
const PartitionGovCloud = "aws-us-gov"

// HasFunctionURL reports whether callers reach the orchestrator by a URL. AWS
// GovCloud (US) has none (GovCloud User Guide, "AWS Lambda"): there a caller
// invokes it with the event that a URL would have made of the request.
func (s Spec) HasFunctionURL() bool { return s.Partition != PartitionGovCloud }

// Upstream is the external HTTP API.
type Upstream struct {
	URL            string
	Methods        []string
	Headers        map[string]string // lower-case names
	Query          map[string]string // as plain text
	ForwardHeaders []string          // lower case
	RenameHeaders  map[string]string // lower case
	AcceptEncoding string            // contract.AcceptAuto, contract.AcceptIdentity
	// SuccessStatusCodes is nil when the spec leaves them to Successes.
	SuccessStatusCodes contract.StatusCodes
	ResponseHeaders    ResponseHeaders
	AllowPrivate       bool
	Credentials        Credentials
	Limits             []Limit
}

// Limit is one that the API documents: so many requests in a window. Every attempt is a
// request.
type Limit struct {
	Requests int
	Window   time.Duration
	Per      contract.Scope // what the API counts
	Burst    *int           // the size of its bucket; nil where the API documents none
}

// ResponseHeaders says what happens to the headers of an answer.
type ResponseHeaders struct {
	RewriteLocation bool
}

// Successes are the answers that end an execution as succeeded. Where the spec does not
// write them, a redirect is a success only of those who may see it and no more: see
// contract.Policy.RedirectsFail.
func (u Upstream) Successes() contract.StatusCodes {
	if u.SuccessStatusCodes == nil {
		return contract.StatusCodes{{From: 200, To: 299}, {From: 300, To: 399}}
	}
	return u.SuccessStatusCodes
}

// Retry says which failures another attempt may follow, and when.
type Retry struct {
	MaxAttempts          int // the first call counted
	RetryableStatusCodes contract.StatusCodes
	RetryableErrors      []string // contract.ErrorTimeout, contract.ErrorConnection
	Rules                []Rule   // the first that matches decides
	AttemptTimeout       time.Duration
	// Deadline is for the whole execution; 0 when the spec leaves it to the plan.
	Deadline    time.Duration
	Backoff     Backoff
	RateLimit   RateLimit
	Idempotency Idempotency
}

// The backoff strategies that code distinguishes from a constant wait.
const (
	StrategyExponential = "exponential"
	StrategyLinear      = "linear"
	StrategyNone        = "none"
)

// Backoff is the wait that grows from one retry to the next.
type Backoff struct {
	Strategy     string
	InitialDelay time.Duration
	Multiplier   float64
	MaxDelay     time.Duration
	Jitter       string
}

// RateLimit says which answers mean a rate limit, and which requested waits are
// honoured.
type RateLimit struct {
	StatusCodes contract.StatusCodes
	Scope       contract.Scope
	MaxWait     time.Duration
	MinWait     time.Duration
	Backoff     *Backoff // nil: Retry.Backoff; else each field as it counts
	BodyWaits   []string // paths: see contract.ParsePath
	Headers     []string // lower case
}

// LimitBackoff is the backoff after a limit.
func (r Retry) LimitBackoff() Backoff {
	if r.RateLimit.Backoff == nil {
		return r.Backoff
	}
	return *r.RateLimit.Backoff
}

// Idempotency says how a request that is not idempotent is kept from acting twice.
type Idempotency struct {
	Header        string // lower case; "" when none is sent
	KeyFormat     string // KeyUUID or KeyText, of schedules
	UnsafeMethods contract.UnsafeMethods
	// NotActedStatusCodes are failures after which the upstream certainly did not act.
	NotActedStatusCodes contract.StatusCodes
}

// The forms of the key of a schedule.
const (
	KeyUUID = "uuid"
	KeyText = "text"
)

// Egress is the pool of Lambdas that call the upstream.
type Egress struct {
	Count int
	Start string
	// Coordination is what executions know of each other: CoordinationNone or
	// CoordinationDynamoDB.
	Coordination string
	Memory       int // MB
	Concurrency  int // of each egress; 0 reserves none
	AddressEcho  string
	Network      Network
}

// Network is where the egresses run.
type Network struct {
	Type           string   // one of the Network constants
	Addresses      []string // allocation IDs, that of egress k at k-1; nil: new ones
	Subnets        []string // IDs, that of egress k at k-1
	SecurityGroups []string // IDs
	CIDR           string   // IPv4, of the stack's own VPC
}

// The types of a network.
const (
	NetworkLambda  = "lambda"  // no VPC
	NetworkNAT     = "nat"     // a VPC of the stack, a NAT gateway for each egress
	NetworkSubnets = "subnets" // a VPC of the user
	NetworkIPv6    = "ipv6"    // a VPC of the stack, a /64 for each egress
)

// InVPC reports whether the egresses run in a VPC, each in a subnet of its own.
func (n Network) InVPC() bool { return n.Type != NetworkLambda }

// named is for how many egresses the spec names a subnet or an Elastic IP.
func (n Network) named() int {
	switch n.Type {
	case NetworkSubnets:
		return len(n.Subnets)
	case NetworkNAT:
		return len(n.Addresses)
	}
	return 0
}

// perEgress is the field that has an entry for each egress, where there is one.
func (n Network) perEgress() string {
	if n.Type == NetworkSubnets {
		return "subnets"
	}
	return "addresses"
}

// OwnVPC reports whether the VPC is one that the stack makes.
func (n Network) OwnVPC() bool { return n.Type == NetworkNAT || n.Type == NetworkIPv6 }

// What executions know of each other: nothing, or what a table of the stack has.
const (
	CoordinationNone     = "none"
	CoordinationDynamoDB = "dynamodb"
)

// Coordinates reports whether executions know of each other.
func (e Egress) Coordinates() bool { return e.Coordination == CoordinationDynamoDB }

// The types of a workflow, and the log level at which nothing is logged.
const (
	WorkflowExpress  = contract.WorkflowExpress
	WorkflowStandard = contract.WorkflowStandard

	LogOff = "off"
)

// Workflow is the state machine's own settings.
type Workflow struct {
	Type         string
	LogLevel     string
	LogData      bool
	LogRetention int // days
	Tracing      bool
}

// Triggers start executions.
type Triggers struct {
	FunctionURL FunctionURL
	Schedules   []Schedule
	Events      []Event
	OnFailure   *OnFailure // nil: nothing becomes of executions that failed
}

// OnFailure says what becomes of executions that failed.
type OnFailure struct {
	Queue bool
}

// QueuesFailures reports whether executions that failed go to a queue.
func (t Triggers) QueuesFailures() bool { return t.OnFailure != nil && t.OnFailure.Queue }

// FailureName ends the names of that queue and of its rule.
const FailureName = "failed-executions"

// Operations are what a platform team asks of a stack.
type Operations struct {
	Alarms              Alarms
	Dashboard           bool
	PermissionsBoundary string // ARN of a policy; "" for none
	KMSKey              string // ARN; "": AWS's own keys
	RetainLogs          bool
	LogClass            string // LogClassStandard or LogClassInfrequentAccess
	OrchestratorMemory  int    // MB
	Roles               Roles
}

// Alarms of the stack; there are none without a topic.
type Alarms struct {
	Topic              string  // ARN; "" for none
	FailurePercent     float64 // of the executions, 0 < p <= 100
	RateLimitedPercent float64 // of the attempts, 0 < p <= 100
}

// The classes of a log group.
const (
	LogClassStandard         = "standard"
	LogClassInfrequentAccess = "infrequentAccess"
)

// Roles are the ARNs of the user's own roles; "" where the stack makes the role.
type Roles struct {
	Orchestrator string
	Egress       string
	Workflow     string
	Schedules    string
	Events       string
}

// RoleField is one of Roles.
type RoleField struct {
	Name string // of the field below operations.roles
	ARN  string // "" where the stack makes the role
}

// Fields are all of them, in the order of the spec.
func (r Roles) Fields() []RoleField {
	return []RoleField{
		{"orchestrator", r.Orchestrator}, {"egress", r.Egress}, {"workflow", r.Workflow}, {"schedules", r.Schedules}, {"events", r.Events},
	}
}

// FunctionURL is the orchestrator's URL.
type FunctionURL struct {
	Auth        string
	Concurrency int // of the orchestrator; 0 reserves none
	CORS        CORS
}

// CORS of a function URL; without origins it answers no CORS request.
type CORS struct {
	Origins          []string
	Methods          []string
	Headers          []string
	ExposeHeaders    []string // lower case
	AllowCredentials bool
	MaxAge           time.Duration
}

// Schedule starts an execution by EventBridge Scheduler.
type Schedule struct {
	Name       string
	Expression string
	Timezone   string
	Request    Request
}

// Event starts an execution for each event on a bus that matches.
type Event struct {
	Name    string
	Pattern any    // JSON value, as EventBridge takes it
	Bus     string // its name or ARN; "" for the default one
	Request Request
}

// Request is what a schedule or an event sends to the upstream.
type Request struct {
	Method   string
	Path     string
	Query    string
	Headers  map[string]string // lower-case names
	Body     any               // JSON value; nil for none
	BodyFrom string            // events only: a JSON path into the event, "" for none
}
