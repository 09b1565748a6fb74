package egress

import (
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// after makes in the attempt that follows the given ones, the last of which was
// reported with the given answer.
func after(in contract.Invocation, answer *contract.Response, past ...contract.Attempt) contract.Invocation {
	in.Attempt = len(past) + 1
	failure := contract.Failure{Reason: "429 Too Many Requests", Response: answer, Attempts: past}
	cause := encode(invokeError(reportAs{name: contract.ErrRateLimited}, failure))
	in.Input.Failure = &contract.ErrorOutput{Error: contract.ErrRateLimited, Cause: string(cause)}
	return in
}

// limited is an attempt that met a limit, which ends the given time after noon.
func limited(attempt, egress int, until time.Duration) contract.Attempt {
	return contract.Attempt{Attempt: attempt, Egress: egress, StatusCode: 429, RetryAt: noon.Add(until).Format(time.RFC3339)}
}

func broken(attempt, egress int) contract.Attempt {
	return contract.Attempt{Attempt: attempt, Egress: egress, StatusCode: 500}
}

// want is what a table expects of a failed attempt.
type want struct {
	name    string
	wait    int
	final   string
	retryAt string
	fault   contract.Fault
}

func check(t *testing.T, w want, failed *reported) {
	t.Helper()
	f := failed.failure
	last := f.Attempts[len(f.Attempts)-1]
	diff(t, "outcome", w, want{failed.name, f.WaitSeconds, f.Final, last.RetryAt, last.Fault}, unexported)
	diff(t, "wait in the record", f.WaitSeconds, last.WaitSeconds)
}

func TestStatusesDecide(t *testing.T) {
	guarded := func(*contract.Invocation) {}
	refuse := func(in *contract.Invocation) { in.Policy.UnsafeMethods = contract.UnsafeRefuse }
	key := func(in *contract.Invocation) { in.Policy.IdempotencyHeader = "idempotency-key" }
	notActed := func(texts ...string) func(*contract.Invocation) {
		return func(in *contract.Invocation) {
			in.Policy.NotActedStatusCodes = append(contract.StatusCodes{}, codes(texts...)...)
		}
	}
	older := func(in *contract.Invocation) { in.Policy.NotActedStatusCodes = nil }
	const mayHaveActed = "POST is not sent again, because the upstream may have acted on it; retry.idempotency.header makes that safe"
	const never = "POST is never sent again (retry.idempotency.unsafeMethods: refuse)"
	tests := []struct {
		name   string
		method string
		status int
		change func(*contract.Invocation)
		want   want
	}{
		{"429", "GET", 429, guarded, want{name: contract.ErrRateLimited}},
		{"429 to a POST: certain", "POST", 429, guarded, want{name: contract.ErrRateLimited}},
		{"503 to a POST: a gateway's, after the API has read the request", "POST", 503, guarded,
			want{name: contract.ErrRejected, final: mayHaveActed}},
		{"503 to a GET", "GET", 503, guarded, want{name: contract.ErrTransient, wait: 1}},
		{"503 to a POST, which the spec says is certain", "POST", 503, notActed("429", "503"), want{name: contract.ErrTransient, wait: 1}},
		{"504 to a PATCH, by a class that the spec says is certain", "PATCH", 504, notActed("5xx"), want{name: contract.ErrTransient, wait: 1}},
		{"429 to a POST, which the spec says is not certain", "POST", 429, notActed(), want{name: contract.ErrRejected, final: mayHaveActed}},
		{"a limit that is not certain", "POST", 403, func(in *contract.Invocation) {
			in.Policy.RateLimited.StatusCodes = codes("403", "429")
		}, want{name: contract.ErrRejected, final: mayHaveActed}},
		{"429 that is no limit", "POST", 429, func(in *contract.Invocation) {
			in.Policy.RateLimited.StatusCodes, in.Policy.Transient.StatusCodes = nil, codes("429")
		}, want{name: contract.ErrTransient, wait: 1}},
		{"429 to a POST, by an older definition", "POST", 429, older, want{name: contract.ErrRateLimited}},
		{"503 to a POST, by an older definition", "POST", 503, older, want{name: contract.ErrRejected, final: mayHaveActed}},
		{"503 to a POST with a key", "POST", 503, key, want{name: contract.ErrTransient, wait: 1}},
		{"429 to a POST, refuse", "POST", 429, refuse, want{name: contract.ErrRejected, final: never}},
		{"503 to a POST, refuse", "POST", 503, refuse, want{name: contract.ErrRejected, final: never}},
		{"500", "GET", 500, guarded, want{name: contract.ErrTransient, wait: 1}},
		{"500 to a PUT", "PUT", 500, guarded, want{name: contract.ErrTransient, wait: 1}},
		{"500 to a POST", "POST", 500, guarded, want{name: contract.ErrRejected, final: mayHaveActed}},
		{"504 to a POST", "POST", 504, guarded, want{name: contract.ErrRejected, final: mayHaveActed}},
		{"500 to a POST with a key", "POST", 500, key, want{name: contract.ErrTransient, wait: 1}},
		{"400", "GET", 400, guarded, want{name: contract.ErrRejected, final: "status 400 is not retried"}},
		{"404", "GET", 404, guarded, want{name: contract.ErrRejected, final: "status 404 is not retried"}},
		{"501", "GET", 501, guarded, want{name: contract.ErrRejected, final: "status 501 is not retried"}},
		{"a redirect that is no success", "GET", 301, func(in *contract.Invocation) { in.Policy.SuccessStatusCodes = codes("2xx") },
			want{name: contract.ErrRejected, final: "status 301 is not retried"}},
		{"a class of its own", "GET", 529, func(in *contract.Invocation) { in.Policy.Transient.StatusCodes = codes("5xx") },
			want{name: contract.ErrTransient, wait: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, answering(test.status, "why"))
			in := first(test.method)
			test.change(&in)
			failed := mustFail(t, newLab(url).build(t), in)
			check(t, test.want, failed)
			diff(t, "calls", int64(1), calls.Load())
			diff(t, "body", "why", failed.failure.Response.Body)
		})
	}
}

// The egresses of one execution, by what the definition sends: attempt k goes to
// pool[(start + k - 1) mod N].
func TestRotation(t *testing.T) {
	for name, test := range map[string]struct {
		egress, attempt, pool int
		want                  []int // of attempts 1..6
	}{
		"first of three":       {1, 1, 3, []int{1, 2, 3, 1, 2, 3}},
		"start at the third":   {3, 1, 3, []int{3, 1, 2, 3, 1, 2}},
		"seen from the middle": {1, 3, 3, []int{2, 3, 1, 2, 3, 1}},
		"seen from the end":    {2, 6, 5, []int{2, 3, 4, 5, 1, 2}},
		"one egress":           {1, 4, 1, []int{1, 1, 1, 1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			a := attempt{egress: test.egress}
			a.Attempt, a.Policy.Egresses = test.attempt, test.pool
			var got []int
			for j := 1; j <= 6; j++ {
				got = append(got, a.egressOf(j))
			}
			diff(t, "egresses", test.want, got)
		})
	}
}
