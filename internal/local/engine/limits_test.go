package engine_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/history/event"
)

// textOf is a JSON string of so many bytes, quotes included.
func textOf(bytes int) string { return `"` + strings.Repeat("x", bytes-2) + `"` }

const limit = 256 << 10

func TestSizes(t *testing.T) {
	overhead := len(invocationOf(``)) + 2*(len("262144")-len("0")) // its length stands there twice
	payload := func(bytes int) string {
		return strings.Replace(invoking(`,"OutputPath":"$.Payload","End":true`), `{"n":1}`, textOf(bytes), 1)
	}
	task := len(`{"FunctionName":"f","Payload":}`)
	pass := single(`{"Type":"Pass","End":true}`)
	tests := []struct {
		name, definition, input string
		answer                  answer
		want                    string // the error
	}{
		{"the largest input", pass, textOf(limit), nil, ""},
		{"an input too large", single(`{"Type":"Pass","OutputPath":null,"End":true}`), textOf(limit + 1), nil, "States.DataLimitExceeded"},
		{"the largest output of a pass", single(`{"Type":"Pass","Result":` + textOf(limit) + `,"End":true}`), `{}`, nil, ""},
		{"an output too large of a pass", single(`{"Type":"Pass","Result":` + textOf(limit+1) + `,"End":true}`), `{}`, nil,
			"States.DataLimitExceeded"},
		{"a result that is discarded", single(`{"Type":"Pass","Result":` + textOf(limit+1) + `,"ResultPath":null,"End":true}`), `{}`, nil, ""},
		{"input and result together", single(`{"Type":"Pass","InputPath":"$.x","ResultPath":"$.y","End":true}`), `{"x":` + textOf(limit/2) + `}`,
			nil, "States.DataLimitExceeded"},
		{"an output too large of a success", single(`{"Type":"Succeed","OutputPath":"$"}`), textOf(limit), nil, ""},
		{"the largest parameters", single(payload(limit - task)), `{}`, replies(`1`), ""},
		{"parameters too large", single(payload(limit - task + 1)), `{}`, replies(`1`), "States.DataLimitExceeded"},
		{"the largest result", single(invoking(`,"OutputPath":"$.Payload","End":true`)), `{}`, replies(textOf(limit - overhead)), ""},
		{"a result too large", single(invoking(`,"OutputPath":"$.StatusCode","End":true`)), `{}`, replies(textOf(limit - overhead + 1)),
			"States.DataLimitExceeded"},
		{"input and a task's result together", single(invoking(`,"ResultPath":"$.y","End":true`)), `{"x":` + textOf(limit/2) + `}`,
			replies(textOf(limit / 2)), "States.DataLimitExceeded"},
		{"the size counts bytes of UTF-8", pass, `"` + strings.Repeat("é", limit/2) + `"`, nil, "States.DataLimitExceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var answers []answer
			if tt.answer != nil {
				answers = append(answers, tt.answer)
			}
			if r := run(t, tt.definition, tt.input, answers...); r.Error != tt.want || (tt.want == "") != (r.Status == event.Succeeded) {
				t.Errorf("%s with %s: %.200s", r.Status, r.Error, r.Cause)
			}
		})
	}
}

// TestParametersOverTheLimit: error and cause as in mbc-net/mbc-cqrs-serverless,
// pull request 466. It causes no event of a task.
func TestParametersOverTheLimit(t *testing.T) {
	large := strings.Replace(invoking(`,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true`), `{"n":1}`, textOf(limit), 1)
	r := run(t, `{"StartAt":"check_version","States":{"check_version":`+large+`,"C":{"Type":"Pass","End":true}}}`, `{}`, replies(`1`))
	want := `{"Error":"States.DataLimitExceeded","Cause":"The state/task 'check_version' provided parameters with a size exceeding the ` +
		`maximum number of bytes service limit."}`
	if got := r.Output.String(); got != want || len(r.calls) > 0 {
		t.Errorf("output %s after %d calls, want %s", got, len(r.calls), want)
	}
	if types := r.types(); strings.Contains(types, "TaskScheduled") {
		t.Errorf("history %s", types)
	}
}

func TestAnErrorOutputOverTheLimitIsNotCaughtAgain(t *testing.T) {
	r := run(t, `{"StartAt":"S","States":{"S":`+invoking(`,"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"S"}],"End":true`)+
		`}}`,
		`{"x":`+textOf(limit-100)+`}`, fails("E", strings.Repeat("y", 200)))
	if r.Status != event.Failed || r.Error != "States.DataLimitExceeded" || len(r.calls) != 1 {
		t.Errorf("%s with %s after %d calls", r.Status, r.Error, len(r.calls))
	}
}

func TestVariableLimits(t *testing.T) {
	assign := func(members string) string { return single(`{"Type":"Pass","Assign":{` + members + `},"End":true}`) }
	tests := []struct{ name, definition, want string }{
		{"the largest variable", assign(`"a":` + textOf(limit)), ""},
		{"a variable too large", assign(`"a":` + textOf(limit+1)), "States.DataLimitExceeded"},
		{"the most of one Assign", assign(`"a":` + textOf(limit/2) + `,"b":` + textOf(limit/2)), ""},
		{"too much in one Assign", assign(`"a":` + textOf(limit/2) + `,"b":` + textOf(limit/2+1)), "States.DataLimitExceeded"},
		{"the most of an execution", assigning(40, strconv.Itoa), ""},
		{"too much in an execution", assigning(41, strconv.Itoa), "States.DataLimitExceeded"},
		{"the same variable again and again", assigning(50, func(int) string { return "same" }), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := run(t, tt.definition, textOf(limit)); r.Error != tt.want {
				t.Errorf("%s with %s: %s", r.Status, r.Error, r.Cause)
			}
		})
	}
}

// assigning is a machine that assigns its input, 256 KiB, to a variable in each of
// n states.
func assigning(n int, name func(int) string) string {
	var states []string
	for i := range n {
		next := `"End":true`
		if i < n-1 {
			next = fmt.Sprintf(`"Next":"%d"`, i+1)
		}
		states = append(states, fmt.Sprintf(`"%d":{"Type":"Pass","Assign":{"v%s.$":"$"},%s}`, i, name(i), next))
	}
	return `{"StartAt":"0","States":{` + strings.Join(states, ",") + `}}`
}

// The API gives back 32,768 characters of a cause (model: SensitiveCause), and a
// cause may hold a whole input.
func TestCausesHaveTheSizeThatTheAPIGivesBack(t *testing.T) {
	r := run(t, single(`{"Type":"Pass","InputPath":"$.none","End":true}`), textOf(limit))
	if r.Error != "States.Runtime" || len(r.Cause) > 32_768 || len(r.Cause) < 100 {
		t.Errorf("%s with a cause of %d characters", r.Error, len(r.Cause))
	}
	long := strings.Repeat("é", 40_000)
	r = run(t, single(invoking(`,"End":true`)), `{}`, fails(strings.Repeat("n", 300), long))
	if r.Error != strings.Repeat("n", 256) || r.Cause != strings.Repeat("é", 32_768) {
		t.Errorf("an error of %d characters, a cause of %d bytes", len(r.Error), len(r.Cause))
	}
	last := r.History[len(r.History)-1].Details.(event.ExecutionFailedDetails)
	if last.Error != r.Error || last.Cause != r.Cause {
		t.Errorf("the history says otherwise: %d, %d", len(last.Error), len(last.Cause))
	}
}
