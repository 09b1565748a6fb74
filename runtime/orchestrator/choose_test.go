package orchestrator

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// fakePool answers each question alike; in is how long after the question the first may go.
type fakePool struct {
	clock  contract.Clock
	choice coordination.Choice
	in     time.Duration
	err    error
	asks   []coordination.Ask
	opened coordination.Environment
}

func (p *fakePool) Choose(_ context.Context, ask coordination.Ask) (coordination.Choice, error) {
	p.asks = append(p.asks, ask)
	c := p.choice
	c.At = p.clock.Now().Add(p.in)
	return c, p.err
}

func (p *fakePool) Tell(context.Context, coordination.CoolDown) error { return nil }
func (p *fakePool) Now() time.Time                                    { return p.clock.Now() }

func (p *fakePool) open(env coordination.Environment) (coordination.Pool, error) {
	p.opened = env
	return p, nil
}

// coordinated is a config whose executions know of each other.
func coordinated(cfg Config, p *fakePool) Config {
	cfg.Coordination = &Coordination{Open: p.open, Egresses: 3, MaxWait: time.Minute, AttemptLimit: 20 * time.Second,
		Limits: []contract.Limit{{Requests: 2, WindowSeconds: 60, Per: contract.ScopeIP}}}
	return cfg
}

// newPoolBench has a pool that goes by the bench's clock.
func newPoolBench(t *testing.T, cfg Config, p *fakePool, answers func(call) reply) *bench {
	t.Helper()
	b := newBench(t, coordinated(cfg, p), answers)
	p.clock = b.clock
	return b
}

func slotAt(in time.Duration) *contract.Slot {
	return &contract.Slot{Egress: 2, At: virtualStart.Add(in)}
}

func requested(egress int) *coordination.CoolDown {
	of := coordination.Identity{Scope: contract.ScopeIP, Egress: egress}
	return &coordination.CoolDown{Of: of, Until: virtualStart.Add(10 * time.Second), Execution: "6a1f20c9"}
}

// TestChosen: who makes the first attempt, and when, stands in the input.
func TestChosen(t *testing.T) {
	const input = `{"request":{"method":"POST","path":"/orders"}`
	tests := []struct {
		name   string
		in     time.Duration
		choice coordination.Choice
		start  string
		log    string // what its line says beyond that of another request
	}{
		{"at once", 0, coordination.Choice{Next: []int{2, 3, 1}, Slot: slotAt(0)},
			`{"next":[2,3,1],"waitSeconds":0,"slot":{"egress":2,"at":"2100-01-01T00:00:00Z"}}`, `"egress":2`},
		{"less than a second is the egress's", 999 * time.Millisecond, coordination.Choice{Next: []int{2, 3, 1},
			Slot: slotAt(999 * time.Millisecond)},
			`{"next":[2,3,1],"waitSeconds":0,"slot":{"egress":2,"at":"2100-01-01T00:00:00.999Z"}}`, `"egress":2`},
		{"a slot, whole seconds before it", 5900 * time.Millisecond,
			coordination.Choice{Next: []int{2, 3, 1}, Slot: slotAt(5900 * time.Millisecond)},
			`{"next":[2,3,1],"waitSeconds":5,"slot":{"egress":2,"at":"2100-01-01T00:00:05.9Z"}}`,
			`"egress":2,"waitSeconds":5,"waitReason":"slot","retryAt":"2100-01-01T00:00:05.9Z","reason":"the upstream's limit has no slot before"`},
		{"a slot a little after a whole second, with room for the start", 5100 * time.Millisecond,
			coordination.Choice{Next: []int{2, 3, 1}, Slot: slotAt(5100 * time.Millisecond)},
			`{"next":[2,3,1],"waitSeconds":4,"slot":{"egress":2,"at":"2100-01-01T00:00:05.1Z"}}`,
			`"egress":2,"waitSeconds":4,"waitReason":"slot","retryAt":"2100-01-01T00:00:05.1Z","reason":"the upstream's limit has no slot before"`},
		{"a second and less than the room is the egress's", 1199 * time.Millisecond,
			coordination.Choice{Next: []int{2, 3, 1}, Slot: slotAt(1199 * time.Millisecond)},
			`{"next":[2,3,1],"waitSeconds":0,"slot":{"egress":2,"at":"2100-01-01T00:00:01.199Z"}}`, `"egress":2`},
		{"all cool down", 10 * time.Second, coordination.Choice{Next: []int{1, 2, 3}, CoolDown: requested(1)},
			`{"next":[1,2,3],"waitSeconds":10}`,
			`"egress":1,"waitSeconds":10,"waitReason":"requested","waitEgress":1,"retryAt":"2100-01-01T00:00:10Z",` +
				`"reason":"egress 1 cools down until 2100-01-01T00:00:10Z (asked by execution 6a1f20c9)"`},
		{"the longest wait", time.Minute, coordination.Choice{Next: []int{3}, Slot: slotAt(time.Minute)},
			`{"next":[3],"waitSeconds":59,"slot":{"egress":2,"at":"2100-01-01T00:01:00Z"}}`,
			`"egress":3,"waitSeconds":59,"waitReason":"slot","retryAt":"2100-01-01T00:01:00Z","reason":"the upstream's limit has no slot before"`},
	}
	for _, test := range tests {
		for _, cfg := range []Config{expressConfig(), standardConfig()} {
			t.Run(test.name+", "+cfg.Workflow, func(t *testing.T) {
				pool := &fakePool{choice: test.choice, in: test.in}
				b := newPoolBench(t, cfg, pool, standardReplies(answered(t)))
				op := "StartExecution"
				if cfg.Workflow == contract.WorkflowExpress {
					b.service.reply, op = func(call) reply { return answered(t) }, "StartSyncExecution"
				}
				if got := b.handle(request("POST", "/orders")); got.StatusCode != 200 {
					t.Errorf("answered %d %s, want 200", got.StatusCode, got.Body)
				}
				if starts := b.service.calls(op); len(starts) != 1 {
					t.Errorf("%d starts, want 1", len(starts))
				} else if diff := cmp.Diff(input+`,"start":`+test.start+`}`, starts[0].Input); diff != "" {
					t.Errorf("input (-want +got):\n%s", diff)
				}
				if line := strings.TrimSpace(b.log.String()); !strings.HasSuffix(line, `"attempts":1,`+test.log+`}`) {
					t.Errorf("log line %s, want it to end with %s", line, test.log)
				}
			})
		}
	}
}

