// Package demo shows on loopback what sfngen is for: an API that counts calls per
// source address, called through one Lambda that waits and retries, then through a pool
// of egresses, and then through a pool whose executions know of each other. Executions,
// Lambdas and sockets are real; nothing is scripted.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/sfngen/sfngen/examples"
	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/guard"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/spec"
)

// What the API allows: perAddress calls in each window from one address. The window
// is longer than the whole demo, so an address that was refused stays refused.
const (
	perAddress = 3
	window     = 30 * time.Second
	// violations in a row ban an address for banned. The pool has at most six: of those
	// that come at once.
	violations = 10
	banned     = time.Minute
	// requests are sent at the same time, as many as the three egresses of the
	// example may send together.
	requests = 9
)

// byHandWait is the fixed wait of a handwritten workflow.
const byHandWait = time.Second

// errInterrupted reports that the user stopped the demo.
var errInterrupted = errors.New("interrupted")

// Run shows all ways and writes what happened to out. It takes a few seconds: the
// waits of the handwritten way.
func Run(ctx context.Context, out io.Writer) error {
	err := show(ctx, out)
	if err != nil && ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

// ways are what is compared, in the order of the columns.
var ways = []struct {
	name, text string
	change     func(*spec.Spec)
}{
	{"BY HAND", fmt.Sprintf("one Lambda, which waits %s after each refusal", byHandWait), byHand},
	{"THE POOL", "the stack of examples/acme-orders.yaml, three egress Lambdas; every request starts at egress 1 here, so that the moves show",
		thePool},
	{"WITH MEMORY", "the same pool with egress.coordination and the API's limit in its spec; a table in memory stands for DynamoDB",
		withMemory},
}

func show(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "An API on this machine allows %d calls in %s from one address, and bans an address for %s after %d calls too many. "+
		"%d requests come at once, each may be tried 3 times.\n", perAddress, window, plain(banned), violations, requests)
	var shown []way
	for _, kind := range ways {
		w, err := try(ctx, kind.change)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "\n%s: %s\n", kind.name, kind.text)
		w.name = kind.name
		w.write(out)
		shown = append(shown, w)
	}
	compare(out, shown)
	return nil
}

// byHand turns the example into what people write first: one Lambda, a fixed wait,
// and no Retry-After.
func byHand(s *spec.Spec) {
	s.Egress.Count = 1
	s.Retry.Backoff = spec.Backoff{Strategy: "constant", InitialDelay: byHandWait, Multiplier: 1, MaxDelay: byHandWait, Jitter: "none"}
	s.Retry.RateLimit.MaxWait = 0
}

// thePool lets every request start at the first egress. A random start spreads the
// load, perhaps so evenly that no request needs another egress.
func thePool(s *spec.Spec) { s.Egress.Start = "first" }

// withMemory lets executions know of each other and book what the API allows: no call is
// refused.
func withMemory(s *spec.Spec) {
	s.Egress.Coordination = spec.CoordinationDynamoDB
	s.Upstream.Limits = []spec.Limit{{Requests: perAddress, Window: window, Per: "ip"}}
}

// way is one of them, and its result.
type way struct {
	name    string
	answers []answer
	took    time.Duration
	calls   []mockapi.Request
	bans    int
	note    string
}

// answer is what one caller got, and its attempts.
type answer struct {
	status   int
	attempts []timeline.Attempt
	took     time.Duration
	steps    int // transitions
}

// try runs the changed example against its own API.
func try(ctx context.Context, change func(*spec.Spec)) (way, error) {
	api, url, stop, err := startAPI(ctx)
	if err != nil {
		return way{}, err
	}
	defer stop()
	s, findings := stack.LoadWith(stack.Source{Name: "acme-orders.yaml", Text: examples.AcmeOrders}, func(s *spec.Spec) {
		change(s)
		err = s.OverrideUpstream(url)
	})
	if err != nil || spec.HasErrors(findings) {
		return way{}, fmt.Errorf("the example of the demo: %w %v", err, findings)
	}
	w, err := send(ctx, s)
	w.calls = api.Requests()
	for _, saw := range api.Saw() {
		w.bans += saw.Bans
	}
	return w, err
}

func startAPI(ctx context.Context) (api *mockapi.API, url string, stop func(), err error) {
	key := guard.NewKey()
	api, err = mockapi.New(
		mockapi.Config{
			Limits: []mockapi.Limit{{Requests: perAddress, Window: window}}, Ban: mockapi.Ban{After: violations, For: banned},
		},
		mockapi.Environment{Now: time.Now, Sleep: clock.Sleep, Random: rand.Float64, Key: key})
	if err != nil {
		return nil, "", nil, err
	}
	listener, err := mockapi.Listen("127.0.0.1:0")
	if err != nil {
		return nil, "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var serving sync.WaitGroup
	serving.Go(func() { _ = api.Serve(ctx, listener) }) // it ends with the demo
	return api, "http://" + listener.Addr().String() + "/" + key.Secret(), func() { cancel(); serving.Wait() }, nil
}

// send sends the requests to a stack on this machine.
func send(ctx context.Context, s *stack.Stack) (way, error) {
	watch := &watch{lines: map[string]*timeline.Timeline{}}
	workflow, err := local.Start(ctx, s, local.Options{Observe: watch.observe, Private: true})
	if err != nil {
		return way{}, err
	}
	w := way{answers: make([]answer, requests), note: workflow.Sources().Note}
	errs := make([]error, requests)
	began := time.Now()
	var sending sync.WaitGroup
	for i := range requests {
		sending.Go(func() { w.answers[i], errs[i] = request(ctx, workflow, i+1) })
	}
	sending.Wait()
	w.took = time.Since(began)
	err = errors.Join(append(errs, workflow.Close(ctx))...)
	watch.complete(w.answers)
	return w, err
}

func request(ctx context.Context, w *local.Workflow, n int) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/orders/%d", w.URL(), n), nil)
	if err != nil {
		return answer{}, err
	}
	began := time.Now()
	resp, err := w.Transport().RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return answer{status: resp.StatusCode, took: time.Since(began)}, err
}

// watch keeps the timeline of each execution under its request's path.
type watch struct {
	mu    sync.Mutex
	lines map[string]*timeline.Timeline // by execution
	paths map[string]string             // request path -> execution
}

func (w *watch) observe(x stepfunctions.Execution, e event.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if started, ok := e.Details.(event.ExecutionStartedDetails); ok {
		request, _ := started.Input.Get("request")
		path, _ := request.Get("path")
		if w.paths == nil {
			w.paths = map[string]string{}
		}
		w.paths[path.Text()] = x.ARN
		w.lines[x.ARN] = &timeline.Timeline{}
	}
	w.lines[x.ARN].Add(e)
}

func (w *watch) complete(answers []answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range answers {
		if t := w.lines[w.paths[fmt.Sprintf("/orders/%d", i+1)]]; t != nil {
			answers[i].attempts, answers[i].steps = t.Attempts, t.Transitions
		}
	}
}
