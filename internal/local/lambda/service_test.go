package lambda_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/local/lambda"
)

// inEachMode runs a test with a function in process and as a binary.
func inEachMode(t *testing.T, test func(t *testing.T, code lambda.Code)) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			test(t, mode.code(t))
		})
	}
}

func TestSandboxServesOneInvocationAfterTheOther(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code}, lambda.Options{})
		var cold []bool
		for range 4 {
			cold = append(cold, invoke(t, s, event{Do: "error"}).ColdStart)
		}
		if diff := cmp.Diff([]bool{true, false, false, false}, cold); diff != "" {
			t.Errorf("cold starts (-want +got):\n%s", diff)
		}
	})
}

// hanging starts n invocations that hang, and gives their results.
func hanging(t *testing.T, s *lambda.Service, n int) <-chan lambda.Result {
	t.Helper()
	results := make(chan lambda.Result, n)
	for i := range n {
		there := filepath.Join(t.TempDir(), fmt.Sprint(i))
		go func() {
			result, err := s.Invoke(context.Background(), "subject", []byte(`{"do":"hang","path":"`+there+`"}`))
			if err == nil {
				results <- result
			}
		}()
		waitFor(t, there)
	}
	return results
}

func TestKill(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code}, lambda.Options{RequestID: func() string { return "id-1" }})
		results := hanging(t, s, 2)
		if got := s.Kill("subject"); got != 2 {
			t.Errorf("killed: got %d, want 2", got)
		}
		crash := want(`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited with error: signal: killed"}`, true)
		for range 2 {
			if diff := cmp.Diff(crash, <-results); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		}
		if next := invoke(t, s, event{Do: "echo"}); !next.ColdStart || next.FunctionError != "" {
			t.Errorf("next invocation: got %+v, want a cold start that succeeds", next)
		}
		if got := s.Kill("subject"); got != 0 {
			t.Errorf("killed with nothing running: got %d, want 0", got)
		}
		if invoke(t, s, event{Do: "echo"}).ColdStart {
			t.Error("an idle sandbox was killed")
		}
	})
}

func TestInvocationsAtTheSameTimeHaveSandboxesOfTheirOwn(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code}, lambda.Options{})
		var calls sync.WaitGroup
		for i := range 8 {
			calls.Go(func() {
				for j := range 20 {
					// Long enough to show if two answers shared a buffer.
					text := strings.Repeat(fmt.Sprintf("%d-%d ", i, j), 2000)
					got, err := s.Invoke(t.Context(), "subject", []byte(`{"do":"echo","text":"`+text+`"}`))
					if want := `"` + text + `"`; err != nil || string(got.Payload) != want {
						t.Errorf("caller %d got the answer %.40s…, %v", i, got.Payload, err)
					}
				}
			})
		}
		calls.Wait()
	})
}

func TestCallerGoneLeavesTheFunctionRunning(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code}, lambda.Options{})
		there := filepath.Join(t.TempDir(), "there")
		ctx, cancel := context.WithCancel(t.Context())
		event := payload(t, event{Do: "hang", Path: there})
		errs := make(chan error, 1)
		go func() {
			_, err := s.Invoke(ctx, "subject", event)
			errs <- err
		}()
		waitFor(t, there)
		cancel()
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Errorf("error: got %v, want the context's", err)
		}
		if got := s.Kill("subject"); got != 1 {
			t.Errorf("still running: got %d, want 1", got)
		}
		if _, err := s.Invoke(ctx, "subject", nil); !errors.Is(err, context.Canceled) {
			t.Errorf("with a context that has ended: got %v", err)
		}
	})
}

func TestPutReplaces(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code, Environment: map[string]string{"COLOR": "red"}}, lambda.Options{})
		invoke(t, s, event{Do: "echo"}) // leaves an idle sandbox
		results := hanging(t, s, 1)
		put(t, s, lambda.Function{Code: code, Environment: map[string]string{"COLOR": "blue"}})
		got := invoke(t, s, event{Do: "about"})
		var about struct{ Color string }
		if err := json.Unmarshal(got.Payload, &about); err != nil || about.Color != "blue" || !got.ColdStart {
			t.Errorf("after Put: got %s, cold start %v; want blue, from a cold start", got.Payload, got.ColdStart)
		}
		select {
		case r := <-results:
			t.Errorf("Put ended the invocation that was running: %+v", r)
		default:
		}
		if killed := s.Kill("subject"); killed != 1 {
			t.Errorf("killed of the old code: got %d, want 1", killed)
		}
		<-results
	})
}

