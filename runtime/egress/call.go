package egress

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

const (
	// bodyLimit is how much of a body is read, to say how large it is: no Lambda could
	// return more.
	bodyLimit = contract.PayloadLimit
	// reportTime is kept of Lambda's own time limit, and of the execution's, to
	// report a timeout.
	reportTime = 500 * time.Millisecond
)

// answer is the upstream's answer, hop-by-hop fields removed.
type answer struct {
	status int
	header http.Header
	body   []byte
	// size of the whole body in bytes; of what was read where that is unknown.
	size int64
	// partial: body is not all of it. broken says what became of it; "" for nothing.
	partial bool
	broken  string
	// dropped is how many lines of its header were left out (see boundHeader).
	dropped int
	// unmasked is the answer as it came, where credentials were taken out of it; else nil.
	// What it means and which waits it requests is read from that, and nothing is quoted.
	unmasked *answer
}

// asItCame is the answer with the credentials that it repeats.
func (ans *answer) asItCame() *answer { return cmp.Or(ans.unmasked, ans) }

// miss says why there is no usable answer.
type miss struct {
	fault  contract.Fault
	reason string
	final  string // why no attempt follows, where that is already known
	// certificate: the API has refused a client certificate, or misses one.
	certificate bool
	again       bool // another attempt may follow, whatever retry.retryableErrors has
}

// makeCall makes the one call, or a second one where the first was answered with 401 and
// the credentials are others since.
func (e *Egress) makeCall(ctx context.Context, a attempt) outcome {
	limit := e.limit(ctx, a)
	if e.credentials == nil {
		return a.judge(e.call(ctx, a, limit, nil))
	}
	return e.credentials.makeCall(ctx, e, a, limit)
}

// adding completes a request that is about to go out.
type adding func(context.Context, *http.Request) *miss

// call makes one call. A success whose body broke off is an answer beside a miss.
func (e *Egress) call(ctx context.Context, a attempt, limit time.Duration, add adding) (*answer, *miss) {
	req, err := e.newRequest(a)
	if err != nil {
		return nil, &miss{fault: contract.FaultInvalidRequest, reason: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if add != nil {
		if missed := add(ctx, req); missed != nil {
			return nil, missed
		}
	}
	t := &trace{limit: limit.Round(time.Millisecond), address: req.URL.Host, resends: resentByNetHTTP(req.Method), stop: cancel,
		anonymous: e.anonymous}
	resp, err := e.transport.RoundTrip(req.WithContext(t.attach(ctx)))
	if err != nil {
		return nil, t.miss(err)
	}
	defer resp.Body.Close()
	return t.read(resp, a.Policy.RequestedWait.Headers, a.isSuccess)
}

// limit is the call's time limit: Config.Timeout, or what is left of the
// Lambda's own time or of the execution's, less what the report needs.
func (e *Egress) limit(ctx context.Context, a attempt) time.Duration {
	end := a.end
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline
	}
	return max(0, min(e.timeout, end.Sub(e.now())-reportTime))
}

func (e *Egress) newRequest(a attempt) (*http.Request, error) {
	r := a.Input.Request
	if !slices.Contains(e.methods, r.Method) {
		return nil, fmt.Errorf("request.method: %q is none of upstream.methods (%s)", r.Method, strings.Join(e.methods, ", "))
	}
	url, err := target(e.upstream, r.Path, r.Query)
	if err != nil {
		return nil, err
	}
	url.RawQuery = e.query.after(url.RawQuery)
	body, isJSON, err := r.BodyBytes()
	if err != nil {
		return nil, err
	}
	header, err := e.requestHeader(a, isJSON)
	if err != nil {
		return nil, err
	}
	hideIdempotencyKey(header)
	req, err := http.NewRequest(r.Method, url.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	return req, nil
}

// read takes the body. When it breaks off, a success is lost; of any other
// answer the status says what is to be done, so what there is of it counts.
func (t *trace) read(resp *http.Response, waits []string, isSuccess func(*answer) bool) (*answer, *miss) {
	if resp.StatusCode < 200 || resp.StatusCode > 599 {
		return nil, &miss{fault: contract.FaultProtocol, reason: fmt.Sprintf("not HTTP: status %d", resp.StatusCode)}
	}
	header, dropped := boundHeader(resp.Header, waits)
	body, size, err := readBody(resp.Body)
	ans := &answer{status: resp.StatusCode, header: withoutHopByHop(header), dropped: dropped, body: body, size: size, broken: howBroken(err)}
	if size > int64(len(body)) || err != nil {
		ans.partial, ans.size = true, max(size, resp.ContentLength)
	}
	if err != nil && isSuccess(ans) {
		return ans, t.miss(err)
	}
	return ans, nil
}