// TestAsk: what the pool is asked, and when it is not.
func TestAsk(t *testing.T) {
	pool := &fakePool{choice: coordination.Choice{Next: []int{1, 2, 3}}}
	b := newPoolBench(t, standardConfig(), pool, standardReplies(answered(t)))
	b.handle(request("GET", testLocation))                        // a look-up
	b.handle(request("DELETE", "/orders"))                        // a refusal
	b.handle(request("GET", "/a/../b"))                           // another
	b.handle(request("GET", "/", withHeader("prefer", "wait=1"))) // an execution
	b.cfg.Deadline = 50 * time.Second
	b.cfg.Coordination.InOrder, b.cfg.Coordination.OwnCredentials = true, true
	b.handle(request("GET", "/", withHeader("prefer", "respond-async")))
	ask := coordination.Ask{Execution: testID, Egresses: 3, Limits: b.cfg.Coordination.Limits, Latest: virtualStart.Add(time.Minute)}
	short := ask
	short.InOrder, short.OwnCredentials = true, true
	short.Latest = pool.asks[1].Latest // the clock has moved on by the looks
	if diff := cmp.Diff([]coordination.Ask{ask, short}, pool.asks); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	if left := b.clock.Now().Sub(short.Latest); left != -30*time.Second {
		t.Errorf("with 50 s for the execution and 20 s for an attempt, the latest moment is in %s, want 30s", -left)
	}
}

// TestAskAhead: of a short window a slot is good for less time than an execution needs to
// start; such a slot is not asked for now.
func TestAskAhead(t *testing.T) {
	for _, test := range []struct {
		window int
		limits bool
		want   time.Duration // 0: now
	}{
		{1, true, 150 * time.Millisecond}, {2, true, 100 * time.Millisecond}, {3, true, 50 * time.Millisecond},
		{4, true, 0}, {60, true, 0}, {1, false, 0},
	} {
		t.Run(fmt.Sprintf("%d s, limits %t", test.window, test.limits), func(t *testing.T) {
			pool := &fakePool{choice: coordination.Choice{Next: []int{1, 2, 3}}}
			b := newPoolBench(t, expressConfig(), pool, func(call) reply { return answered(t) })
			b.cfg.Coordination.Limits[0].WindowSeconds = test.window
			if !test.limits {
				b.cfg.Coordination.Limits = nil
			}
			b.handle(request("GET", "/"))
			got := time.Duration(0)
			if from := pool.asks[0].From; !from.IsZero() {
				got = from.Sub(virtualStart)
			}
			if got != test.want {
				t.Errorf("asked for %s from now, want %s", got, test.want)
			}
		})
	}
}

