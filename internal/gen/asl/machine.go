// Package asl holds the part of the Amazon States Language that sfngen writes,
// as typed values, and builds a state machine from a plan.
//
// The language is states-language.net/spec.html in its JSONPath mode, which every
// engine and validator supports; section names in comments are from that page.
package asl

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Machine is a state machine ("Top-level fields").
type Machine struct {
	Comment        string       `json:"Comment"`
	StartAt        string       `json:"StartAt"`
	TimeoutSeconds int          `json:"TimeoutSeconds"`
	States         document.Map `json:"States"` // name -> Pass, Choice, Task, Wait or Fail, in the order of execution
}

// Pass ("Pass State").
type Pass struct {
	Type       string       `json:"Type"`
	Comment    string       `json:"Comment"`
	Parameters document.Map `json:"Parameters,omitempty"`
	ResultPath string       `json:"ResultPath,omitempty"`
	Assign     document.Map `json:"Assign,omitempty"` // variables, visible from the next state on
	Next       string       `json:"Next"`
}

// Choice ("Choice State"). The first rule that holds is followed, with its Assign.
type Choice struct {
	Type    string       `json:"Type"`
	Comment string       `json:"Comment"`
	Choices []ChoiceRule `json:"Choices"` // at least one, and one that holds
}

// ChoiceRule is one comparison ("Data-test expression"), and what follows if it holds.
type ChoiceRule struct {
	Variable           string       `json:"Variable"`
	IsPresent          *bool        `json:"IsPresent,omitempty"`
	NumericGreaterThan *int         `json:"NumericGreaterThan,omitempty"`
	Comment            string       `json:"Comment"`
	Assign             document.Map `json:"Assign,omitempty"`
	Next               string       `json:"Next"`
}

// RuleNames are those of the rules that the state holds; nil for none.
func (p Pass) RuleNames() []string { return ruleNames(p.Assign) }

// RuleNames are those of the rules that the state holds; nil for none.
func (c Choice) RuleNames() []string { return ruleNames(c.Choices[0].Assign) }

func ruleNames(assign document.Map) []string {
	value, _ := assign.Get(rulesVariable)
	rules, _ := value.([]contract.Rule)
	var names []string
	for _, rule := range rules {
		names = append(names, rule.Name)
	}
	return names
}

// Task ("Task State") that ends the execution when it succeeds.
type Task struct {
	Type           string       `json:"Type"`
	Comment        string       `json:"Comment"`
	Resource       string       `json:"Resource"`
	Parameters     document.Map `json:"Parameters"`
	OutputPath     string       `json:"OutputPath"`
	TimeoutSeconds int          `json:"TimeoutSeconds"` // of each call; a retry starts it again
	Retry          []Retrier    `json:"Retry"`
	Catch          []Catcher    `json:"Catch"`
	End            bool         `json:"End"`
}

// Retrier ("Retrying after error").
type Retrier struct {
	ErrorEquals     []string `json:"ErrorEquals"`
	IntervalSeconds int      `json:"IntervalSeconds"`
	MaxAttempts     int      `json:"MaxAttempts"` // retries, without the first call
	BackoffRate     float64  `json:"BackoffRate"`
	JitterStrategy  string   `json:"JitterStrategy"` // FULL | NONE
}

// Catcher ("Fallback states").
type Catcher struct {
	ErrorEquals []string     `json:"ErrorEquals"`
	ResultPath  string       `json:"ResultPath"`
	Assign      document.Map `json:"Assign,omitempty"` // "$" is the Error Output
	Next        string       `json:"Next"`
}

// Wait ("Wait State"). SecondsPath must lead to a whole number >= 0: anything else
// ends the execution on AWS, and cannot be caught.
type Wait struct {
	Type        string `json:"Type"`
	Comment     string `json:"Comment"`
	SecondsPath string `json:"SecondsPath"`
	Next        string `json:"Next"`
}

// Fail ("Fail State").
type Fail struct {
	Type      string `json:"Type"`
	Comment   string `json:"Comment"`
	ErrorPath string `json:"ErrorPath"`
	CausePath string `json:"CausePath"`
}

// Document returns the machine as a document, for JSON or for a template.
func (m Machine) Document() document.Value { return document.Of(m) }
