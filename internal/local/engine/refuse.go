package engine

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// fields are the names that an object of the definition may have here.
type fields []string

func (f fields) has(name string) bool { return slices.Contains(f, name) }

// What is implemented, object by object (https://states-language.net/spec.html,
// and the developer guide's page of each state).
var (
	machineFields = fields{"Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"}
	commonFields  = fields{"Type", "Comment", "QueryLanguage"}
	stateFields   = map[string]fields{
		"Pass": {"InputPath", "OutputPath", "Parameters", "Result", "ResultPath", "Assign", "Next", "End"},
		"Task": {"Resource", "InputPath", "OutputPath", "Parameters", "ResultSelector", "ResultPath", "Assign",
			"TimeoutSeconds", "Retry", "Catch", "Next", "End"},
		"Choice":  {"Choices", "Default", "InputPath", "OutputPath", "Assign"},
		"Wait":    {"Seconds", "SecondsPath", "InputPath", "OutputPath", "Assign", "Next", "End"},
		"Succeed": {"InputPath", "OutputPath"},
		"Fail":    {"Error", "Cause", "ErrorPath", "CausePath"},
	}
	retrierFields = fields{"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment"}
	catcherFields = fields{"ErrorEquals", "Next", "ResultPath", "Assign", "Comment"}
	invokeFields  = fields{"FunctionName", "Payload"}
)

// otherTypes are the states of the language that are not implemented.
var otherTypes = fields{"Parallel", "Map"}

// unimplemented are the fields of the language that are not implemented, with the
// reason or what to write instead.
var unimplemented = map[string]string{
	"Arguments":                      "it belongs to JSONata",
	"Output":                         "it belongs to JSONata",
	"Items":                          "it belongs to JSONata",
	"Condition":                      "it belongs to JSONata",
	"Branches":                       "it belongs to Parallel states",
	"ItemBatcher":                    "it belongs to Map states",
	"ItemProcessor":                  "it belongs to Map states",
	"ItemReader":                     "it belongs to Map states",
	"ItemSelector":                   "it belongs to Map states",
	"ItemsPath":                      "it belongs to Map states",
	"Iterator":                       "it belongs to Map states",
	"Label":                          "it belongs to Map states",
	"MaxConcurrency":                 "it belongs to Map states",
	"MaxConcurrencyPath":             "it belongs to Map states",
	"ResultWriter":                   "it belongs to Map states",
	"ToleratedFailureCount":          "it belongs to Map states",
	"ToleratedFailureCountPath":      "it belongs to Map states",
	"ToleratedFailurePercentage":     "it belongs to Map states",
	"ToleratedFailurePercentagePath": "it belongs to Map states",
	"ProcessorConfig":                "it belongs to Map states",
	"Credentials":                    "a local function has no role",
	"HeartbeatSeconds":               "lambda:invoke sends no heartbeats; use TimeoutSeconds",
	"HeartbeatSecondsPath":           "lambda:invoke sends no heartbeats; use TimeoutSeconds",
	"TimeoutSecondsPath":             "use TimeoutSeconds",
	"Timestamp":                      "use Seconds or SecondsPath",
	"TimestampPath":                  "use Seconds or SecondsPath",
	// Of lambda:invoke (Lambda API, Invoke).
	"ClientContext":        "a local function gets its payload only",
	"DurableExecutionName": "a local function gets its payload only",
	"InvocationType":       "only the default is, RequestResponse",
	"LogType":              "a local function's log is not part of its answer",
	"Qualifier":            "a local function has one version, $LATEST",
	"TenantId":             "a local function gets its payload only",
}

// refuse reports every field of v that is not among the allowed ones: an ignored
// field might change what the machine does.
func (l *loader) refuse(at place, v jsonvalue.Value, allowed fields, what string) {
	for name := range v.Members() {
		if !allowed.has(name) {
			l.findf(at.member(name), "%s", whyRefused(name, allowed, what))
		}
	}
}

func whyRefused(name string, allowed fields, what string) string {
	if why, ok := unimplemented[name]; ok {
		return "is not implemented by this engine: " + why
	}
	for _, f := range allowed {
		if strings.EqualFold(f, name) {
			return "is no field of " + what + ": did you mean " + f + "?"
		}
	}
	return "is no field of " + what + " that this engine knows: " + strings.Join(allowed, ", ")
}
