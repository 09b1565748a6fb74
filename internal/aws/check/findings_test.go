package check_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/check"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

func diagnostic(severity types.ValidateStateMachineDefinitionSeverity, code, message,
	location string) types.ValidateStateMachineDefinitionDiagnostic {
	return types.ValidateStateMachineDefinitionDiagnostic{Severity: severity, Code: &code, Message: &message, Location: &location}
}

func answer(list ...types.ValidateStateMachineDefinitionDiagnostic) *sfn.ValidateStateMachineDefinitionOutput {
	return &sfn.ValidateStateMachineDefinitionOutput{Result: types.ValidateStateMachineDefinitionResultCodeOk, Diagnostics: list}
}

func TestFindings(t *testing.T) {
	const warning, failure = types.ValidateStateMachineDefinitionSeverityWarning, types.ValidateStateMachineDefinitionSeverityError
	const report = "; if that field is right, sfngen writes what AWS refuses: please report it [aws-refuses]"
	truncated := answer(diagnostic(warning, "W", "words", "/TimeoutSeconds"))
	truncated.Truncated = aws.Bool(true)
	refused := answer(diagnostic(warning, "W", "words", ""))
	refused.Result = types.ValidateStateMachineDefinitionResultCodeFail
	explained := answer(diagnostic(failure, "E", "words", "/TimeoutSeconds"))
	explained.Result = types.ValidateStateMachineDefinitionResultCodeFail
	tests := []struct {
		name string
		out  *sfn.ValidateStateMachineDefinitionOutput
		want []string
	}{
		{"nothing", answer(), []string{}},
		{"a warning", answer(diagnostic(warning, "W", "Some words.", "/States/Wait 1/SecondsPath")),
			[]string{"a.yaml:8:3: warning: retry.backoff: AWS says W at /States/Wait 1/SecondsPath: Some words [aws-warns]"}},
		{"without a place", answer(diagnostic(failure, "SCHEMA_VALIDATION_FAILED", "Some\n words", "")),
			[]string{"a.yaml:2:7: error: name: AWS says SCHEMA_VALIDATION_FAILED: Some words" + report}},
		{"the same of several attempts", answer(
			diagnostic(failure, "E", "words", "/States/Attempt 1/TimeoutSeconds"), diagnostic(failure, "E", "words",
				"/States/Attempt 2/TimeoutSeconds"),
			diagnostic(failure, "E", "words", "/States/Attempt 3/TimeoutSeconds"), diagnostic(failure, "E", "other words",
				"/States/Attempt 3/TimeoutSeconds")),
			[]string{
				"a.yaml:6:19: error: retry.attemptTimeout: AWS says E at /States/Attempt 1/TimeoutSeconds and 2 places more: words" + report,
				"a.yaml:6:19: error: retry.attemptTimeout: AWS says E at /States/Attempt 3/TimeoutSeconds: other words" + report,
			}},
		{"the same of two", answer(diagnostic(warning, "E", "words", "/States/Attempt 1"),
			diagnostic(warning, "E", "words", "/States/Attempt 2")),
			[]string{"a.yaml:5:16: warning: retry.maxAttempts: AWS says E at /States/Attempt 1 and 1 place more: words [aws-warns]"}},
		{"cut off", truncated,
			[]string{
				"a.yaml:7:13: warning: retry.deadline: AWS says W at /TimeoutSeconds: words [aws-warns]",
				"a.yaml:2:7: warning: name: AWS has found more in the state machine than the 100 things that it reports in one call; fix these and " +
					"check again [aws-says-more]",
			}},
		{"refused with a reason", explained,
			[]string{"a.yaml:7:13: error: retry.deadline: AWS says E at /TimeoutSeconds: words" + report}},
		{"refused without a reason", refused,
			[]string{
				"a.yaml:2:7: warning: name: AWS says W: words [aws-warns]",
				"a.yaml:2:7: error: name: AWS refuses the state machine, and does not say why" + report,
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := check.Findings(load(t, acme)[0].Origin, test.out)
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlaces has the field for each part of a definition.
func TestPlaces(t *testing.T) {
	const policy = "/States/Attempt 12/Parameters/Payload/policy/"
	tests := map[string]string{
		"":                                     "name",
		"/":                                    "name",
		"/Comment":                             "description",
		"/StartAt":                             "egress.start",
		"/TimeoutSeconds":                      "retry.deadline",
		"/States":                              "name",
		"/States/Start":                        "egress.start",
		"/States/Start/Choices/0/Assign/cause": "egress.coordination",
		"/States/Attempt 1/Parameters/Payload/turn":   "egress.coordination",
		"/States/Start/Parameters/index":              "egress.count",
		"/States/Attempt 1":                           "retry.maxAttempts",
		"/States/Attempt 1/Retry/0":                   "retry.maxAttempts",
		"/States/Attempt%201/Catch":                   "retry.maxAttempts",
		"/States/Attempt 2/Resource":                  "partition",
		"/States/Attempt 12/OutputPath":               "retry.maxAttempts",
		policy[:len(policy)-1]:                        "retry.maxAttempts",
		policy + "maxAttempts":                        "retry.maxAttempts",
		policy + "egresses":                           "egress.count",
		policy + "successStatusCodes/0":               "upstream.successStatusCodes",
		policy + "rateLimited":                        "retry.rateLimit",
		policy + "rateLimited/scope":                  "retry.rateLimit.scope",
		policy + "rateLimited/statusCodes/1":          "retry.rateLimit.statusCodes",
		policy + "rateLimited/backoffSeconds":         "retry.backoff",
		policy + "transient/statusCodes":              "retry.retryableStatusCodes",
		policy + "transient/errors":                   "retry.retryableErrors",
		policy + "transient/backoffSeconds":           "retry.backoff",
		policy + "fullJitter":                         "retry.backoff.jitter",
		policy + "requestedWait/headers":              "retry.rateLimit.headers",
		policy + "requestedWait/maxSeconds":           "retry.rateLimit.maxWait",
		policy + "unsafeMethods":                      "retry.idempotency.unsafeMethods",
		policy + "idempotencyHeader":                  "retry.idempotency.header",
		policy + "attemptSeconds":                     "retry.attemptTimeout",
		policy + "deadlineSeconds":                    "retry.deadline",
		"/States/Attempt 3/Parameters/FunctionName.$": "egress.count",
		"/States/Attempt 3/TimeoutSeconds":            "retry.attemptTimeout",
		"/States/Read 1/Assign/report.$":              "retry.backoff",
		"/States/Wait 1":                              "retry.backoff",
		"/States/Read 0/Assign":                       "egress.coordination",
		"/States/Wait 0":                              "egress.coordination",
		"/States/Start/Choices/0":                     "egress.coordination",
		policy + "coordination/limits/0":              "upstream.limits",
		"/States/Failed/CausePath":                    "name",
		"something else":                              "name",
	}
	file := load(t, acme)[0].Origin
	for location, want := range tests {
		t.Run(location, func(t *testing.T) {
			got := check.Findings(file, answer(diagnostic("ERROR", "E", "words", location)))
			if diff := cmp.Diff(want, got[0].Path); diff != "" {
				t.Errorf("field (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEveryPartHasItsField walks a real definition, so that a part that is added
// to it, or gets another name, is thought of here.
func TestEveryPartHasItsField(t *testing.T) {
	s := load(t, acme+"workflow: {type: standard}\n")[0]
	var machine any
	if err := json.Unmarshal(s.File(stack.MachineFile), &machine); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, list := range strings.Fields("name description partition egress.start egress.count retry.maxAttempts retry.attemptTimeout " +
		"retry.deadline retry.backoff retry.backoff.jitter " +
		"retry.retryableStatusCodes retry.retryableErrors retry.rateLimit retry.rateLimit.statusCodes retry.rateLimit.scope " +
		"retry.rateLimit.headers retry.rateLimit.maxWait " +
		"retry.idempotency.unsafeMethods retry.idempotency.header retry.idempotency.notActedStatusCodes upstream.successStatusCodes") {
		known[list] = true
	}
	walk(machine, "", func(location string) {
		got := check.Findings(s.Origin, answer(diagnostic("ERROR", "E", "words", location)))[0].Path
		if !known[got] {
			t.Errorf("%s is of %s, which is no field", location, got)
		}
		if general := got == "name" || got == "retry.maxAttempts"; general && strings.Contains(location, "/policy/") &&
			!strings.HasSuffix(location, "/maxAttempts") && !strings.HasSuffix(location, "/contract") {
			t.Errorf("%s is a policy's part, but has no field of its own", location)
		}
	})
}

func walk(value any, location string, visit func(string)) {
	visit(location)
	if m, ok := value.(map[string]any); ok {
		for name, below := range m {
			walk(below, location+"/"+name, visit)
		}
	}
}

// TestIgnoredWarning: a comment silences what AWS warns of, and is called unused where
// AWS says nothing.
func TestIgnoredWarning(t *testing.T) {
	src := []byte("version: 1\nname: acme\nupstream: {url: 'https://api.acme.example'}\n" +
		"retry: {maxAttempts: 2, attemptTimeout: 5s} # sfngen:ignore aws-warns AWS does not know our paths\n")
	s, findings := stack.Load("a.yaml", src)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	warned := answer(diagnostic(types.ValidateStateMachineDefinitionSeverityWarning, "W", "words", "/States/Wait 1/SecondsPath"))
	if got := check.Findings(s.Origin, warned); len(got) != 1 || got[0].Ignored == nil {
		t.Errorf("AWS warns: got %v, want the warning, ignored", got)
	}
	want := "a.yaml:4:45: warning: the comment silences nothing: line 4 has no warning aws-warns; remove it [ignore-unused]"
	if got := check.Findings(s.Origin, answer()); len(got) != 1 || got[0].String() != want {
		t.Errorf("AWS says nothing: got %v\nwant %s", got, want)
	}
}
