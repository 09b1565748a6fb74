package trace

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/history/execution"
)

// identity is the name and the ARN of an execution.
type identity struct {
	name string // 1..80 characters
	arn  string // "" when only the name is known, of an Express execution
}

// machine splits the state machine's ARN.
func (s *Source) machine() (scope, name string) {
	scope, name, _ = strings.Cut(s.StateMachine, ":stateMachine:")
	name, _, _ = strings.Cut(name, ":") // a version or an alias
	return scope, name
}

// identify reads the name or the ARN of an execution of this stack's state machine.
func (s *Source) identify(text string) (identity, error) {
	if err := execution.CheckName(text); err != nil {
		return identity{}, err
	}
	if arn, ok := execution.ParseARN(text); ok {
		return s.identifyARN(arn, text)
	}
	return s.named(text), nil
}

// named is the execution of this name.
func (s *Source) named(name string) identity {
	id := identity{name: name}
	if !s.Summary.Express {
		scope, machine := s.machine()
		id.arn = strings.Join([]string{scope, execution.StandardResource, machine, name}, ":")
	}
	return id
}

func (s *Source) identifyARN(arn execution.ARN, text string) (identity, error) {
	scope, machine := s.machine()
	switch {
	case arn.Scope != scope:
		return identity{}, fmt.Errorf("the execution is of %s, but the stack is of %s: choose with --region and --profile, or name "+
			"the execution's own stack", arn.Scope, scope)
	case arn.Machine != machine:
		return identity{}, fmt.Errorf("the execution is one of the state machine %s, but this stack's is %s: name the execution's own stack",
			arn.Machine, machine)
	case arn.Express != s.Summary.Express:
		return identity{}, fmt.Errorf("the execution's ARN is that of another type of workflow: the state machine %s was deployed "+
			"with another workflow.type then, "+
			"and its executions went with it", machine)
	}
	return identity{name: arn.Name, arn: text}, nil
}
