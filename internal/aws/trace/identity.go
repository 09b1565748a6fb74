package trace

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/term/printable"
)

// identity is how an execution is called.
type identity struct {
	name string // 1..80 characters
	arn  string // "" when only the name is known, of an Express execution
}

// The resource types of executions' ARNs (Service Authorization Reference, "AWS
// Step Functions"): execution:MACHINE:NAME and express:MACHINE:NAME:UUID.
const (
	standardResource = "execution"
	expressResource  = "express"
)

// executionARN is one that was read.
type executionARN struct {
	scope    string // arn:PARTITION:states:REGION:ACCOUNT
	resource string
	machine  string
	name     string
}

// isNoName tells what no execution is called: a name has 1 to 80 characters, and
// none that is special (Step Functions API Reference, StartExecution). A log may
// say anything, and what is said there becomes part of a filter pattern.
func isNoName(text string) bool {
	return text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > 80 || !printable.Is(text) ||
		strings.ContainsAny(text, " \"*?<>{}[]:;,/|^~`$&#%\\")
}

func parseExecution(arn string) (executionARN, bool) {
	parts := strings.Split(arn, ":")
	if len(parts) < 8 || parts[0] != "arn" || parts[2] != "states" {
		return executionARN{}, false
	}
	a := executionARN{scope: strings.Join(parts[:5], ":"), resource: parts[5], machine: parts[6], name: parts[7]}
	switch {
	case slices.ContainsFunc(parts, isNoName): // the rest of an ARN has names' characters
	case a.resource == standardResource && len(parts) == 8, a.resource == expressResource && len(parts) == 9:
		return a, true
	}
	return executionARN{}, false
}

// machine splits the state machine's ARN.
func (s *Source) machine() (scope, name string) {
	scope, name, _ = strings.Cut(s.StateMachine, ":stateMachine:")
	name, _, _ = strings.Cut(name, ":") // a version or an alias
	return scope, name
}

// CheckName says of a text what no execution of any stack is called: neither a
// name, or the beginning of one, nor an ARN.
func CheckName(text string) error {
	if !strings.HasPrefix(text, "arn:") {
		if isNoName(text) {
			return fmt.Errorf("%q is no execution: give its name, as x-sfngen-execution, the logs and problem documents have it, or its ARN", text)
		}
		return nil
	}
	if _, ok := parseExecution(text); !ok {
		return fmt.Errorf("%q is not the ARN of an execution: that is arn:aws:states:REGION:ACCOUNT:execution:STATE-MACHINE:NAME, and of an express one …:express:STATE-MACHINE:NAME:UUID", text)
	}
	return nil
}

// identify takes a name or an ARN for an execution of this stack's state machine.
func (s *Source) identify(text string) (identity, error) {
	if err := CheckName(text); err != nil {
		return identity{}, err
	}
	if arn, ok := parseExecution(text); ok {
		return s.identifyARN(arn, text)
	}
	return s.named(text), nil
}

// named is the execution of this name.
func (s *Source) named(name string) identity {
	id := identity{name: name}
	if !s.Summary.Express {
		scope, machine := s.machine()
		id.arn = strings.Join([]string{scope, standardResource, machine, name}, ":")
	}
	return id
}

func (s *Source) identifyARN(arn executionARN, text string) (identity, error) {
	scope, machine := s.machine()
	switch {
	case arn.scope != scope:
		return identity{}, fmt.Errorf("the execution is of %s, but the stack is of %s: choose with --region and --profile, or name the execution's own stack", arn.scope, scope)
	case arn.machine != machine:
		return identity{}, fmt.Errorf("the execution is one of the state machine %s, but this stack's is %s: name the execution's own stack", arn.machine, machine)
	case (arn.resource == expressResource) != s.Summary.Express:
		return identity{}, fmt.Errorf("the execution's ARN is that of another type of workflow: the state machine %s was deployed with another workflow.type then, and its executions went with it", machine)
	}
	return identity{name: arn.name, arn: text}, nil
}
