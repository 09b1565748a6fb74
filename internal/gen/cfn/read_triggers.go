package cfn

import (
	"gopkg.in/yaml.v3"
)

// Triggers are what a template says of the schedules and events that start the workflow.
type Triggers struct {
	Schedules map[string]string    // the input of each, by the schedule's name
	Rules     map[string]RuleInput // by the rule's name
	// KeyHeader is the header of idempotency keys, in lower case; "" where the stack sends none.
	KeyHeader string
}

// RuleInput is what a rule starts the workflow with.
type RuleInput struct {
	Input    string            // the whole of it; "" where Template makes it of the event
	Template string            // EventBridge's input template
	Paths    map[string]string // its variables
}

// workflowTarget is the id of the target of a rule that starts the workflow.
const workflowTarget = "workflow"

// readTarget is a target of a rule.
type readTarget struct {
	ID          string `yaml:"Id"`
	Input       string `yaml:"Input"`
	Transformer struct {
		Paths    map[string]string `yaml:"InputPathsMap"`
		Template string            `yaml:"InputTemplate"`
	} `yaml:"InputTransformer"`
}

// ReadTriggers reads a template that Read has read.
func ReadTriggers(text []byte) Triggers {
	triggers := Triggers{Schedules: map[string]string{}, Rules: map[string]RuleInput{}}
	var t readTemplate
	if yaml.Unmarshal(text, &t) != nil {
		return triggers
	}
	for id := range t.Resources {
		var trigger struct {
			Name   string `yaml:"Name"`
			Target struct {
				Input string `yaml:"Input"`
			} `yaml:"Target"`
			Targets []readTarget `yaml:"Targets"`
		}
		if !t.has(id, &trigger) {
			continue
		}
		if trigger.Target.Input != "" {
			triggers.Schedules[trigger.Name] = trigger.Target.Input
		}
		for _, target := range trigger.Targets {
			if target.ID == workflowTarget {
				triggers.Rules[trigger.Name] = RuleInput{target.Input, target.Transformer.Template, target.Transformer.Paths}
			}
		}
	}
	var machine struct {
		Definition yaml.Node `yaml:"Definition"`
	}
	if t.has(StateMachineID, &machine) {
		policy, _ := policyIn(&machine.Definition)
		triggers.KeyHeader = policy.IdempotencyHeader
	}
	return triggers
}
