package engine

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// maxDefinition is the largest definition that CreateStateMachine takes, in
// characters; counted in bytes here (Step Functions, service quotas).
const maxDefinition = 1 << 20

// LoadError lists everything that keeps a definition from running.
type LoadError struct {
	Findings []Finding // at least one
}

// Finding is one thing that keeps a definition from running as it does on AWS.
type Finding struct {
	// Place is the path from the top of the definition, with dots between names and
	// indexes in brackets: States.Attempt 1.Retry[0].Foo. A name that contains a
	// dot or bracket is quoted: States["a.b"].Next. Within Parameters,
	// ResultSelector and Assign all names are in brackets:
	// States.A.Parameters['Payload']['n.$']. It is empty for the definition as a
	// whole.
	Place   string
	Message string // what is wrong there, and what to do
}

func (f Finding) String() string {
	if f.Place == "" {
		return f.Message
	}
	return f.Place + ": " + f.Message
}

func (e *LoadError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return "the state machine's definition cannot run here: " + strings.Join(lines, "; ")
}

// Load compiles a definition: the JSON text of an Amazon States Language machine in
// JSONPath mode. The substitutions replace each ${Name} in its strings, as the
// DefinitionSubstitutions of AWS::StepFunctions::StateMachine do; one without a
// value is a finding.
//
// The error is a *LoadError with all that was found: what the language does not
// allow, what AWS refuses, and what is right but not implemented here. A variable
// that no earlier state assigns fails at run time, as on AWS.
func Load(definition []byte, substitutions map[string]string) (*Machine, error) {
	l := &loader{states: map[string]*state{}}
	m := l.load(definition, substitutions)
	if len(l.findings) > 0 {
		return nil, &LoadError{Findings: l.findings}
	}
	return m, nil
}

// loader collects the findings of one definition.
type loader struct {
	findings []Finding
	states   map[string]*state
	order    []*loaded
}

// loaded is a state that was read, with what its transitions need.
type loaded struct {
	state *state
	place place
	leads []lead
}

// lead is a transition by name, to be resolved when all states are known.
type lead struct {
	place  place
	target string
	set    func(*state)
}

func (l *loader) load(definition []byte, substitutions map[string]string) *Machine {
	if len(definition) > maxDefinition {
		l.findf("", "the definition has %d bytes; AWS takes at most %d", len(definition), maxDefinition)
		return nil
	}
	root, err := jsonvalue.Parse(definition)
	if err != nil {
		l.findf("", "the definition is not JSON: %v", err)
		return nil
	}
	l.findDuplicates(definition)
	root = l.substitute("", root, substitutions)
	if root.Kind() != jsonvalue.Object {
		l.findf("", "a definition must be an object, not %s", root.Kind().WithArticle())
		return nil
	}
	return l.machine(root)
}

func (l *loader) machine(root jsonvalue.Value) *Machine {
	l.refuse("", root, machineFields, "a state machine")
	o := object{l, "", root}
	o.comment()
	o.oneOf("Version", "1.0")
	o.oneOf("QueryLanguage", "JSONPath")
	m := &Machine{timeout: o.seconds("TimeoutSeconds", 1, maxTimeout)}
	start := o.required("StartAt")
	states := o.object("States")
	l.readStates(states)
	if start != "" {
		m.start = l.resolve("StartAt", start)
	}
	l.connect()
	l.findUnreachable(m.start)
	return m
}

func (l *loader) readStates(states object) {
	if states.value.Kind() != jsonvalue.Object {
		return
	}
	if states.value.Len() == 0 {
		l.findf(states.place, "a machine needs at least one state")
	}
	for name, v := range states.value.Members() {
		at := states.place.member(name)
		l.checkStateName(at, name)
		if v.Kind() != jsonvalue.Object {
			l.findf(at, "a state must be an object, not %s", v.Kind().WithArticle())
			l.states[name] = &state{} // what leads to it does not dangle
			continue
		}
		l.readState(name, object{l, at, v})
	}
}

func (l *loader) findf(at place, format string, args ...any) {
	l.findings = append(l.findings, Finding{Place: string(at), Message: fmt.Sprintf(format, args...)})
}
