package local_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// echoed is what the upstream says that it was sent.
type echoed struct{ Method, Path, Query, Body, Address string }

// echoOf reads an answer of the mock API.
func echoOf(a answer) (e echoed, err error) {
	err = json.Unmarshal([]byte(a.body), &e)
	return e, err
}

// Each caller gets the answer to its own request, in the headers as in the body,
// and the upstream sees each request as often as its answer says.
func TestManyCallersAtOnce(t *testing.T) {
	t.Parallel()
	const callers = 200
	var limited []mockapi.PathScript // every fourth caller meets a limit twice
	for i := 0; i < callers; i += 4 {
		limited = append(limited, scripts(t, fmt.Sprintf("/orders/%d=429x2,pass", i))...)
	}
	upstream, at := api(t, mockapi.Config{Paths: limited})
	r := run(t, base("retry: {maxAttempts: 3, idempotency: {header: idempotency-key}}"), at, skipping)
	answers := make([]answer, callers)
	var calling sync.WaitGroup
	for i := range callers {
		calling.Go(func() {
			var err error
			if answers[i], err = r.try(t.Context(), "POST", fmt.Sprintf("/orders/%d?n=%d", i, i), fmt.Sprint("body ", i)); err != nil {
				t.Error(err)
			}
		})
	}
	calling.Wait()
	executions := map[string]bool{}
	calls := callsByPath(upstream)
	for i, a := range answers {
		attempts := 1
		if i%4 == 0 {
			attempts = 3
		}
		isOwn(t, a, i, attempts)
		executions[a.execution] = true
		for _, call := range calls[fmt.Sprint("/orders/", i)] {
			if got := call.Header.Get("Idempotency-Key"); got != a.execution {
				t.Errorf("caller %d: a call has the key %s, want %s", i, got, a.execution)
			}
		}
		if got := len(calls[fmt.Sprint("/orders/", i)]); got != attempts {
			t.Errorf("caller %d: the upstream saw %d calls, want %d", i, got, attempts)
		}
	}
	same(t, "executions", callers, len(executions))
	same(t, "calls", callers+2*callers/4, len(upstream.Requests()))
}

func callsByPath(a *mockapi.API) map[string][]mockapi.Request {
	calls := map[string][]mockapi.Request{}
	for _, q := range a.Requests() {
		calls[q.Path] = append(calls[q.Path], q)
	}
	return calls
}

// isOwn checks that the answer is the one to caller i.
func isOwn(t *testing.T, a answer, i, attempts int) {
	t.Helper()
	a.says(t, 200, "X-Sfngen-Attempts", strconv.Itoa(attempts), "X-Sfngen-Egress", strconv.Itoa(attempts))
	got, err := echoOf(a)
	want := echoed{"POST", fmt.Sprint("/orders/", i), fmt.Sprint("n=", i), fmt.Sprint("body ", i), fmt.Sprint("127.0.0.", 100+attempts)}
	if err != nil || got != want {
		t.Errorf("caller %d got %+v (%v), want %+v", i, got, err, want)
	}
}

// Requests that run when Close is called end normally.
func TestCloseLetsRequestsEnd(t *testing.T) {
	t.Parallel()
	for name, workflow := range map[string]string{"express": express, "standard": standard} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			upstream := held(t, mockapi.Config{Paths: scripts(t, "/=200@1m")})
			r := run(t, base("retry: {maxAttempts: 3}"+workflow), upstream.url, skipping)
			var all []<-chan got
			for i := range 5 {
				all = append(all, r.start(t.Context(), "GET", fmt.Sprint("/", i), ""))
			}
			upstream.await(t, 5)
			closed := make(chan error, 1)
			go func() { closed <- r.workflow.Close(context.WithoutCancel(t.Context())) }()
			refused(t, strings.TrimPrefix(r.workflow.URL(), "http://"))
			upstream.free()
			for i, answers := range all {
				a := ended(t, answers)
				a.says(t, 200, "X-Sfngen-Attempts", "1")
				if e, err := echoOf(a); err != nil || e.Path != fmt.Sprint("/", i) {
					t.Errorf("request %d got the answer of %s (%v)", i, e.Path, err)
				}
				same(t, "status", event.Succeeded, r.result(a.execution).Status)
			}
			if err := receive(t, closed, "Close"); err != nil {
				t.Errorf("Close: %v", err)
			}
			same(t, "calls", 5, len(upstream.Requests()))
		})
	}
}

