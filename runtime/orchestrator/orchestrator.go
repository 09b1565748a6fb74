// Package orchestrator is the Lambda behind a stack's function URL. It starts
// the workflow for one request, waits for it, and answers with the upstream's
// own status, headers and body.
//
// A generated main is a config and a call:
//
//	func main() {
//		orchestrator.Start(orchestrator.Config{
//			Methods:        []string{"GET", "POST"},
//			ForwardHeaders: []string{"accept", "content-type", "idempotency-key"},
//			Workflow:       "express",
//			Deadline:       2 * time.Minute,
//		})
//	}
//
// Where there is no answer of the upstream, the caller gets a problem (RFC 9457);
// docs/problems.md lists them all.
package orchestrator

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// Config is what the spec says about one orchestrator.
type Config struct {
	// Methods that a caller may send; at least one, upper case.
	Methods []string
	// ForwardHeaders are the caller's headers that pass to the upstream, lower
	// case, the idempotency header included.
	ForwardHeaders []string
	// Workflow is contract.WorkflowExpress or contract.WorkflowStandard.
	Workflow string
	// Deadline is the execution's, waits included: more than 0, at most 5
	// minutes for Express. A Standard one over 15 minutes is never waited for.
	Deadline time.Duration
	// RewriteLocation is the upstream's URL: what Location, Content-Location and Link
	// name below it becomes a path of the function URL. Empty: they pass as they came.
	RewriteLocation string
	// CORS says that the function URL handles cross-origin requests. It adds its
	// header fields to each answer, and a browser refuses a field that comes twice
	// (Fetch, "CORS check"): so the upstream's own do not pass.
	CORS bool
	// Coordination is set where executions know of each other: who makes the first attempt
	// is chosen before an execution is started, and none is started in vain.
	Coordination *Coordination
	// UpstreamExposes lets one of them pass even so: Access-Control-Expose-Headers, a
	// list that may come twice.
	UpstreamExposes bool
}

// Coordination is what an orchestrator has to know to choose.
type Coordination struct {
	Open     coordination.Opener // package coordination/dynamodb has one
	Egresses int                 // the size of the pool, 1 to contract.MaxEgresses
	// Limits are those that are the same for all callers; an egress books the others.
	Limits []contract.Limit
	// OwnCredentials: each egress has a credential of its own.
	OwnCredentials bool
	// InOrder: egress.start: first. Of those that may go equally early the first goes.
	InOrder bool
	// MaxWait is the longest wait before the first attempt; AttemptLimit is what one
	// attempt takes at most: the Deadline has room for both, or there is no execution.
	MaxWait, AttemptLimit time.Duration
	// Jitter is the most of a random share on top of a wait for a cool-down.
	Jitter time.Duration
}

// StepFunctions is what the orchestrator needs of *sfn.Client.
type StepFunctions interface {
	StartSyncExecution(context.Context, *sfn.StartSyncExecutionInput, ...func(*sfn.Options)) (*sfn.StartSyncExecutionOutput, error)
	StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
}

// Environment is all that an orchestrator reaches outside itself. StepFunctions and
// StateMachineARN must be set; each other field has a default.
type Environment struct {
	StepFunctions   StepFunctions
	StateMachineARN string         // of this stack's workflow
	Clock           contract.Clock // nil: the system's
	Random          io.Reader      // for jitter and names; nil: crypto/rand
	Log             *slog.Logger   // one record per request; nil: JSON lines on stdout
	// Getenv reads variables, for Config.Coordination; nil: there are none.
	Getenv func(string) string
}

// Orchestrator answers requests; any number at the same time.
type Orchestrator struct {
	cfg      Config
	env      Environment
	machine  machineARN
	upstream reference // Config.RewriteLocation
	// pool is what executions know of each other; nil without Config.Coordination.
	pool coordination.Pool
	// unavailable is when that was logged last, in nanoseconds since 1970.
	unavailable atomic.Int64
}

// New checks the config and the environment. The error names all that is wrong
// with them.
func New(cfg Config, env Environment) (*Orchestrator, error) {
	machine, err := parseMachineARN(env.StateMachineARN)
	upstream, notURL := cfg.readUpstream()
	if err = errors.Join(cfg.check(), notURL, err); err != nil {
		return nil, err
	}
	if env.StepFunctions == nil {
		return nil, errors.New("environment: StepFunctions is nil; pass an *sfn.Client")
	}
	env = env.withDefaults()
	pool, err := openPool(cfg, env)
	if err != nil {
		return nil, err
	}
	return &Orchestrator{cfg: cfg, env: env, machine: machine, upstream: upstream, pool: pool}, nil
}

