package cfn

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Summary is what a template of sfngen deploys, read from its text: the template in
// a stack's folder, or the one in AWS.
type Summary struct {
	Name         string   // the spec's, the prefix of every resource name
	Architecture string   // arm64 or x86_64
	Egresses     []string // the functions' names, in the pool's order
	Orchestrator string   // the function's name
	StateMachine string   // its name
	Express      bool
	AuthType     string // of the function URL, AWS_IAM or NONE; "" without one
	LogGroup     string // the state machine's; "" when it logs nothing
	LogLevel     string // ALL, ERROR, FATAL or OFF
	LogData      bool   // whether inputs and outputs are in the log
	// BusARNs are the event buses that rules name by their ARN, each once, sorted.
	BusARNs []string
	// Operations are what the template has of others: a key, roles.
	Operations Operations
}

// specName is the syntax of a spec's name: any template may have the tag, and the
// name is printed.
var specName = lazyregexp.New(`^[a-z][a-z0-9-]{0,30}[a-z0-9]$`)

// ErrForeign reports a template that sfngen did not generate.
var ErrForeign = errors.New("sfngen did not generate this template")

// readTemplate is the part of a template that a Summary needs. Short forms such as
// !Ref are read as the text after them.
type readTemplate struct {
	Resources map[string]struct {
		Type           string    `yaml:"Type"`
		DeletionPolicy string    `yaml:"DeletionPolicy"`
		Properties     yaml.Node `yaml:"Properties"`
	} `yaml:"Resources"`
}

type readFunction struct {
	FunctionName  string   `yaml:"FunctionName"`
	Architectures []string `yaml:"Architectures"`
}

type readMachine struct {
	StateMachineName     string `yaml:"StateMachineName"`
	StateMachineType     string `yaml:"StateMachineType"`
	LoggingConfiguration struct {
		Level                string `yaml:"Level"`
		IncludeExecutionData bool   `yaml:"IncludeExecutionData"`
	} `yaml:"LoggingConfiguration"`
	Tags []struct {
		Key   string `yaml:"Key"`
		Value string `yaml:"Value"`
	} `yaml:"Tags"`
}

// Read reads a template that this or another version of sfngen generated.
func Read(text []byte) (Summary, error) {
	var t readTemplate
	if err := yaml.Unmarshal(text, &t); err != nil {
		return Summary{}, fmt.Errorf("the template cannot be read as YAML: %w", err)
	}
	var machine readMachine
	var orchestrator readFunction
	if !t.has(StateMachineID, &machine) || !t.has(OrchestratorID, &orchestrator) {
		return Summary{}, ErrForeign
	}
	s := Summary{
		Orchestrator: orchestrator.FunctionName,
		StateMachine: machine.StateMachineName,
		Express:      machine.StateMachineType == "EXPRESS",
		LogLevel:     machine.LoggingConfiguration.Level,
		LogData:      machine.LoggingConfiguration.IncludeExecutionData,
	}
	for _, tag := range machine.Tags {
		if tag.Key == SpecTag {
			s.Name = tag.Value
		}
	}
	if !specName.MatchString(s.Name) || len(orchestrator.Architectures) != 1 {
		return Summary{}, ErrForeign
	}
	s.Architecture = orchestrator.Architectures[0]
	return s, t.rest(&s)
}

// rest reads the optional resources.
func (t readTemplate) rest(s *Summary) error {
	var egress readFunction
	for k := 1; t.has(EgressID(k), &egress); k++ {
		s.Egresses = append(s.Egresses, egress.FunctionName)
	}
	if len(s.Egresses) == 0 {
		return ErrForeign
	}
	var url struct {
		AuthType string `yaml:"AuthType"`
	}
	t.has(urlID, &url)
	s.AuthType = url.AuthType
	var group struct {
		LogGroupName string `yaml:"LogGroupName"`
	}
	t.has(machineLogsID, &group)
	s.LogGroup = group.LogGroupName
	s.BusARNs = t.busARNs()
	s.Operations = t.operations()
	s.LogLevel = cmp.Or(s.LogLevel, "OFF")
	return nil
}

func (t readTemplate) busARNs() []string {
	var arns []string
	for id := range t.Resources {
		var rule struct {
			EventBusName string `yaml:"EventBusName"`
		}
		if t.has(id, &rule) && strings.HasPrefix(rule.EventBusName, "arn:") {
			arns = append(arns, rule.EventBusName)
		}
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

// has reads the properties of a resource, if it exists and has some.
func (t readTemplate) has(id string, properties any) bool {
	r, ok := t.Resources[id]
	return ok && r.Properties.Decode(properties) == nil
}
