package stepfunctions

import (
	"context"
	"maps"
	"slices"
)

// actions are those of the API that there are here.
var actions = map[string]action{
	"DescribeExecution":    taking((*Service).describeExecution),
	"DescribeStateMachine": taking((*Service).describeStateMachine),
	"GetExecutionHistory":  taking((*Service).getExecutionHistory),
	"ListExecutions":       taking((*Service).listExecutions),
	"ListStateMachines":    taking((*Service).listStateMachines),
	"StartExecution":       taking((*Service).startExecution),
	"StartSyncExecution":   taking((*Service).startSyncExecution),
	"StopExecution":        taking((*Service).stopExecution),
}

func actionNames() []string { return slices.Sorted(maps.Keys(actions)) }

// request is an action's input; absent fields are nil.
type request interface{ check(c *constraints) }

func violationsOf(in request) error {
	var c constraints
	in.check(&c)
	return c.err()
}

type action func(ctx context.Context, s *Service, body []byte) (any, error)

// taking reads the action's input for it, and checks it against the model.
func taking[In request](do func(s *Service, ctx context.Context, in In) (any, error)) action {
	return func(ctx context.Context, s *Service, body []byte) (any, error) {
		var in In
		if err := decode(body, &in); err != nil {
			return nil, err
		}
		if err := violationsOf(in); err != nil {
			return nil, err
		}
		return do(s, ctx, in)
	}
}

// Throttle makes the next n calls of this action (such as StartExecution, by
// Start too) answer ThrottlingException. 0 ends it.
func (s *Service) Throttle(action string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.throttles[action] = n
}

// admit refuses a call that is to be throttled.
func (s *Service) admit(action string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.throttles[action] <= 0 {
		return nil
	}
	s.throttles[action]--
	return throttled(action)
}
