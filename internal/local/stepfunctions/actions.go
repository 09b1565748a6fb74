package stepfunctions

import (
	"context"
	"maps"
	"slices"
)

// actions are the implemented actions of the API.
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

// taking decodes the input of an action, and checks it against the API's model.
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

// Throttle makes the next n calls of this action (such as StartExecution, also
// through Start) answer ThrottlingException. 0 ends it.
func (s *Service) Throttle(action string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.throttles[action] = n
}

// admit refuses a throttled call.
func (s *Service) admit(action string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.throttles[action] <= 0 {
		return nil
	}
	s.throttles[action]--
	return throttled(action)
}
