package invoke

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/sfngen/sfngen/internal/curl"
)

// shortestPause is between two looks at an execution: each takes from a quota
// that all callers of an account share (Step Functions quotas, DescribeExecution).
const shortestPause = 5 * time.Second

// Wait asks for the answer of an execution that goes on until it is there, as
// often as the orchestrator advises. With an error, the execution goes on.
func (e *Endpoint) Wait(ctx context.Context, r Reply) (Reply, error) {
	began, request := e.options.Now().Add(-r.Took), r.Request
	for r.Pending() {
		location := r.Location()
		err := e.options.Sleep(ctx, r.pause())
		if err == nil {
			r, err = e.Send(ctx, curl.Request{Method: "GET", Path: location}, nil)
		}
		if err != nil {
			return Reply{}, fmt.Errorf("the execution goes on, its answer will be at %s: %w", location, err)
		}
	}
	r.Request, r.Took = request, e.options.Now().Sub(began)
	return r, nil
}

func (r Reply) pause() time.Duration {
	seconds, _ := strconv.Atoi(r.Answer.Header.Get("Retry-After"))
	return max(shortestPause, time.Duration(seconds)*time.Second)
}
