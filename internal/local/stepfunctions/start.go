package stepfunctions

import (
	"context"
)

// Start starts an execution as StartExecution does, and with its errors (an
// *Error): for a Standard machine the same name and input return the running
// execution. name "" means a random UUID; input nil is {}.
func (s *Service) Start(stateMachineARN, name string, input []byte) (Execution, error) {
	return s.startByHand(context.Background(), stateMachineARN, name, input)
}

func (s *Service) startByHand(ctx context.Context, stateMachineARN, name string, input []byte) (Execution, error) {
	in := startExecutionInput{StateMachineARN: &stateMachineARN}
	if name != "" {
		in.Name = &name
	}
	if input != nil {
		text := string(input)
		in.Input = &text
	}
	if err := s.admit("StartExecution"); err != nil {
		return Execution{}, err
	}
	if err := violationsOf(in); err != nil {
		return Execution{}, err
	}
	x, err := s.begin(ctx, in)
	if err != nil {
		return Execution{}, err
	}
	return x.Execution, nil
}

// begin starts an execution of any type.
func (s *Service) begin(ctx context.Context, in startExecutionInput) (*execution, error) {
	m, err := s.machine(ctx, *in.StateMachineARN)
	if err != nil {
		return nil, err
	}
	return s.start(m, in)
}

// start checks in AWS's order: the name, then the input.
func (s *Service) start(m *machine, in startExecutionInput) (*execution, error) {
	name, input := s.nameOf(in), "{}"
	if in.Input != nil {
		input = *in.Input
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	parsed, err := parseInput(input)
	if err != nil {
		return nil, err
	}
	x := &execution{
		Execution: Execution{ARN: s.executionARN(m, name), Name: name, StateMachine: m.ARN, Input: input},
		machine:   m,
		input:     parsed,
		ended:     make(chan struct{}),
	}
	return s.launch(x)
}

func (s *Service) nameOf(in startExecutionInput) string {
	if in.Name != nil {
		return *in.Name
	}
	return s.uuid()
}

// launch runs x, unless one of its name exists: then it returns that one, if it is
// the same and still running.
func (s *Service) launch(x *execution) (*execution, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, closing(x.StateMachine)
	}
	if there := s.executions[x.ARN]; there != nil {
		if _, goesOn := s.live[there]; goesOn && there.Input == x.Input {
			return there, nil
		}
		return nil, executionExists(x.ARN)
	}
	s.started++
	x.number, x.StartDate = s.started, s.now()
	ctx, cancel := context.WithCancelCause(context.Background())
	x.cancel = cancel
	s.live[x] = struct{}{}
	if x.machine.Type == Standard {
		s.executions[x.ARN] = x
	}
	x.machine.version.running.Add(1)
	s.running.Go(func() {
		defer x.machine.version.running.Done()
		s.run(ctx, x)
	})
	return x, nil
}