func (env Environment) withDefaults() Environment {
	env.Clock = cmp.Or[contract.Clock](env.Clock, contract.SystemClock{})
	env.Random = cmp.Or(env.Random, rand.Reader)
	if env.Log == nil {
		env.Log = contract.NewLogger(os.Stdout)
	}
	return env
}

var (
	methodForm = regexp.MustCompile(`^[A-Z]+$`)
	headerForm = regexp.MustCompile("^[a-z0-9!#$%&'*+.^_`|~-]+$") // RFC 9110 5.6.2, lower case
)

func (c Config) check() error {
	return errors.Join(c.checkRequests(), c.checkWorkflow(), c.checkCoordination())
}

func (c Config) checkRequests() error {
	if len(c.Methods) == 0 {
		return errors.New("config: Methods is empty: no caller could send anything; name at least one, such as GET")
	}
	if i := slices.IndexFunc(c.Methods, func(m string) bool { return !methodForm.MatchString(m) }); i >= 0 {
		return fmt.Errorf("config: Methods[%d]: %q is no HTTP method in upper case", i, c.Methods[i])
	}
	if i := slices.IndexFunc(c.ForwardHeaders, func(h string) bool { return !headerForm.MatchString(h) }); i >= 0 {
		return fmt.Errorf("config: ForwardHeaders[%d]: %q is no header name in lower case", i, c.ForwardHeaders[i])
	}
	return nil
}

func (c Config) checkWorkflow() error {
	switch {
	case c.Workflow != contract.WorkflowExpress && c.Workflow != contract.WorkflowStandard:
		return fmt.Errorf("config: Workflow: must be %q or %q, got %q", contract.WorkflowExpress, contract.WorkflowStandard, c.Workflow)
	case c.Deadline <= 0:
		return fmt.Errorf("config: Deadline: must be more than 0, got %s", c.Deadline)
	case c.Workflow == contract.WorkflowExpress && c.Deadline > contract.ExpressLimit:
		return fmt.Errorf("config: Deadline: an express workflow runs for %s at most, got %s; use %q",
			contract.ExpressLimit, c.Deadline, contract.WorkflowStandard)
	}
	return nil
}

func (c Config) checkCoordination() error {
	p := c.Coordination
	switch {
	case p == nil:
		return nil
	case p.Open == nil:
		return errors.New("config: Coordination.Open is nil; pass that of a package that keeps the pool, such as coordination/dynamodb")
	case p.Egresses < 1 || p.Egresses > contract.MaxEgresses:
		return fmt.Errorf("config: Coordination.Egresses: must be 1 to %d, got %d", contract.MaxEgresses, p.Egresses)
	case p.MaxWait < 0 || p.Jitter < 0:
		return fmt.Errorf("config: Coordination: MaxWait and Jitter must not be negative, got %s and %s", p.MaxWait, p.Jitter)
	case p.AttemptLimit <= 0 || p.AttemptLimit > c.Deadline:
		return fmt.Errorf("config: Coordination.AttemptLimit: must be more than 0 and at most the Deadline of %s, got %s",
			c.Deadline, p.AttemptLimit)
	}
	for i, l := range p.Limits {
		if l.Requests < 1 || l.WindowSeconds < 1 || l.Burst < 0 || l.Per != contract.ScopeIP && l.Per != contract.ScopeCredential {
			return fmt.Errorf("config: Coordination.Limits[%d]: Requests and WindowSeconds must be at least 1, Burst not negative, "+
				"and Per %q or %q, got %+v", i, contract.ScopeIP, contract.ScopeCredential, l)
		}
	}
	return nil
}

// jittered picks a time at random from the upper half of d: callers that were
// refused together do not come back together, and none comes back at once.
func (o *Orchestrator) jittered(d time.Duration) time.Duration {
	half := d / 2
	return half + o.env.share(d-half)
}

// share picks a time at random from 0 to d.
func (env Environment) share(d time.Duration) time.Duration {
	var word [8]byte
	if _, err := io.ReadFull(env.Random, word[:]); err != nil {
		return d
	}
	return time.Duration(binary.BigEndian.Uint64(word[:]) % uint64(d+1))
}

// uniform is in [0, 1).
func (env Environment) uniform() float64 {
	const steps = 1 << 53 // what a float64 tells apart
	return float64(env.share(steps-1)) / steps
}
