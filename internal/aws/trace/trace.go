// Package trace reads what has become of the executions of a deployed stack:
// which attempts there were, through which egress, what came back and what
// followed.
//
// Of a Standard workflow Step Functions keeps the whole history for 90 days. Of an
// Express workflow there is only what was logged: the state machine's own log has
// as much as workflow.logLevel and workflow.logData let it have, and the egresses'
// and the orchestrator's lines fill in the rest. What cannot be known is noted,
// with the field of the spec that would change it.
package trace

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Source is where the executions of one deployed stack are read.
type Source struct {
	Summary cfn.Summary // of the template that is deployed
	// StateMachine is its ARN, of any partition.
	StateMachine string
	States       *sfn.Client
	Logs         *cloudwatchlogs.Client
	Now          func() time.Time
	// Progress receives a message when a search takes long, one at a time; nil: none.
	Progress func(string)

	reporting sync.Mutex
}

// NotFoundError is an execution that is in no place that was searched.
type NotFoundError struct{ Text string }

func (e *NotFoundError) Error() string { return e.Text }

// defaultSince is how far back the log of an Express workflow is searched.
const defaultSince = 24 * time.Hour

// Execution reads the one with this name or ARN, or whose name alone begins with
// these 8 characters or more. The logs of an Express workflow are searched back to
// since ago, 0 for a day. Besides what AWS answers it fails with a *NotFoundError, or
// says in which way the name cannot be this stack's.
func (s *Source) Execution(ctx context.Context, name string, since time.Duration) (*execution.Execution, error) {
	id, err := s.identify(name)
	if err != nil {
		return nil, err
	}
	if s.Summary.Express {
		return s.express(ctx, id, cmp.Or(since, defaultSince))
	}
	return s.standard(ctx, id)
}

// Selection is which executions are listed.
type Selection struct {
	Limit int // the most, 1..100: the newest are taken
	// Since is how far back is looked. 0: a Standard workflow without a limit, an
	// Express one's log for a day.
	Since time.Duration
	// Failed leaves only those that have ended without success.
	Failed bool
}

// Latest are the executions of a selection, the newest first.
func (s *Source) Latest(ctx context.Context, want Selection) (*execution.List, error) {
	if s.Summary.Express {
		want.Since = cmp.Or(want.Since, defaultSince)
		return s.latestExpress(ctx, want)
	}
	return s.latestStandard(ctx, want)
}

func (s *Source) newExecution(id identity) *execution.Execution {
	x := &execution.Execution{Stack: s.Summary.Name, Express: s.Summary.Express, ARN: id.arn, Name: id.name, Now: s.Now()}
	for _, egress := range s.Summary.Egresses {
		x.LogGroups = append(x.LogGroups, contract.LogGroup(egress))
	}
	return x
}
