// Package spec reads a retry spec: YAML in, a checked Spec with every default
// filled in out, and all that is wrong with it at once, each finding with its
// place and the stable name of its rule.
//
// It depends on nothing of sfngen but the schema and runtime/contract.
package spec

import (
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Spec is one retry spec, defaults filled in. Field docs with ranges and
// examples are in the JSON Schema (package schema), which a test holds against
// these types.
type Spec struct {
	Version      int
	Name         string
	Description  string
	Upstream     Upstream
	Retry        Retry
	Egress       Egress
	Workflow     Workflow
	Triggers     Triggers
	Architecture string // arm64 | x86_64
	Partition    string // aws | aws-cn | aws-us-gov
	Tags         map[string]string
}

// The partitions of AWS, as a spec writes them.
const (
	PartitionAWS      = "aws"
	PartitionChina    = "aws-cn"
	PartitionGovCloud = "aws-us-gov"
)

// HasFunctionURL reports whether callers reach the orchestrator by a URL. AWS
// GovCloud (US) has none (GovCloud User Guide, "AWS Lambda"): there a caller
// invokes it with the event that a URL would have made of the request.
func (s Spec) HasFunctionURL() bool { return s.Partition != PartitionGovCloud }

// Upstream is the external HTTP API.
type Upstream struct {
	URL                string // absolute, http or https, no query, fragment or user info
	Methods            []string
	Headers            map[string]string // lower-case names
	ForwardHeaders     []string          // lower case
	SuccessStatusCodes contract.StatusCodes
	AllowPrivate       bool
}

// Retry says which failures another attempt may follow, and when.
type Retry struct {
	MaxAttempts          int // 1..50, the first call counted
	RetryableStatusCodes contract.StatusCodes
	RetryableErrors      []string // contract.ErrorTimeout, contract.ErrorConnection
	AttemptTimeout       time.Duration
	// Deadline is for the whole execution; 0 when the spec leaves it to the plan.
	Deadline    time.Duration
	Backoff     Backoff
	RateLimit   RateLimit
	Idempotency Idempotency
}

// The backoff strategies.
const (
	StrategyExponential = "exponential"
	StrategyLinear      = "linear"
	StrategyConstant    = "constant"
	StrategyNone        = "none"
)

// Backoff is the wait that grows from one retry to the next.
type Backoff struct {
	Strategy     string
	InitialDelay time.Duration
	Multiplier   float64 // exponential only, 1..10
	MaxDelay     time.Duration
	Jitter       string // full | none
}

// RateLimit says which answers mean "you are counted" and whose ask is honoured.
type RateLimit struct {
	StatusCodes contract.StatusCodes
	Scope       contract.Scope
	MaxWait     time.Duration
	Headers     []string // lower case
}

// Idempotency says how a request that is not idempotent is kept from acting twice.
type Idempotency struct {
	Header        string // lower case; "" when none goes out
	UnsafeMethods contract.UnsafeMethods
}

// Egress is the pool of Lambdas that call the upstream.
type Egress struct {
	Count       int    // 1..50
	Start       string // random | first
	Memory      int    // MB
	Concurrency int    // reserved, of each egress; 0 = unreserved
	AddressEcho string // absolute https URL of a service that answers with the caller's address
}

// The workflow types and log levels, as a spec writes them.
const (
	WorkflowExpress  = contract.WorkflowExpress
	WorkflowStandard = contract.WorkflowStandard

	LogAll   = "all"
	LogError = "error"
	LogFatal = "fatal"
	LogOff   = "off"
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
}

// FunctionURL is the orchestrator's URL.
type FunctionURL struct {
	Auth string // iam | none
	CORS CORS
}

// CORS of a function URL; no origins means none.
type CORS struct {
	Origins []string
	Methods []string
	Headers []string
	MaxAge  time.Duration
}

// Schedule starts an execution by EventBridge Scheduler.
type Schedule struct {
	Name       string
	Expression string // rate(…), cron(…) or at(…)
	Timezone   string // IANA
	Request    Request
}

// Event starts an execution for each event on the default bus that matches.
type Event struct {
	Name    string
	Pattern any // JSON value, as EventBridge takes it
	Request Request
}

// Request is what a schedule or an event asks of the upstream.
type Request struct {
	Method   string
	Path     string
	Query    string
	Headers  map[string]string // lower-case names
	Body     any               // JSON value; nil for none
	BodyFrom string            // events only: a JSON path into the event, "" for none
}
