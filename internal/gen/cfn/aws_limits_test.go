package cfn_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// limit is what CloudFormation's resource schemas say of a property that a spec can
// fill: its length in characters, its number of entries, its pattern.
type limit struct {
	characters, entries int
	pattern             string
}

const (
	nameOf64 = `^[0-9A-Za-z_.-]{1,64}$`
	// ofTag is the strictest of all resources, that of IAM::Role; a state machine wants
	// a value besides.
	ofTag = `^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`
)

// awsLimits are those of the schemas in the CloudFormation registry, by type and
// property; [] is an entry of a list. Limits of what the template itself fixes
// (AuthType, RetryPolicy, …) are left out.
var awsLimits = map[string]map[string]limit{
	"AWS::Lambda::Function": {
		"FunctionName": {pattern: `^[a-zA-Z0-9_-]{1,64}$`}, "Description": {characters: 256},
	},
	"AWS::Lambda::Url": {
		"Cors.AllowOrigins": {entries: 100}, "Cors.AllowOrigins[]": {characters: 253},
		"Cors.AllowMethods": {entries: 6}, "Cors.AllowMethods[]": {characters: 6},
		"Cors.AllowHeaders": {entries: 100}, "Cors.AllowHeaders[]": {characters: 1024},
		"Cors.ExposeHeaders": {entries: 100}, "Cors.ExposeHeaders[]": {characters: 1024},
	},
	"AWS::Events::Rule": {
		"Name": {pattern: nameOf64}, "Targets": {entries: 5}, "Targets[].Input": {characters: 8192},
		"Targets[].InputTransformer.InputTemplate": {characters: 8192},
	},
	"AWS::Scheduler::Schedule": {
		"Name": {pattern: nameOf64}, "ScheduleExpression": {characters: 256}, "ScheduleExpressionTimezone": {characters: 50},
	},
	"AWS::Scheduler::ScheduleGroup":    {"Name": {pattern: nameOf64}},
	"AWS::SQS::Queue":                  {"QueueName": {pattern: `^[a-zA-Z0-9_-]{1,80}$`}},
	"AWS::StepFunctions::StateMachine": {"StateMachineName": {characters: 80}},
	"AWS::Logs::LogGroup":              {"LogGroupName": {pattern: `^[.\-_/#A-Za-z0-9]{1,512}$`}},
	"AWS::IAM::Role":                   {"Description": {characters: 1000, pattern: `^[\x{9}\x{A}\x{D}\x{20}-\x{7E}\x{A1}-\x{FF}]*$`}},
	"AWS::IAM::ManagedPolicy":          {"Description": {characters: 1000}},
}

// tagLimits hold for every resource that has tags.
var tagLimits = map[string]limit{
	"Tags": {entries: 50}, "Tags[].Key": {characters: 128, pattern: ofTag}, "Tags[].Value": {characters: 256, pattern: ofTag},
}

// TestTheLargestSpecKeepsAWSsLimits: a spec whose lists and texts are as long as
// validate lets them be.
func TestTheLargestSpecKeepsAWSsLimits(t *testing.T) {
	seen := map[string]bool{}
	for id, r := range load(t, buildFile(t, readSource(t, largestSpec())).text)["Resources"].(object) {
		typeName := r.(object)["Type"].(string)
		for _, limits := range []map[string]limit{awsLimits[typeName], tagLimits} {
			for path, limit := range limits {
				for _, got := range valuesAt(r.(object)["Properties"], path) {
					seen[typeName+" "+path] = true
					if problem := limit.problem(got); problem != "" {
						t.Errorf("%s (%s), %s: %s", id, typeName, path, problem)
					}
				}
			}
		}
	}
	for typeName, limits := range awsLimits {
		for path := range limits {
			if !seen[typeName+" "+path] {
				t.Errorf("no %s has %s: the test looks at nothing", typeName, path)
			}
		}
	}
}

func (l limit) problem(got any) string {
	if list, ok := got.([]any); ok {
		if len(list) > l.entries {
			return fmt.Sprintf("%d entries, AWS takes %d", len(list), l.entries)
		}
		return ""
	}
	text := fmt.Sprint(got)
	if n := utf8.RuneCountInString(text); l.characters > 0 && n > l.characters {
		return fmt.Sprintf("%d characters, AWS takes %d", n, l.characters)
	}
	if l.pattern != "" && !regexp.MustCompile(l.pattern).MatchString(text) {
		return fmt.Sprintf("%q does not match %s", text, l.pattern)
	}
	return ""
}

// valuesAt are the values at a path, as in Targets[].Input.
func valuesAt(from any, path string) []any {
	step, rest, more := strings.Cut(path, ".")
	name, inList := strings.CutSuffix(step, "[]")
	m, _ := from.(object)
	found, ok := m[name]
	if !ok {
		return nil
	}
	values := []any{found}
	if inList {
		values = found.([]any)
	}
	if !more {
		return values
	}
	var deeper []any
	for _, v := range values {
		deeper = append(deeper, valuesAt(v, rest)...)
	}
	return deeper
}

// largestSpec fills each list and text to the last entry and character.
func largestSpec() string {
	name := strings.Repeat("n", 32)
	trigger := strings.Repeat("t", 31) // with the stack's name and a hyphen, 64
	numbered := func(n int, format string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = fmt.Sprintf(format, i)
		}
		return strings.Join(items, ", ")
	}
	return "version: 1\nname: " + name + "\ndescription: " + strings.Repeat("ü", 256) + "\n" +
		"upstream: {url: https://api.example}\nretry: {maxAttempts: 2}\negress: {count: 10}\n" +
		"tags: {" + numbered(49, strings.Repeat("k", 126)+"%02d: "+strings.Repeat("v", 256)) + "}\n" +
		"triggers:\n  functionUrl:\n    cors:\n" +
		"      origins: [" + numbered(100, "'https://a%02d."+strings.Repeat("x", 241)+"'") + "]\n" +
		"      methods: [GET, HEAD, POST, PUT, PATCH, DELETE]\n" +
		"      headers: [" + numbered(100, strings.Repeat("h", 254)+"%02d") + "]\n" +
		"      exposeHeaders: [" + numbered(94, strings.Repeat("e", 254)+"%02d") + "]\n" +
		"  schedules: [{name: " + trigger + ", expression: rate(5 minutes), request: {method: GET, path: /}}]\n" +
		"  events:\n" +
		"    - {name: " + trigger + ", pattern: {source: [x]}, request: {method: GET, path: /}}\n" +
		"    - {name: from, pattern: {source: [x]}, request: {method: POST, path: /, bodyFrom: $.detail}}\n"
}
