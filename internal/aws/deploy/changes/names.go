package changes

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/term/printable"
)

// InWords is what a resource is: Egress1 of AWS::Lambda::Function is
// "Lambda of egress 1". A type that sfngen's templates do not have stays as it is.
func InWords(id, kind string) string {
	word, known := plainTypes[kind]
	if !known {
		return printable.Line(kind)
	}
	if special, ok := plainIDs[id]; ok {
		return special
	}
	if of := owner(id); of != "" {
		return word + " of " + of
	}
	return word
}

var plainTypes = map[string]string{
	"AWS::CloudFormation::Stack":       "the stack itself",
	"AWS::Events::Rule":                "event rule",
	"AWS::IAM::ManagedPolicy":          "policy",
	"AWS::IAM::Role":                   "role",
	"AWS::Lambda::Function":            "Lambda",
	"AWS::Lambda::Permission":          "permission",
	"AWS::Lambda::Url":                 "function URL",
	"AWS::Logs::LogGroup":              "log group",
	"AWS::SQS::Queue":                  "queue",
	"AWS::SQS::QueuePolicy":            "policy of a queue",
	"AWS::Scheduler::Schedule":         "schedule",
	"AWS::Scheduler::ScheduleGroup":    "group of the schedules",
	"AWS::StepFunctions::StateMachine": "workflow",
}

// plainIDs are resources that a rule would name worse.
var plainIDs = map[string]string{
	"CallerPolicy":                "policy for callers",
	"DeadLetters":                 "dead-letter queue",
	"DeadLettersPolicy":           "policy of the dead-letter queue",
	"EgressRole":                  "role of the egresses",
	"EventsRole":                  "role of the event rules",
	"FunctionUrlInvokePermission": "permission to call through the function URL",
	"FunctionUrlPermission":       "permission to call the function URL",
	"SchedulerRole":               "role of the schedules",
	"StateMachine":                "workflow",
}

// owner is whose a resource is, by the start of its logical id.
func owner(id string) string {
	switch {
	case strings.HasPrefix(id, "Orchestrator"):
		return "the orchestrator"
	case strings.HasPrefix(id, "StateMachine"):
		return "the workflow"
	}
	var k int
	if n, _ := fmt.Sscanf(id, "Egress%d", &k); n == 1 {
		return fmt.Sprintf("egress %d", k)
	}
	return ""
}
