// Package lambda is AWS Lambda on this machine: functions that are invoked by name,
// each in sandboxes that start cold, serve one invocation at a time and are reused
// while they live. The code of a function runs in this process or as a compiled
// bootstrap behind the Lambda Runtime API
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html); a caller cannot
// distinguish the two by their results.
//
//	service := lambda.New(lambda.Options{Region: "eu-west-1", AccountID: "123456789012"})
//	defer service.Close(ctx)
//	err := service.Put(lambda.Function{
//		Name: "orders-egress-1", Timeout: 30 * time.Second, MemoryMB: 128,
//		Code: lambda.Binary("stacks/orders/egress/bootstrap"),
//	})
//	result, err := service.Invoke(ctx, "orders-egress-1", []byte(`{"path": "/"}`))
package lambda

import (
	"cmp"
	"context"
	"io"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/uuid"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Limits of Lambda (developer guide, "Lambda quotas"), in bytes.
const (
	// RequestLimit is the largest payload of an invocation.
	RequestLimit = contract.PayloadLimit
	// ResponseLimit is the largest answer. AWS allows 100 bytes more than the
	// documented 6 MB, and says so in its error.
	ResponseLimit = contract.PayloadLimit + 100
)

const (
	defaultConcurrency = 1000
	// initLimit ends an init phase; the next one counts as the invocation's time
	// (developer guide, "Lambda execution environment lifecycle").
	initLimit = 10 * time.Second
	// idleLimit is how many sandboxes of one function are kept for later.
	idleLimit = 32
)

// Function is what is deployed under a name.
type Function struct {
	Name string // 1..64 of A-Z a-z 0-9 - _
	ARN  string // "": arn:aws:lambda:REGION:ACCOUNT:function:NAME
	// Timeout is the time limit of one invocation, 1s..900s. An invocation that
	// reaches it fails with Sandbox.Timedout and ends its sandbox.
	Timeout  time.Duration
	MemoryMB int // 128..10240; 0: 128. The function can read it; it is not enforced.
	// ReservedConcurrency is how many invocations may run concurrently; 0: as many
	// as the account has left.
	ReservedConcurrency int
	// Environment has at most 4 KB, and none of the names that Lambda sets itself.
	Environment map[string]string
	Code        Code
	// SessionToken is that of its role's credentials; "": one that opens nothing.
	SessionToken string
	// Clock times its limit; nil: the service's.
	Clock clock.Clock
}

// Code starts sandboxes: InProcess or Binary.
type Code interface {
	// deploy is called once for each Put.
	deploy(d deployment) program
}

// deployment is what a function's code gets on Put.
type deployment struct {
	function  Function
	variables map[string]string // the whole environment
	clock     clock.Clock
	log       *lineLog
}

// program is one version of a function's code.
type program interface {
	// start runs an init phase, and ends it when ctx ends. A *failure comes from
	// the function; every other error from this machine.
	start(ctx context.Context) (sandbox, error)
}

// sandbox is an execution environment.
type sandbox interface {
	// invoke returns when the sandbox is ready for another invocation or has ended.
	// If ctx ends before an answer, it ends the sandbox and returns errEnded. Its
	// other errors are *failure.
	invoke(ctx context.Context, i invocation) ([]byte, error)
	// alive reports whether another invocation is possible.
	alive() bool
	// end returns when the sandbox is completely gone.
	end()
}

// invocation is what a sandbox gets for one invocation.
type invocation struct {
	requestID string
	arn       string
	traceID   string
	deadline  time.Time
	payload   []byte
}

// Options are what the functions share.
type Options struct {
	// Clock times limits; nil: the machine's. Binaries always use the machine's
	// time, so do not combine them with a virtual clock.
	Clock     clock.Clock
	Region    string // "": us-east-1
	AccountID string // "": 123456789012
	// Log, unless nil, gets what the functions print: complete lines, one Write at
	// a time.
	Log io.Writer
	// Concurrency is how many invocations the account may run concurrently; 0:
	// 1000.
	Concurrency int
	// RequestID names invocations; nil: random UUIDs. See WithRequestID.
	RequestID func() string
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	o.Region = cmp.Or(o.Region, "us-east-1")
	o.AccountID = cmp.Or(o.AccountID, "123456789012")
	if o.Log == nil {
		o.Log = io.Discard
	}
	o.Concurrency = cmp.Or(o.Concurrency, defaultConcurrency)
	if o.RequestID == nil {
		o.RequestID = uuid.New
	}
	return o
}

// Service is Lambda in one account and region. Its methods are safe for concurrent
// use.
type Service struct {
	options Options
	log     *lineLog

	mu        sync.Mutex
	functions map[string]*function // by name
	closed    bool
	runs      sync.WaitGroup // of all functions; added to under mu, while not closed
}

// New returns a service without functions.
func New(o Options) *Service {
	o = o.withDefaults()
	return &Service{options: o, log: &lineLog{to: o.Log}, functions: map[string]*function{}}
}