func TestContextOfAnInvocation(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code, Timeout: 900 * time.Second, Environment: map[string]string{"COLOR": "red"}},
			lambda.Options{Region: "eu-west-1", AccountID: "111122223333"})
		before := time.Now()
		result, err := s.Invoke(lambda.WithRequestID(t.Context(), "from-the-caller"), "subject", []byte(`{"do":"about"}`))
		after := time.Now()
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(result.Payload, &got); err != nil {
			t.Fatal(err)
		}
		deadline := time.UnixMilli(int64(got["deadlineMs"].(float64)))
		if deadline.Before(before.Add(900*time.Second)) || deadline.After(after.Add(900*time.Second+time.Millisecond)) {
			t.Errorf("deadline: got %v, want 900 s after the start", deadline)
		}
		delete(got, "deadlineMs")
		want := map[string]any{
			"requestID": "from-the-caller", "arn": "arn:aws:lambda:eu-west-1:111122223333:function:subject", "traced": true,
			"color": "red", "name": "subject", "region": "eu-west-1",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("context (-want +got):\n%s", diff)
		}
		if result.RequestID != "from-the-caller" {
			t.Errorf("request id: got %q", result.RequestID)
		}
	})
}

func TestHandlerIsMadeOnce(t *testing.T) {
	made, fails := 0, true
	code := lambda.InProcess(func(func(string) string) (lambda.Handler, error) {
		made++
		if fails {
			return nil, errors.New("not yet")
		}
		return newHandler(func(string) string { return "" })
	})
	s := service(t, lambda.Function{Code: code}, lambda.Options{})
	invoke(t, s, event{Do: "echo"})
	if made != 2 {
		t.Errorf("calls while it fails: got %d, want 2, the init phase and its second try", made)
	}
	fails = false
	hanging(t, s, 3)
	if got := invoke(t, s, event{Do: "panic"}); !got.ColdStart {
		t.Error("fourth invocation: not a cold start")
	}
	invoke(t, s, event{Do: "echo"})
	if made != 3 {
		t.Errorf("calls in all: got %d, want 3", made)
	}
}

func TestClose(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code}, lambda.Options{})
		invoke(t, s, event{Do: "echo"})
		results := hanging(t, s, 1)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := s.Close(ctx)
		if err == nil || !strings.Contains(err.Error(), "killed the invocations that were still running (1)") || !errors.Is(err,
			context.Canceled) {
			t.Errorf("Close: got %v", err)
		}
		if r := <-results; !bytes.Contains(r.Payload, []byte("signal: killed")) {
			t.Errorf("the invocation that was running: got %s", r.Payload)
		}
		_, err = s.Invoke(t.Context(), "subject", nil)
		wantAPIError(t, err, &lambda.APIError{Code: "ServiceException", Status: 500, Message: "the local Lambda service has been closed"})
		if err := s.Put(lambda.Function{Name: "late", Timeout: time.Second, Code: code}); err == nil {
			t.Error("Put after Close: no error")
		}
		if err := s.Close(t.Context()); err != nil {
			t.Errorf("second Close: %v", err)
		}
	})
}

// heldClock has time limits that are over when a test says so.
type heldClock struct {
	clock.System
	over chan struct{}
}

func (c heldClock) WithDeadline(ctx context.Context, _ time.Time) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-c.over:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func TestCloseWaits(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		limits := heldClock{over: make(chan struct{})}
		s := service(t, lambda.Function{Code: code}, lambda.Options{Clock: limits})
		results := hanging(t, s, 1)
		closed := make(chan error, 1)
		go func() { closed <- s.Close(t.Context()) }()
		for begun := false; !begun; {
			err := s.Put(lambda.Function{Name: "late", Timeout: time.Second, Code: code})
			begun = err != nil
		}
		close(limits.over)
		if err := <-closed; err != nil {
			t.Errorf("Close: %v", err)
		}
		if r := <-results; !bytes.Contains(r.Payload, []byte("Sandbox.Timedout")) {
			t.Errorf("the invocation that was running: got %s, want its own end", r.Payload)
		}
	})
}

// leapingClock is an hour later at each call, and has no timers.
type leapingClock struct {
	clock.System
	now atomic.Int64
}

func (c *leapingClock) Now() time.Time { return time.Unix(c.now.Add(3600), 0) }

func (c *leapingClock) WithDeadline(ctx context.Context, _ time.Time) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

func TestAnswerPastTheDeadlineIsTooLate(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code}, lambda.Options{Clock: &leapingClock{}, RequestID: func() string { return "id-1" }})
		late := want(`{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id-1 Error: Task timed out after 60.00 seconds"}`, true)
		if diff := cmp.Diff(late, invoke(t, s, event{Do: "echo"})); diff != "" {
			t.Errorf("result (-want +got):\n%s", diff)
		}
		if !invoke(t, s, event{Do: "echo"}).ColdStart {
			t.Error("the sandbox outlived its time limit")
		}
	})
}