// refused returns when nothing listens at the address any more.
func refused(t *testing.T, address string) {
	t.Helper()
	for end := time.Now().Add(hang); time.Now().Before(end); {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		conn.Close()
	}
	t.Fatal("it goes on listening")
}

// When the context of Close ends, the remaining requests are stopped.
func TestCloseStopsWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	upstream := held(t, mockapi.Config{Paths: scripts(t, "/=200@1m")})
	r := run(t, base("retry: {maxAttempts: 3}"), upstream.url, skipping)
	answers := r.start(t.Context(), "GET", "/orders", "")
	upstream.await(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	closed := make(chan error, 1)
	go func() { closed <- r.workflow.Close(ctx) }()
	refused(t, strings.TrimPrefix(r.workflow.URL(), "http://"))
	cancel()
	if err := receive(t, closed, "Close"); !errors.Is(err, context.Canceled) {
		t.Errorf("Close: %v, want that its context has ended", err)
	}
	if g := receive(t, answers, "the caller's end"); g.err == nil && g.status < 500 {
		t.Errorf("the caller got %d %s", g.status, g.body)
	}
	result := r.result(r.only())
	same(t, "status", event.Aborted, result.Status)
	same(t, "upstream", fromEgresses("GET /orders", 1), callsAt(upstream.API))
}

// A client may open connections in advance; Close does not wait for unused ones.
func TestCloseDoesNotWaitForUnusedConnections(t *testing.T) {
	t.Parallel()
	_, at := api(t, mockapi.Config{})
	r := run(t, base("retry: {maxAttempts: 3}"), at, skipping)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.workflow.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r.call("GET", "/orders", "").says(t, 200) // so that the server has taken both
	// net/http on its own closes such a connection when it is 5 s old.
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	for range 2 { // the second time there is nothing to do
		if err := r.workflow.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}

// An execution that started before a new spec is loaded ends with its old
// definition: three attempts through three egresses, with the old backoff. Later
// ones use the new one.
func TestLoadWhileRequestsRun(t *testing.T) {
	t.Parallel()
	for name, workflow := range map[string]string{"express": express, "standard": standard} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			upstream := held(t, mockapi.Config{Paths: scripts(t, "/old=503@1m,503,200", "/new=503")})
			r := run(t, base("retry: {maxAttempts: 3, "+noJitter+"}"+workflow), upstream.url, skipping)
			old := r.start(t.Context(), "GET", "/old", "")
			upstream.await(t, 1)
			loaded := strings.Replace(base("retry: {maxAttempts: 1}"+workflow), "count: 3", "count: 1", 1)
			if err := r.workflow.Load(t.Context(), stackOf(t, loaded, upstream.url)); err != nil {
				t.Fatal(err)
			}
			fresh := r.call("GET", "/new", "")
			fresh.says(t, 503, "X-Sfngen-Attempts", "1", "X-Sfngen-Egress", "1")
			upstream.free()
			a := ended(t, old)
			a.says(t, 200, "X-Sfngen-Attempts", "3", "X-Sfngen-Egress", "3")
			same(t, "story of the old", []string{"1 by egress 1: transient 503, waits 3s", "2 by egress 2: transient 503, waits 6s",
				"3 by egress 3: success 200"}, storyOf(r, a.execution))
			same(t, "story of the new", []string{"1 by egress 1: transient 503"}, storyOf(r, fresh.execution))
			want := slices.Concat(fromEgresses("GET /old", 1), fromEgresses("GET /new", 1), fromEgresses("GET /old", 2, 3))
			same(t, "upstream", want, callsAt(upstream.API))
		})
	}
}

// A spec that cannot run does not replace the running one.
func TestLoadThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	upstream, at := api(t, mockapi.Config{})
	r := run(t, base("retry: {maxAttempts: 3}"), at, skipping)
	tooMuch := strings.Replace(base("retry: {maxAttempts: 1}"), "count: 3", "count: 3, concurrency: 900", 1)
	if err := r.workflow.Load(t.Context(), stackOf(t, tooMuch, at)); err == nil {
		t.Fatal("900 of 1000 were reserved three times")
	}
	a := r.call("GET", "/orders", "")
	a.says(t, 200, "X-Sfngen-Attempts", "1")
	same(t, "upstream", fromEgresses("GET /orders", 1), callsAt(upstream))
	r.workflow.Lambda().Throttle("orders-egress-1", 4)
	r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "2", "X-Sfngen-Egress", "2")
}
