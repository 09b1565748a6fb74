package local_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// heldAPI is an upstream that delays each answer with a latency until it is
// released.
type heldAPI struct {
	*mockapi.API
	url     string
	arrived chan struct{} // one for each held request
	freed   chan struct{}
	once    sync.Once
}

func held(t testing.TB, cfg mockapi.Config) *heldAPI {
	t.Helper()
	return heldWith(t, cfg, nil)
}

// heldWith also reports each request when its answer is decided.
func heldWith(t testing.TB, cfg mockapi.Config, answered func(mockapi.Request)) *heldAPI {
	t.Helper()
	h := &heldAPI{arrived: make(chan struct{}, 1000), freed: make(chan struct{})}
	var err error
	if h.API, err = mockapi.New(cfg, mockapi.Environment{Now: time.Now, Sleep: h.hold, Random: rand.Float64, Answered: answered}); err != nil {
		t.Fatal(err)
	}
	listener, err := mockapi.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := h.Serve(ctx, listener); err != nil {
			t.Errorf("mock API: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); serving.Wait() })
	return h
}

func (h *heldAPI) hold(ctx context.Context, _ time.Duration) error {
	h.arrived <- struct{}{}
	select {
	case <-h.freed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await returns when n more requests are held.
func (h *heldAPI) await(t testing.TB, n int) {
	t.Helper()
	for range n {
		receive(t, h.arrived, "a request at the upstream")
	}
}

// free releases all held and all later answers.
func (h *heldAPI) free() { h.once.Do(func() { close(h.freed) }) }

// receive is <-c with a time limit.
func receive[T any](t testing.TB, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(hang):
		t.Fatalf("waited in vain for: %s", what)
		panic("not reached")
	}
}

// got is an ended call.
type got struct {
	answer
	err error
}

// start sends a request and does not wait for its answer.
func (r *rig) start(ctx context.Context, method, path, body string, headers ...string) <-chan got {
	answers := make(chan got, 1)
	go func() {
		a, err := r.try(ctx, method, path, body, headers...)
		answers <- got{a, err}
	}()
	return answers
}

// ended waits for an answer that must come.
func ended(t testing.TB, answers <-chan got) answer {
	t.Helper()
	g := receive(t, answers, "the answer")
	if g.err != nil {
		t.Fatal(g.err)
	}
	return g.answer
}

// only is the one execution that was started, by its name.
func (r *rig) only() string {
	r.t.Helper()
	r.await("an execution", func() bool { return len(r.order) > 0 })
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.order) != 1 {
		r.t.Fatalf("%d executions, want one", len(r.order))
	}
	return r.order[0]
}

// replace replaces the code of an egress of a stack named orders.
func (r *rig) replace(egress string, limit time.Duration, code lambda.Code) {
	r.t.Helper()
	name := "orders-egress-" + egress
	err := r.workflow.Lambda().Put(lambda.Function{Name: name, Timeout: limit, Code: code,
		ARN: "arn:aws:lambda:us-east-1:000000000000:function:" + name})
	if err != nil {
		r.t.Fatal(err)
	}
}

// handler is an egress whose code is this function.
func handler(handle func(ctx context.Context) ([]byte, error)) lambda.Code {
	return lambda.InProcess(func(func(string) string) (lambda.Handler, error) { return handlerFunc(handle), nil })
}

type handlerFunc func(ctx context.Context) ([]byte, error)

func (f handlerFunc) Invoke(ctx context.Context, _ []byte) ([]byte, error) { return f(ctx) }

// report is what an egress says of a failed attempt.
func report(name, message string) error {
	return messages.InvokeResponse_Error{Type: name, Message: message}
}
