package orchestrator

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testMachine = "arn:aws:states:eu-west-1:123456789012:stateMachine:acme-orders"
	testRun     = "arn:aws:states:eu-west-1:123456789012:execution:acme-orders:"
)

// service is Step Functions on loopback, as far as its wire protocol goes (AWS
// JSON 1.0). What it answers is the test's.
type service struct {
	t       *testing.T
	url     string
	reply   func(call) reply
	mu      sync.Mutex
	history []call
}

// call is one request as Step Functions reads it.
type call struct {
	op              string
	host            string
	StateMachineArn string
	ExecutionArn    string
	Name            string
	Input           string
}

// reply is an answer of Step Functions; drop closes the connection instead, as
// a network does that fails after the request has arrived.
type reply struct {
	status int
	body   any
	drop   bool
}

func newService(t *testing.T, answers func(call) reply) *service {
	s := &service{t: t, reply: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := call{host: r.Host}
	var known bool
	c.op, known = strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions.")
	if !known || r.Header.Get("Content-Type") != "application/x-amz-json-1.0" ||
		!strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		s.t.Errorf("not a signed call of Step Functions: %v", r.Header)
	}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		s.t.Errorf("%s: %v", c.op, err)
	}
	s.mu.Lock()
	s.history = append(s.history, c)
	s.mu.Unlock()
	answer := s.reply(c)
	if answer.drop {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(answer.status)
	if err := json.NewEncoder(w).Encode(answer.body); err != nil {
		s.t.Error(err)
	}
}

// calls are those of one operation so far.
func (s *service) calls(op string) []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []call
	for _, c := range s.history {
		if c.op == op {
			found = append(found, c)
		}
	}
	return found
}

// fields is a JSON object of an answer.
type fields map[string]any

func refused(status int, code string) reply {
	return reply{status: status, body: fields{"__type": "com.amazonaws.swf.service.v2.model#" + code, "message": "said by the service: " +
		code}}
}

// ended is the answer of StartSyncExecution and DescribeExecution alike; more
// adds to what both always have.
func ended(status string, more fields) reply {
	body := fields{"executionArn": testRun + "any", "startDate": 4102444800.5, "status": status}
	for name, value := range more {
		body[name] = value
	}
	return reply{status: http.StatusOK, body: body}
}

func started() reply {
	return reply{status: http.StatusOK, body: fields{"executionArn": testRun + "any", "startDate": 4102444800.5}}
}

// inTurn answers call after call with the next reply, and then with the last.
func inTurn(replies ...reply) func(call) reply {
	var mu sync.Mutex
	next := 0
	return func(call) reply {
		mu.Lock()
		defer mu.Unlock()
		r := replies[min(next, len(replies)-1)]
		next++
		return r
	}
}

// standardReplies accepts every start and describes in turn.
func standardReplies(describes ...reply) func(call) reply {
	describe := inTurn(describes...)
	return func(c call) reply {
		if c.op == "StartExecution" {
			return started()
		}
		return describe(c)
	}
}

// virtualClock moves only when somebody sleeps, or a test says so.
type virtualClock struct {
	mu     sync.Mutex
	now    time.Time
	slept  []time.Duration
	timers map[*virtualTimer]struct{}
}

type virtualTimer struct {
	at     time.Time
	cancel context.CancelCauseFunc
}

// virtualStart is far ahead: a context's deadline also reaches real sockets.
var virtualStart = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

func newVirtualClock() *virtualClock {
	return &virtualClock{now: virtualStart, timers: map[*virtualTimer]struct{}{}}
}

func (c *virtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *virtualClock) Sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.mu.Lock()
	c.slept = append(c.slept, d)
	c.mu.Unlock()
	c.advance(d)
	return ctx.Err()
}

func (c *virtualClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	for timer := range c.timers {
		if !c.now.Before(timer.at) {
			timer.cancel(context.DeadlineExceeded)
		}
	}
}

func (c *virtualClock) WithDeadline(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	timer := &virtualTimer{at, cancel}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timers[timer] = struct{}{}
	if !c.now.Before(at) {
		cancel(context.DeadlineExceeded)
	}
	return ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.timers, timer)
		cancel(context.Canceled)
	}
}

// pauses are the sleeps so far.
func (c *virtualClock) pauses() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.slept...)
}

// lambdaContext is an invocation that Lambda ends at a virtual time.
type lambdaContext struct {
	context.Context
	end time.Time
}

func (c lambdaContext) Deadline() (time.Time, bool) { return c.end, true }
