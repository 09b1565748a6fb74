package egress

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

const (
	// bodyLimit is how much of a body is read: no Lambda could return more
	// (Lambda quotas: 6 MB for a synchronous invocation).
	bodyLimit = 6 << 20
	// reportTime is kept of Lambda's own time limit to report a timeout.
	reportTime = 500 * time.Millisecond
)

// answer is the upstream's answer, hop-by-hop fields removed.
type answer struct {
	status int
	header http.Header
	body   []byte
	// size of the whole body in bytes, as far as it is known.
	size int64
	// partial: body is not all of it.
	partial bool
}

// miss says why there is no usable answer.
type miss struct {
	fault  contract.Fault
	reason string
}

// call makes the one call. A success whose body broke off is an answer beside
// a miss.
func (e *Egress) call(ctx context.Context, a attempt) (*answer, *miss) {
	req, err := e.newRequest(a)
	if err != nil {
		return nil, &miss{contract.FaultInvalidRequest, err.Error()}
	}
	limit := e.limit(ctx)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	t := &trace{limit: limit.Round(time.Millisecond), address: req.URL.Host, sendOnce: !a.mayResend(false), stop: cancel}
	resp, err := e.transport.RoundTrip(req.WithContext(t.attach(ctx)))
	if err != nil {
		return nil, t.miss(err)
	}
	defer resp.Body.Close()
	return t.read(resp, a.Policy.SuccessStatusCodes)
}

func (e *Egress) limit(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return e.timeout
	}
	return max(0, min(e.timeout, deadline.Sub(e.now())-reportTime))
}

func (e *Egress) newRequest(a attempt) (*http.Request, error) {
	r := a.Input.Request
	if !validName(r.Method) || r.Method == http.MethodConnect {
		return nil, fmt.Errorf("request.method: %q cannot be sent", r.Method)
	}
	url, err := target(e.upstream, r.Path, r.Query)
	if err != nil {
		return nil, err
	}
	body, isJSON, err := r.BodyBytes()
	if err != nil {
		return nil, err
	}
	header, err := e.requestHeader(a, isJSON)
	if err != nil {
		return nil, err
	}
	if !a.mayResend(false) {
		hideIdempotencyKey(header)
	}
	req, err := http.NewRequest(r.Method, url.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	return req, nil
}

// hideIdempotencyKey keeps net/http from sending the request twice on its own.
// On a reused connection that breaks, it repeats any request that has one of
// these header keys, found by the canonical spelling (Request.isReplayable).
// Only the policy says that a key makes a repetition safe. Field names have no
// case on the wire (RFC 9110 5.1).
func hideIdempotencyKey(header http.Header) {
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if values, ok := header[name]; ok {
			delete(header, name)
			header[strings.ToLower(name)] = values
		}
	}
}

// read takes the body. When it breaks off, a success is lost; of any other
// answer the status says what is to be done, so what there is of it counts.
func (t *trace) read(resp *http.Response, success contract.StatusCodes) (*answer, *miss) {
	if resp.StatusCode < 200 || resp.StatusCode > 599 {
		return nil, &miss{contract.FaultProtocol, fmt.Sprintf("not HTTP: status %d", resp.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit+1))
	ans := &answer{status: resp.StatusCode, header: withoutHopByHop(resp.Header), body: body, size: int64(len(body))}
	if len(body) > bodyLimit || err != nil {
		ans.partial = true
		ans.size = max(ans.size, resp.ContentLength)
	}
	if err != nil && success.Contains(resp.StatusCode) {
		return ans, t.miss(err)
	}
	return ans, nil
}