// TestNobodyMayCall: an execution that would be in vain is not started.
func TestNobodyMayCall(t *testing.T) {
	held := func(scope contract.Scope, rule string) *coordination.CoolDown {
		return &coordination.CoolDown{Of: coordination.Identity{Scope: scope}, Until: virtualStart.Add(time.Hour), Minimum: rule != "",
			Rule: rule, Execution: "6a1f20c9"}
	}
	const limit = "The upstream's limit is used up by requests that came before, for longer than the workflow may wait. " +
		"Nothing was sent to the upstream."
	const cools = "The egresses cool down, as the upstream has requested, for longer than the workflow may wait. " +
		"Nothing was sent to the upstream."
	tests := []struct {
		name     string
		in       time.Duration
		coolDown *coordination.CoolDown
		deadline time.Duration
		after    string // Retry-After
		detail   string
		reason   string // in the log
	}{
		{"a limit", time.Minute + time.Millisecond, nil, 0, "61", limit, "the upstream's limit has no slot before"},
		{"a cool-down of an egress", 90 * time.Second, requested(2), 0, "90", cools,
			"egress 2 cools down until 2100-01-01T00:00:10Z (asked by execution 6a1f20c9)"},
		{"one of the credential", time.Hour, held(contract.ScopeCredential, ""), 0, "3600", cools,
			"the credential cools down until 2100-01-01T01:00:00Z (asked by execution 6a1f20c9)"},
		{"one of the pool", time.Hour, held(contract.ScopePool, "banned"), 0, "3600", cools,
			"the pool cools down until 2100-01-01T01:00:00Z (rule banned, met by execution 6a1f20c9)"},
		{"longer than the deadline allows", 30500 * time.Millisecond, nil, 50 * time.Second, "31", limit,
			"the upstream's limit has no slot before"},
	}
	for _, test := range tests {
		for _, cfg := range []Config{expressConfig(), standardConfig()} {
			t.Run(test.name+", "+cfg.Workflow, func(t *testing.T) {
				if test.deadline > 0 {
					cfg.Deadline = test.deadline
				}
				pool := &fakePool{choice: coordination.Choice{Next: []int{2, 3, 1}, CoolDown: test.coolDown}, in: test.in}
				b := newPoolBench(t, cfg, pool, func(c call) reply { t.Errorf("AWS was asked: %+v", c); return started() })
				got := b.handle(request("POST", "/orders", withHeader("prefer", "respond-async")))
				checkProblem(t, got, 429, `{"type":"`+problemsPage+`#upstream-rate-limited","title":"Upstream rate limit","status":429,`+
					`"detail":"`+test.detail+`"}`)
				headers := map[string]string{"content-type": "application/problem+json", "retry-after": test.after}
				if diff := cmp.Diff(headers, got.Headers); diff != "" {
					t.Errorf("headers (-want +got):\n%s", diff)
				}
				var line struct{ Level, Problem, Reason, Execution string }
				want := line
				unmarshalLine(t, b.log.String(), &line)
				want.Level, want.Problem, want.Reason = "INFO", "upstream-rate-limited", test.reason
				if diff := cmp.Diff(want, line); diff != "" {
					t.Errorf("log (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestNobodyKnows: a request goes on without the pool, which costs one line.
func TestNobodyKnows(t *testing.T) {
	tests := []struct {
		name   string
		choice coordination.Choice
		err    error
		cause  string
	}{
		{"gone", coordination.Choice{}, fmt.Errorf("%w: no answer within 2s", coordination.ErrUnavailable),
			"the table of the pool is not available: no answer within 2s"},
		{"too many at once", coordination.Choice{}, coordination.ErrContended, "too many book at the same time"},
		{"a choice of nobody", coordination.Choice{}, nil, "the pool has chosen no egress"},
	}
	for _, test := range tests {
		for _, cfg := range []Config{expressConfig(), standardConfig()} {
			t.Run(test.name+", "+cfg.Workflow, func(t *testing.T) {
				pool := &fakePool{choice: test.choice, err: test.err}
				var inputs []string
				b := newPoolBench(t, cfg, pool, func(c call) reply {
					if c.Input != "" {
						inputs = append(inputs, c.Input)
					}
					return answered(t)
				})
				if got := b.handle(request("GET", "/")); got.StatusCode != 200 {
					t.Errorf("answered %d %s, want 200", got.StatusCode, got.Body)
				}
				if diff := cmp.Diff([]string{`{"request":{"method":"GET","path":"/"}}`}, inputs); diff != "" {
					t.Errorf("inputs (-want +got):\n%s", diff)
				}
				lines := strings.SplitAfter(b.log.String(), "\n")
				want := `{"level":"WARN","msg":"coordination","execution":"` + testID + `","problem":"table-unavailable",` +
					`"reason":"` + test.cause + `"}` + "\n"
				if len(lines) != 3 || lines[0] != want || strings.Contains(lines[1], `"egress"`) {
					t.Errorf("log %q, want %q and the request's line", lines, want)
				}
			})
		}
	}
}

// TestOneLineInFiveSeconds: a table that is gone does not fill the log of a busy stack.
func TestOneLineInFiveSeconds(t *testing.T) {
	pool := &fakePool{err: coordination.ErrUnavailable}
	b := newPoolBench(t, expressConfig(), pool, func(call) reply { return answered(t) })
	for range 12 {
		b.handle(request("GET", "/"))
		b.clock.advance(time.Second)
	}
	if lines := strings.Count(b.log.String(), `"msg":"coordination"`); lines != 3 {
		t.Errorf("%d lines in 12 seconds, want 3", lines)
	}
}

// TestNoTable: a Lambda whose variables are older than its code serves all the same.
func TestNoTable(t *testing.T) {
	pool := &fakePool{choice: coordination.Choice{Next: []int{1}}}
	b := newPoolBench(t, expressConfig(), pool, func(call) reply { return answered(t) })
	cfg, env := b.cfg, b.env
	env.Getenv = func(string) string { return "" }
	o, err := New(cfg, env)
	if err != nil {
		t.Fatal(err)
	}
	b.Orchestrator = o
	if got := b.handle(request("GET", "/")); got.StatusCode != 200 || len(pool.asks) != 0 {
		t.Errorf("answered %d after %d questions, want 200 and none", got.StatusCode, len(pool.asks))
	}
	if !strings.Contains(b.log.String(), contract.EnvTable+" is not set") {
		t.Errorf("log lacks what is not set: %s", b.log)
	}
	cfg.Coordination.Open = func(coordination.Environment) (coordination.Pool, error) { return nil, errors.New("no region") }
	env.Getenv = variables(b.service.url)
	if _, err := New(cfg, env); err == nil || err.Error() != "environment: no region" {
		t.Errorf("error %v, want what the pool cannot be opened for", err)
	}
}

// TestJitterOfCoolDowns: who waits for the same cool-down does not come back together; slots
// are apart, and keep their time.
func TestJitterOfCoolDowns(t *testing.T) {
	tests := []struct {
		name   string
		choice coordination.Choice
		random time.Duration // what is drawn, where there is room for it
		want   int
	}{
		{"a cool-down", coordination.Choice{Next: []int{1}, CoolDown: requested(1)}, 3 * time.Second, 13},
		{"a slot", coordination.Choice{Next: []int{1}, Slot: slotAt(10 * time.Second)}, 3 * time.Second, 9},
		{"a slot after a cool-down", coordination.Choice{Next: []int{1}, Slot: slotAt(10 * time.Second), CoolDown: requested(1)},
			3 * time.Second, 9},
		{"no more than the deadline has room for", coordination.Choice{Next: []int{1}, CoolDown: requested(1)},
			5*time.Second + 1, 10},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg := expressConfig()
			cfg.Deadline = 35 * time.Second // 10 s, 20 s of an attempt, and 5 s
			pool := &fakePool{choice: test.choice, in: 10 * time.Second}
			b := newPoolBench(t, cfg, pool, func(call) reply { return answered(t) })
			b.cfg.Coordination.Jitter = 8 * time.Second
			b.env.Random = always(test.random)
			b.handle(request("GET", "/"))
			if want := fmt.Sprintf(`"waitSeconds":%d`, test.want); !strings.Contains(b.service.calls("StartSyncExecution")[0].Input, want) {
				t.Errorf("input %s, want %s", b.service.calls("StartSyncExecution")[0].Input, want)
			}
		})
	}
}

// always is a randomness of one number.
func always(n time.Duration) io.Reader { return drawn(n) }

type drawn uint64

func (d drawn) Read(p []byte) (int, error) {
	return copy(p, binary.BigEndian.AppendUint64(nil, uint64(d))), nil
}

// TestJoinsDespiteStart: a request that comes twice is the same one, whoever was chosen.
func TestJoinsDespiteStart(t *testing.T) {
	for input, want := range map[string]int{
		`{"request":{"method":"GET","path":"/"},"start":{"next":[3,1,2],"waitSeconds":7}}`:      200,
		`{"request":{"method":"GET","path":"/"}}`:                                               200, // of an older orchestrator
		`{"request":{"method":"GET","path":"/other"},"start":{"next":[1,2,3],"waitSeconds":0}}`: 409,
		`not JSON`: 409,
	} {
		describe := answered(t)
		describe.body.(fields)["input"] = input
		b := newPoolBench(t, standardConfig(), &fakePool{choice: coordination.Choice{Next: []int{1, 2, 3}}}, func(c call) reply {
			if c.op == "StartExecution" {
				return refused(400, "ExecutionAlreadyExists")
			}
			return describe
		})
		if got := b.handle(request("GET", "/")); got.StatusCode != want {
			t.Errorf("input %s: answered %d %s, want %d", input, got.StatusCode, got.Body, want)
		}
	}
}

// TestRepeatedStartIsTheSame: a start whose answer was lost is repeated with the same input,
// and the pool is asked once.
func TestRepeatedStartIsTheSame(t *testing.T) {
	pool := &fakePool{choice: coordination.Choice{Next: []int{1, 2, 3}, Slot: slotAt(0)}}
	starts := inTurn(reply{drop: true}, refused(400, "ThrottlingException"), started())
	b := newPoolBench(t, standardConfig(), pool, func(c call) reply {
		if c.op == "StartExecution" {
			return starts(c)
		}
		return answered(t)
	})
	if got := b.handle(request("GET", "/")); got.StatusCode != 200 || len(pool.asks) != 1 {
		t.Errorf("answered %d after %d questions, want 200 after one", got.StatusCode, len(pool.asks))
	}
	calls := b.service.calls("StartExecution")
	if len(calls) != 3 || calls[0].Input != calls[1].Input || calls[1].Input != calls[2].Input {
		t.Errorf("starts: %+v, want three alike", calls)
	}
}

// TestLargestRequestWithStart: what is added to the largest request fits beside it.
func TestLargestRequestWithStart(t *testing.T) {
	next := make([]int, contract.MaxEgresses)
	for i := range next {
		next[i] = contract.MaxEgresses - i
	}
	pool := &fakePool{choice: coordination.Choice{Next: next, Slot: slotAt(999999999)}}
	b := newPoolBench(t, expressConfig(), pool, func(call) reply { return answered(t) })
	room := contract.RequestLimit - len(`{"method":"POST","path":"/","body":""}`)
	got := b.handle(request("POST", "/", withBody(strings.Repeat("x", room))))
	if size := len(b.service.calls("StartSyncExecution")[0].Input); got.StatusCode != 200 || size > contract.RequestLimit+512 {
		t.Errorf("answered %d, input of %d bytes, want at most 512 more than a request of %d", got.StatusCode, size, contract.RequestLimit)
	}
}

func TestCoordinationIsChecked(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Coordination)
		want   string
	}{
		{"no pool", func(c *Coordination) { c.Open = nil }, "Coordination.Open is nil"},
		{"no egress", func(c *Coordination) { c.Egresses = 0 }, "Coordination.Egresses: must be 1 to 50, got 0"},
		{"too many egresses", func(c *Coordination) { c.Egresses = 51 }, "got 51"},
		{"a wait below 0", func(c *Coordination) { c.MaxWait = -1 }, "must not be negative"},
		{"jitter below 0", func(c *Coordination) { c.Jitter = -1 }, "must not be negative"},
		{"attempts without time", func(c *Coordination) { c.AttemptLimit = 0 }, "Coordination.AttemptLimit: must be more than 0"},
		{"attempts longer than the deadline", func(c *Coordination) { c.AttemptLimit = time.Hour }, "at most the Deadline of 2m0s, got 1h0m0s"},
		{"a limit of nothing", func(c *Coordination) { c.Limits[0].Requests = 0 }, "Coordination.Limits[0]: Requests"},
		{"a limit without window", func(c *Coordination) { c.Limits[0].WindowSeconds = 0 }, "Coordination.Limits[0]: Requests"},
		{"a limit of the pool", func(c *Coordination) { c.Limits[0].Per = contract.ScopePool }, "Coordination.Limits[0]: Requests"},
		{"a burst below 0", func(c *Coordination) { c.Limits[0].Burst = -1 }, "Coordination.Limits[0]: Requests"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg := coordinated(expressConfig(), &fakePool{})
			test.change(cfg.Coordination)
			_, err := New(cfg, Environment{StateMachineARN: testMachine, StepFunctions: &instant{}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one that says %q", err, test.want)
			}
		})
	}
}

// instant is a Step Functions without a network.
type instant struct {
	StepFunctions
	output string
}

func (s *instant) StartSyncExecution(context.Context, *sfn.StartSyncExecutionInput, ...func(*sfn.Options)) (
	*sfn.StartSyncExecutionOutput, error) {
	return &sfn.StartSyncExecutionOutput{Status: types.SyncExecutionStatusSucceeded, Output: aws.String(s.output)}, nil
}

// BenchmarkChoose is what a choice adds to a request, the pool's own work left out.
func BenchmarkChoose(b *testing.B) {
	pool := &fakePool{clock: contract.SystemClock{}, choice: coordination.Choice{Next: []int{2, 3, 1}, Slot: slotAt(0)}}
	for name, cfg := range map[string]Config{"alone": expressConfig(), "coordinated": coordinated(expressConfig(), pool)} {
		b.Run(name, func(b *testing.B) {
			o, err := New(cfg, Environment{StateMachineARN: testMachine, Log: newTestLog(&bytes.Buffer{}), Getenv: variables(""),
				StepFunctions: &instant{output: `{"response":{"statusCode":200},"attempts":[{"attempt":1,"egress":2,"statusCode":200}]}`}})
			if err != nil {
				b.Fatal(err)
			}
			event := request("POST", "/orders", withBody(strings.Repeat("x", 1000)), func(e *events.LambdaFunctionURLRequest) {
				e.Headers["content-type"] = "text/plain"
			})
			for b.Loop() {
				if got, _ := o.Handle(b.Context(), event); got.StatusCode != 200 {
					b.Fatalf("answered %d %s", got.StatusCode, got.Body)
				}
				pool.asks = pool.asks[:0]
			}
		})
	}
}

// TestReportsOfCoordinatedExecutions: who goes next stands before the failure; and an egress
// that has called nothing has made no attempt.
func TestReportsOfCoordinatedExecutions(t *testing.T) {
	answer := contract.Response{StatusCode: 429, Headers: map[string][]string{"retry-after": {"50"}}, Body: "slow down"}
	tests := []struct {
		name    string
		failure contract.Failure
		status  int
		after   string
		text    string // of the body
	}{
		{"the upstream's answer", contract.Failure{Response: &answer, Attempts: attempts(contract.Attempt{StatusCode: 429}), Skipped: 2},
			429, "50", "slow down"},
		{"all cool down before the first call", contract.Failure{Final: "egress 2 cools down", Skipped: 1, RetryAfterSeconds: 40},
			429, "40", "The egresses cool down, as the upstream has requested"},
		{"no slot before the first call", contract.Failure{Final: "x", Skipped: 1, RetryAfterSeconds: 40, WaitReason: contract.WaitSlot},
			429, "40", "The upstream's limit is used up"},
		{"all cool down after an attempt without an answer", contract.Failure{Final: "egress 2 cools down", Skipped: 1, RetryAfterSeconds: 40,
			Attempts: attempts(contract.Attempt{Fault: contract.FaultConnectTimeout})},
			429, "40", "The egresses cool down, as the upstream has requested"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report := contract.Report{Next: []int{2, 3, 1}, Failure: test.failure}
			cause := contract.Cause{ErrorMessage: toJSON(t, report), ErrorType: contract.ErrRejected}
			b := newPoolBench(t, expressConfig(), &fakePool{choice: coordination.Choice{Next: []int{1, 2, 3}}}, func(call) reply {
				return ended("FAILED", fields{"error": contract.ErrRejected, "cause": toJSON(t, cause)})
			})
			got := b.handle(request("GET", "/"))
			if got.StatusCode != test.status || got.Headers["retry-after"] != test.after || !strings.Contains(got.Body, test.text) {
				t.Errorf("answered %d %v %s, want %d, Retry-After %s, %q", got.StatusCode, got.Headers, got.Body, test.status, test.after, test.text)
			}
		})
	}
}
