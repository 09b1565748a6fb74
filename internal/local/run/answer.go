package run

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/runtime/contract"
)

// answer is what the caller gets, after the execution has ended; the caller may get
// it earlier.
func (w *watch) answer(ctx context.Context, req *http.Request) (curl.Answer, error) {
	answer, err := w.send(ctx, req)
	if err != nil || !w.started() {
		return answer, err
	}
	select {
	case <-w.ended:
		return answer, nil
	case <-ctx.Done():
		return curl.Answer{}, ctx.Err()
	}
}

func (w *watch) started() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.execution != nil
}

// send gets the answer. A standard workflow with a long deadline answers 202 and
// where the answer will be: send polls it, as a caller would.
func (w *watch) send(ctx context.Context, req *http.Request) (curl.Answer, error) {
	answer, err := w.do(req)
	if err != nil || !isPending(answer) {
		return answer, err
	}
	select {
	case <-w.ended:
	case <-ctx.Done():
		return curl.Answer{}, ctx.Err()
	}
	return w.collect(ctx, "http://"+req.URL.Host+answer.Header.Get("Location"))
}

// isPending distinguishes the orchestrator's own 202 from an upstream's.
func isPending(a curl.Answer) bool {
	return a.StatusCode == http.StatusAccepted && a.Header.Get(contract.HeaderAttempts) == "" &&
		strings.HasPrefix(a.Header.Get("Location"), contract.ExecutionsPath)
}

// collect gets the answer of an ended execution. Ended is called a moment before
// the API reports the end.
func (w *watch) collect(ctx context.Context, url string) (curl.Answer, error) {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return curl.Answer{}, err
		}
		answer, err := w.do(req)
		if err != nil || !isPending(answer) {
			return answer, err
		}
		if err := clock.Sleep(ctx, time.Millisecond); err != nil {
			return curl.Answer{}, err
		}
	}
}

func (w *watch) do(req *http.Request) (curl.Answer, error) {
	resp, err := w.transport.RoundTrip(req) // no redirects: they are the API's answer
	if err != nil {
		return curl.Answer{}, fmt.Errorf("the function URL on this machine: %w", err)
	}
	return curl.Read(resp)
}
