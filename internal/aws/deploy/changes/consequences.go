package changes

import (
	"slices"
	"strings"
)

// consequence is what callers or data feel of a change; most are felt by nobody.
func consequence(c Change) string {
	switch c.Action {
	case Delete:
		return onDelete(c)
	case Replace:
		if name := fixedName[c.Type]; name != "" && !c.changes(name) && len(c.Properties) > 0 {
			return "CloudFormation cannot replace it under the same name: this deployment will fail; deploy under another name, or destroy " +
				"the stack first"
		}
		return onReplace[c.Type]
	case MayReplace:
		if text := onReplace[c.Type]; text != "" {
			return "if it is replaced, " + text
		}
	}
	return ""
}

func onDelete(c Change) string {
	if c.Type == "AWS::Lambda::Function" && strings.HasPrefix(c.Resource, "Egress") {
		return "the pool gets smaller"
	}
	return gone[c.Type]
}

// gone is what goes with a resource for good.
var gone = map[string]string{
	"AWS::Events::Rule":                "its events start nothing any more",
	"AWS::IAM::ManagedPolicy":          "deleting it fails while it is attached to a user, group or role: detach it first",
	"AWS::Lambda::Url":                 "its address is gone for good, and callers get an error",
	"AWS::Logs::LogGroup":              "its logs are deleted with it",
	"AWS::SQS::Queue":                  "the messages in it are lost",
	"AWS::Scheduler::Schedule":         "it starts nothing any more",
	"AWS::StepFunctions::StateMachine": "running executions end at their next step, and their history goes",
}

var onReplace = map[string]string{
	"AWS::IAM::ManagedPolicy":          "attach the new one instead; deleting the old one fails while it is attached to a user, group or role",
	"AWS::Lambda::Url":                 "callers need its new address",
	"AWS::Lambda::Permission":          "callers may be refused for a moment",
	"AWS::Logs::LogGroup":              "the logs in the old one are deleted",
	"AWS::SQS::Queue":                  "the messages in the old one are lost",
	"AWS::StepFunctions::StateMachine": "running executions of the old one end at their next step, and their history goes",
}

// fixedName is the property that names a resource of sfngen's templates.
// CloudFormation makes the new one before it removes the old one, so that one
// whose name stays cannot be replaced (CloudFormation User Guide, "Name type").
var fixedName = map[string]string{
	"AWS::Events::Rule":                "Name",
	"AWS::Lambda::Function":            "FunctionName",
	"AWS::Logs::LogGroup":              "LogGroupName",
	"AWS::SQS::Queue":                  "QueueName",
	"AWS::Scheduler::Schedule":         "Name",
	"AWS::Scheduler::ScheduleGroup":    "Name",
	"AWS::StepFunctions::StateMachine": "StateMachineName",
}

func (c Change) changes(property string) bool {
	return slices.ContainsFunc(c.Properties, func(p Property) bool { return p.Name == property })
}
