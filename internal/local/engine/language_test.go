package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/local/engine"
)

// language is every field name of the Amazon States Language, in both query
// languages, of all objects of a definition: from states-language.net/spec.html,
// statelint's StateMachine.j2119 and cfn-lint's schema of a definition, and the
// arguments of lambda:invoke (Lambda API, Invoke).
var language = strings.Fields(`
	And Arguments Assign BackoffRate BooleanEquals BooleanEqualsPath Branches Bucket BucketPath Catch Cause CausePath
	CharacterDelimiter Choices Comment Condition Credentials CSVDelimiter CSVHeaderLocation CSVHeaders Default End Error
	ErrorEquals ErrorPath ExecutionType FunctionName HeartbeatSeconds HeartbeatSecondsPath InputPath InputType IntervalSeconds
	IsBoolean IsNull IsNumeric IsPresent IsString IsTimestamp ItemBatcher ItemProcessor ItemReader Items ItemSelector
	ItemsPath Iterator JitterStrategy Label MaxAttempts MaxConcurrency MaxConcurrencyPath MaxDelaySeconds MaxInputBytesPerBatch
	MaxInputBytesPerBatchPath MaxItems MaxItemsPath MaxItemsPerBatch MaxItemsPerBatchPath Mode Next Not NumericEquals
	NumericEqualsPath NumericGreaterThan NumericGreaterThanEquals NumericGreaterThanEqualsPath NumericGreaterThanPath
	NumericLessThan NumericLessThanEquals NumericLessThanEqualsPath NumericLessThanPath Or Output OutputPath Parameters
	ProcessorConfig QueryLanguage ReaderConfig Resource Result ResultPath ResultSelector ResultWriter Retry RoleArn Seconds
	SecondsPath StartAt States StringEquals StringEqualsPath StringGreaterThan StringGreaterThanEquals
	StringGreaterThanEqualsPath StringGreaterThanPath StringLessThan StringLessThanEquals StringLessThanEqualsPath
	StringLessThanPath StringMatches TimeoutSeconds TimeoutSecondsPath Timestamp TimestampEquals TimestampEqualsPath
	TimestampGreaterThan TimestampGreaterThanEquals TimestampGreaterThanEqualsPath TimestampGreaterThanPath TimestampLessThan
	TimestampLessThanEquals TimestampLessThanEqualsPath TimestampLessThanPath TimestampPath ToleratedFailureCount
	ToleratedFailureCountPath ToleratedFailurePercentage ToleratedFailurePercentagePath Transformation Type Variable Version
	WriterConfig
	ClientContext DurableExecutionName InvocationType LogType Payload Qualifier TenantId`)

// walked is an object of a definition, as a text with %: in its place come more
// fields. implemented has for each field that it may have a value that loads, and
// one that is refused; "" where there is no such value.
type walked struct {
	name, place string
	definition  string
	there       []string // fields that definition has
	implemented map[string][2]string
}

