package lambda_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

// modes run each scenario; their results must be the same.
var modes = []struct {
	name string
	code func(*testing.T) lambda.Code
}{
	{"in process", inProcess},
	{"binary", asBinary},
}

// scenarios are one invocation of a new function, and its effects.
var scenarios = []struct {
	name    string
	event   event
	timeout time.Duration
	init    string
	want    string // the payload, without stackTrace
	failed  bool   // FunctionError
	traced  bool   // there is a stackTrace
	ends    bool   // the next invocation starts cold
	process bool   // only as a binary: it ends its process
}{
	{name: "an answer", event: event{Do: "echo", Text: "a<b>\"é\u2028"}, want: `"a<b>\"é\u2028"`},
	{name: "no answer", event: event{Do: "print"}, want: `null`},
	{name: "a stream", event: event{Do: "stream"}, want: `"whole"`},
	{name: "a stream that breaks", event: event{Do: "broken stream"}, want: `{"errorMessage":"typed 5","errorType":"typedError"}`,
		failed: true},
	{name: "a plain error", event: event{Do: "error"}, want: `{"errorMessage":"plain \u003c\u0026\u003e","errorType":"errorString"}`,
		failed: true},
	{name: "a wrapped error keeps the name of the wrapping", event: event{Do: "wrapped"},
		want: `{"errorMessage":"outer: typed 3","errorType":"wrapError"}`, failed: true},
	{name: "a typed error", event: event{Do: "typed"}, want: `{"errorMessage":"typed 3","errorType":"typedError"}`, failed: true},
	{name: "an error with its own name", event: event{Do: "own"}, want: `{"errorMessage":"{\"a\":1}","errorType":"Upstream.Transient"}`,
		failed: true},
	{name: "an error that ends the process", event: event{Do: "last words"}, want: `{"errorMessage":"m","errorType":"Upstream.Gone"}`,
		failed: true, ends: true},
	{name: "an answer that is no JSON", event: event{Do: "unmarshalable"},
		want: `{"errorMessage":"json: unsupported type: func()","errorType":"UnsupportedTypeError"}`, failed: true},
	{name: "a panic", event: event{Do: "panic", Text: "now"}, want: `{"errorMessage":"broken now","errorType":"string"}`, failed: true,
		traced: true, ends: true},
	{name: "a panic with an error", event: event{Do: "panic with an error"}, want: `{"errorMessage":"typed 4","errorType":"typedError"}`,
		failed: true, traced: true, ends: true},
	{name: "a panic with an error's own name is an error", event: event{Do: "panic with its own"},
		want: `{"errorMessage":"m","errorType":"Upstream.Panic"}`, failed: true},
	{name: "a panic of the runtime", event: event{Do: "index"},
		want: `{"errorMessage":"runtime error: index out of range [0] with length 0","errorType":"boundsError"}`, failed: true, traced: true,
		ends: true},
	{name: "an exit", process: true, event: event{Do: "exit 3"},
		want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited with error: exit status 3"}`, failed: true,
		ends: true},
	{name: "an exit without an error", process: true, event: event{Do: "exit 0"},
		want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited without providing a reason"}`, failed: true,
		ends: true},
	{name: "too large an answer", event: event{Do: "large"},
		want: `{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",` +
			`"errorType":"Function.ResponseSizeTooLarge"}`, failed: true, ends: true},
	{name: "a hang", event: event{Do: "hang"}, timeout: time.Second,
		want: `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id-1 Error: Task timed out after 1.00 seconds"}`, failed: true,
		ends: true},
	{name: "an error at the time limit is too late", event: event{Do: "listen"}, timeout: 1500 * time.Millisecond,
		want: `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id-1 Error: Task timed out after 1.50 seconds"}`, failed: true,
		ends: true},
	{name: "an init that fails", init: "fail", want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime ` +
		`exited with error: exit status 1"}`, failed: true, ends: true},
	{name: "an init that panics", init: "panic",
		want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited with error: exit status 2"}`, failed: true,
		ends: true},
	{name: "an init that exits", process: true, init: "exit",
		want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime ` +
			`exited without providing a reason"}`, failed: true, ends: true},
}

func TestScenarios(t *testing.T) {
	for _, scenario := range scenarios {
		for _, mode := range modes {
			if scenario.process && mode.name != "binary" {
				continue
			}
			t.Run(scenario.name+"/"+mode.name, func(t *testing.T) {
				t.Parallel()
				s := service(t,
					lambda.Function{Code: mode.code(t), Timeout: scenario.timeout, Environment: map[string]string{"INIT": scenario.init}},
					lambda.Options{RequestID: func() string { return "id-1" }})
				got := invoke(t, s, scenario.event)
				traced := dropStackTrace(t, &got)
				if diff := cmp.Diff(want(scenario.want, scenario.failed), got); diff != "" {
					t.Errorf("result (-want +got):\n%s", diff)
				}
				if traced != scenario.traced {
					t.Errorf("stack trace: got %v, want %v", traced, scenario.traced)
				}
				if next := invoke(t, s, event{Do: "echo"}); next.ColdStart != scenario.ends {
					t.Errorf("cold start of the next invocation: got %v, want %v", next.ColdStart, scenario.ends)
				}
			})
		}
	}
}

func want(payload string, failed bool) lambda.Result {
	result := lambda.Result{RequestID: "id-1", Payload: []byte(payload), ColdStart: true}
	if failed {
		result.FunctionError = "Unhandled"
	}
	return result
}

// dropStackTrace reports whether there was one, and checks that it leads to the
// handler.
func dropStackTrace(t *testing.T, r *lambda.Result) bool {
	t.Helper()
	before, trace, found := strings.Cut(string(r.Payload), `,"stackTrace":`)
	if !found {
		return false
	}
	var frames []struct{ Path, Label string }
	if err := json.Unmarshal([]byte(strings.TrimSuffix(trace, "}")), &frames); err != nil {
		t.Fatalf("stack trace: %v", err)
	}
	for _, frame := range frames {
		if frame.Label == "subject.fail" && strings.HasSuffix(frame.Path, "/handler_test.go") {
			r.Payload = []byte(before + "}")
			return true
		}
	}
	t.Errorf("the stack trace does not lead to the handler: %+v", frames)
	return false
}
