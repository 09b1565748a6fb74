package invoke

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/sfngen/sfngen/internal/curl"
)

// shortestPause is the least time between two polls: each takes from a quota
// that all callers of an account share (Step Functions quotas, DescribeExecution).
const shortestPause = 5 * time.Second

// Wait polls for the answer of an execution that continues, as often as the
// orchestrator advises. With an error, the execution continues.
func (e *Endpoint) Wait(ctx context.Context, r Reply) (Reply, error) {
	began, request := e.options.Now().Add(-r.Took), r.Request
	for r.Pending() {
		location := r.Location()
		err := e.options.Sleep(ctx, r.pause())
		if err == nil {
			r, err = e.Send(ctx, curl.Request{Method: "GET", Path: location}, nil)
		}
		if err != nil {
			return Reply{}, fmt.Errorf("the execution continues, its answer will be at %s: %w", location, err)
		}
	}
	r.Request, r.Took = request, e.options.Now().Sub(began)
	return r, nil
}

func (r Reply) pause() time.Duration {
	seconds, _ := strconv.Atoi(r.Answer.Header.Get("Retry-After"))
	return max(shortestPause, time.Duration(seconds)*time.Second)
}