var walkedObjects = []walked{
	{"a machine", "", `{%,"StartAt":"S","States":{"S":{"Type":"Succeed"}}}`, []string{"StartAt", "States"}, map[string][2]string{
		"Comment": {`"c"`, `1`}, "Version": {`"1.0"`, `"1.1"`}, "QueryLanguage": {`"JSONPath"`, `"JSONata"`}, "TimeoutSeconds": {`1`, `0`},
	}},
	{"Pass", "States.S.", single(`{%,"Type":"Pass","End":true}`), []string{"Type", "End"}, map[string][2]string{
		"Comment": {`"c"`, `1`}, "QueryLanguage": {`"JSONPath"`, `"JSONata"`}, "InputPath": {`null`, `1`}, "OutputPath": {`"$"`, `"x"`},
		"Parameters": {`{"x.$":"$"}`, `{"x.$":1}`}, "Result": {`1`, ``}, "ResultPath": {`null`, `false`}, "Assign": {`{"x":1}`, `{"states":1}`},
	}},
	{"Task", "States.S.", single(`{%,"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f",` +
		`"Payload":1},"End":true}`),
		[]string{"Type", "Resource", "Parameters", "End"}, map[string][2]string{
			"Comment": {`"c"`, `1`}, "QueryLanguage": {`"JSONPath"`, `"JSONata"`}, "InputPath": {`null`, `1`}, "OutputPath": {`"$"`, `"x"`},
			"ResultSelector": {`{"x.$":"$"}`, `{"x.$":1}`}, "ResultPath": {`null`, `false`}, "Assign": {`{"x":1}`, `{"states":1}`},
			"TimeoutSeconds": {`1`, `0`}, "Retry": {`[{"ErrorEquals":["E"]}]`, `[{}]`}, "Catch": {`[{"ErrorEquals":["E"],"Next":"S"}]`, `[1]`},
		}},
	{"Wait", "States.S.", single(`{%,"Type":"Wait","Seconds":1,"End":true}`), []string{"Type", "Seconds", "End"}, map[string][2]string{
		"Comment": {`"c"`, `1`}, "QueryLanguage": {`"JSONPath"`, `"JSONata"`}, "InputPath": {`null`, `1`}, "OutputPath": {`"$"`, `"x"`},
		"Assign": {`{"x":1}`, `{"states":1}`}, "SecondsPath": {``, `"$"`},
	}},
	{"Wait by a path", "States.S.", single(`{%,"Type":"Wait","End":true}`), []string{"Type", "End", "Comment"}, map[string][2]string{
		"SecondsPath": {`"$.s"`, `"$$.Execution.Input"`},
	}},
	{"Choice", "States.S.", single(`{%,"Type":"Choice","Choices":[{"Variable":"$.a","IsPresent":true,"Next":"S"}]}`), []string{"Type",
		"Choices"}, map[string][2]string{
		"Comment": {`"c"`, `1`}, "QueryLanguage": {`"JSONPath"`, `"JSONata"`}, "InputPath": {`null`, `1`}, "OutputPath": {`"$"`, `"x"`},
		"Assign": {`{"x":1}`, `{"states":1}`}, "Default": {`"S"`, `"nowhere"`},
	}},
	{"a rule of Choices", "States.S.Choices[0].", single(`{"Type":"Choice","Choices":[{%,"Variable":"$.a","Next":"S"}]}`), []string{"Variable",
		"Next"}, ofRule("Comment", "Assign")},
	{"a condition inside Not", "States.S.Choices[0].Not.", single(`{"Type":"Choice","Choices":[{"Not":{%,"Variable":"$.a"},"Next":"S"}]}`),
		[]string{"Variable"}, ofRule()},
	{"Succeed", "States.S.", single(`{%,"Type":"Succeed"}`), []string{"Type"}, map[string][2]string{
		"Comment": {`"c"`, `1`}, "QueryLanguage": {`"JSONPath"`, `"JSONata"`}, "InputPath": {`null`, `1`}, "OutputPath": {`"$"`, `"x"`},
	}},
	{"Fail", "States.S.", single(`{%,"Type":"Fail"}`), []string{"Type"}, map[string][2]string{
		"Comment": {`"c"`, `1`}, "QueryLanguage": {`"JSONPath"`, `"JSONata"`}, "Error": {`"E"`, `1`}, "Cause": {`"c"`, `1`},
		"ErrorPath": {`"$.e"`, `"States.Format('x')"`}, "CausePath": {`"$$.State.Name"`, `1`},
	}},
	{"a retrier", "States.S.Retry[0].", single(invoking(`,"Retry":[{%,"ErrorEquals":["E"]}],"End":true`)), []string{"ErrorEquals"},
		map[string][2]string{
			"Comment": {`"c"`, `1`}, "IntervalSeconds": {`1`, `0`}, "MaxAttempts": {`0`, `-1`}, "BackoffRate": {`1.5`, `0.5`},
			"MaxDelaySeconds": {`1`, `0`}, "JitterStrategy": {`"FULL"`, `"x"`},
		}},
	{"a catcher", "States.S.Catch[0].", single(invoking(`,"Catch":[{%,"ErrorEquals":["E"],"Next":"S"}],"End":true`)), []string{"ErrorEquals",
		"Next"}, map[string][2]string{
		"Comment": {`"c"`, `1`}, "ResultPath": {`null`, `1`}, "Assign": {`{"x":1}`, `{"states":1}`},
	}},
	{"lambda:invoke", "States.S.Parameters.", strings.Replace(single(invoking(`,"End":true`)), `{"FunctionName"`, `{%,"FunctionName"`, 1),
		[]string{"FunctionName", "Payload"}, map[string][2]string{}},
}

// ofRule has the comparisons of a condition, with these fields beside them.
func ofRule(beside ...string) map[string][2]string {
	values := map[string][2]string{}
	for _, field := range language {
		switch {
		case strings.HasPrefix(field, "Is") || field == "BooleanEquals":
			values[field] = [2]string{`true`, `1`}
		case strings.HasSuffix(field, "Path") && strings.Contains(field, "Than") || strings.HasSuffix(field, "EqualsPath"):
			values[field] = [2]string{`"$.b"`, `"States.Array()"`}
		case strings.HasPrefix(field, "Numeric"):
			values[field] = [2]string{`1.5`, `"1"`}
		case strings.HasPrefix(field, "Timestamp") && field != "Timestamp" && field != "TimestampPath":
			values[field] = [2]string{`"2026-11-23T12:00:00Z"`, `"today"`}
		case strings.HasPrefix(field, "String"):
			values[field] = [2]string{`"x"`, `1`}
		}
	}
	all := map[string][2]string{"Comment": {``, `1`}, "Assign": {``, `{"states":1}`}}
	for _, field := range beside {
		values[field] = all[field]
	}
	return values
}

// TestTheWholeLanguage: each field of the language, in each object, is implemented
// or refused with its place. One that is neither would silently run differently.
func TestTheWholeLanguage(t *testing.T) {
	for _, o := range walkedObjects {
		t.Run(o.name, func(t *testing.T) {
			for _, field := range append(language, "Foo") {
				if slices.Contains(o.there, field) {
					continue
				}
				loads, refused := `"x"`, `"x"`
				values, implemented := o.implemented[field]
				if implemented {
					loads, refused = values[0], values[1]
				}
				if implemented && loads != "" {
					mustLoad(t, o.with(field, loads))
				}
				if refused != "" && !o.refuses(t, field, refused) {
					t.Errorf("%s: %s is not refused at its place", field, refused)
				}
			}
		})
	}
}

func (o walked) with(field, v string) string {
	return strings.Replace(o.definition, "%", `"`+field+`":`+v, 1)
}

// refuses reports whether there is a finding at the field or within it. A conflict
// of two fields may be reported at either.
func (o walked) refuses(t *testing.T, field, v string) bool {
	t.Helper()
	_, err := engine.Load([]byte(o.with(field, v)), nil)
	refused, ok := err.(*engine.LoadError)
	if !ok {
		return false
	}
	return slices.ContainsFunc(refused.Findings, func(f engine.Finding) bool {
		return strings.HasPrefix(f.Place, o.place+field)
	})
}

func TestOtherStatesAreRefused(t *testing.T) {
	for name, definition := range map[string]string{
		"Parallel": `{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"End":true}`,
		"Map":      `{"Type":"Map","ItemsPath":"$","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			want := "States.S.Type: " + name + " states are not implemented by this engine: only Pass, Task, Choice, Wait, Succeed and Fail"
			if got := findings(t, single(definition), nil); got[0] != want {
				t.Errorf("findings: %q", got)
			}
		})
	}
}
