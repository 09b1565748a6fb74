package redrive_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/redrive"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/sqs"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
	"github.com/sfngen/sfngen/internal/uuid"
)

const (
	queueURL = "https://sqs.eu-central-1.amazonaws.com/123456789012/order-events-dead-letters"
	ruleARN  = "arn:aws:events:eu-central-1:123456789012:rule/order-events-stock-low"
)

// rig is a stack with messages in its dead-letter queue, on a clock that only waits move.
type rig struct {
	clock   *clocktest.Virtual
	queue   *sqs.Service
	states  *states.Service
	session *redrive.Session
	calls   sync.WaitGroup // what AWS works on, also for a client that has gone
}

// counted is a service whose calls are counted while AWS works on them.
func (r *rig) counted(service http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.calls.Add(1)
		defer r.calls.Done()
		service.ServeHTTP(w, q)
	})
}

func newRig(t *testing.T, messages int, more ...sqs.Message) *rig {
	t.Helper()
	template, err := os.ReadFile("../../../golden/order-events/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list []sqs.Message
	for n := range messages {
		list = append(list, sqs.Message{ID: fmt.Sprintf("%08d-1111-4111-8111-111111111111", n),
			Attributes: map[string]string{"RULE_ARN": ruleARN}, Body: fmt.Sprintf(`{"id":"event-%d","source":"shop.stock","detail":{}}`, n)})
	}
	r := &rig{clock: clocktest.NewVirtual(time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)), states: states.New(),
		queue: sqs.New(map[string][]sqs.Message{queueURL: append(list, more...)})}
	r.queue.Now = r.clock.Now
	stacks := &cloudformation.Fake{}
	outputs := []cloudformation.Pair{
		{Key: "StateMachineArn", Value: "arn:aws:states:eu-central-1:123456789012:stateMachine:order-events"},
		{Key: "DeadLetterQueueUrl", Value: queueURL},
	}
	stacks.Put(cloudformation.Stack{Name: "order-events", Status: "UPDATE_COMPLETE", Template: string(template), Outputs: outputs})
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": stacks, "sqs": r.counted(r.queue),
		"states": r.counted(r.states)})
	r.session = newSession(t, r)
	return r
}

// read holds all messages.
func (r *rig) read(t *testing.T) *redrive.Report {
	t.Helper()
	report, err := r.session.Read(t.Context(), redrive.Want{Limit: 100, Hold: redrive.HoldWhileAsking})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// visible are how many messages can be received, and how many are held.
func (r *rig) visible() (visible, held int) {
	for _, is := range r.queue.Left(queueURL) {
		if is {
			visible++
		} else {
			held++
		}
	}
	return visible, held
}

func results(items []*redrive.Item) map[redrive.Result]int {
	all := map[redrive.Result]int{}
	for _, i := range items {
		all[i.Result]++
	}
	return all
}

// A run that takes hours keeps its messages: nobody else gets them meanwhile.
func TestSlowSendHoldsItsMessages(t *testing.T) {
	for _, pause := range []time.Duration{10 * time.Minute, 11 * time.Minute, 15 * time.Minute, time.Hour} {
		r := newRig(t, 5)
		report := r.read(t)
		err := r.session.Send(t.Context(), report.Messages, pause)
		if diff := cmp.Diff(map[redrive.Result]int{redrive.Started: 5}, results(report.Messages)); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", pause, err, diff)
		}
		if visible, held := r.visible(); visible+held > 0 || len(r.states.Executions()) != 5 {
			t.Errorf("%s: %d and %d messages are left, %d executions", pause, visible, held, len(r.states.Executions()))
		}
	}
}

// Two messages about one event start one execution, also where Step Functions would take
// the name twice.
func TestSendStartsAnEventOnce(t *testing.T) {
	for _, express := range []bool{false, true} {
		twice := sqs.Message{ID: "99999999-1111-4111-8111-111111111111", Attributes: map[string]string{"RULE_ARN": ruleARN},
			Body: `{"id":"event-1","source":"shop.stock","detail":{}}`}
		r := newRig(t, 2, twice)
		r.states.Express = express
		report := r.read(t)
		err := r.session.Send(t.Context(), report.Messages, 0)
		want := map[redrive.Result]int{redrive.Started: 2, redrive.Before: 1}
		if diff := cmp.Diff(want, results(report.Messages)); err != nil || diff != "" {
			t.Errorf("express %t: %v (-want +got):\n%s", express, err, diff)
		}
		if visible, held := r.visible(); visible+held > 0 || len(r.states.Executions()) != 2 {
			t.Errorf("express %t: %d and %d messages are left, %d executions", express, visible, held, len(r.states.Executions()))
		}
	}
}

// Who answers after the time is over has no messages any more: somebody else may have
// started them.
func TestLateAnswer(t *testing.T) {
	for name, act := range map[string]func(*rig, []*redrive.Item) error{
		"send":   func(r *rig, items []*redrive.Item) error { return r.session.Send(t.Context(), items, 0) },
		"delete": func(r *rig, items []*redrive.Item) error { return r.session.Delete(t.Context(), items) },
	} {
		r := newRig(t, 3)
		report := r.read(t)
		if err := r.clock.Sleep(t.Context(), redrive.HoldWhileAsking+time.Second); err != nil {
			t.Fatal(err)
		}
		if err := act(r, report.Messages); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(map[redrive.Result]int{redrive.Lost: 3}, results(report.Messages)); diff != "" || len(r.states.Executions()) > 0 {
			t.Errorf("%s: %d executions (-want +got):\n%s", name, len(r.states.Executions()), diff)
		}
		if redrive.AllDone(report.Messages) {
			t.Errorf("%s: all is done", name)
		}
		if visible, _ := r.visible(); visible != 3 {
			t.Errorf("%s: %d messages are left", name, visible)
		}
	}
}

// An interrupt, at whichever call, loses no message and gives back what has not started.
func TestInterruptLosesNothing(t *testing.T) {
	for at := 1; at <= 14; at++ {
		r := newRig(t, 4)
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		interrupt := func(string) (string, string) {
			if calls++; calls == at {
				cancel()
			}
			return "", ""
		}
		r.queue.Before, r.states.Before = interrupt, interrupt
		report, err := r.session.Read(ctx, redrive.Want{Limit: 100, Hold: redrive.HoldWhileAsking})
		if err == nil {
			err = r.session.Send(ctx, report.Messages, 0)
		}
		if at < 10 && !errors.Is(err, context.Canceled) {
			t.Errorf("at call %d: %v, want that it was canceled", at, err)
		}
		if err := r.session.Release(ctx); err != nil {
			t.Errorf("at call %d: %v", at, err)
		}
		r.calls.Wait() // AWS takes the messages although nobody waits for the answer
		r.queue.Before, r.states.Before = nil, nil
		// What a canceled receive has got comes back by itself.
		if err := r.clock.Sleep(t.Context(), redrive.HoldWhileAsking); err != nil {
			t.Fatal(err)
		}
		visible, held := r.visible()
		started := len(r.states.Executions())
		if held > 0 || visible+started < 4 || visible+started > 5 {
			t.Errorf("at call %d: %d started, %d visible, %d held", at, started, visible, held)
		}
		again := newSession(t, r)
		report, err = again.Read(t.Context(), redrive.Want{Limit: 100, Hold: redrive.HoldWhileAsking})
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Send(t.Context(), report.Messages, 0); err != nil || len(r.states.Executions()) != 4 {
			t.Errorf("at call %d: the next time makes it %d executions, want 4: %v", at, len(r.states.Executions()), err)
		}
	}
}

// newSession is one of the stack.
func newSession(t *testing.T, r *rig) *redrive.Session {
	t.Helper()
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := live.Find(t.Context(), c, "order-events")
	if err != nil {
		t.Fatal(err)
	}
	session, err := redrive.Open(c, s, "")
	if err != nil {
		t.Fatal(err)
	}
	session.Clock = r.clock
	return session
}

// What cannot be given back says until when it is away.
func TestReleaseThatFails(t *testing.T) {
	r := newRig(t, 2)
	r.read(t)
	r.queue.Before = func(string) (string, string) { return "InternalError", "" }
	err := r.session.Release(t.Context())
	if err == nil || !strings.Contains(err.Error(), "2 messages in order-events-dead-letters cannot be seen until 10:15:00 UTC") {
		t.Errorf("%v", err)
	}
}

// The name of an execution is always that of the same thing: the namespace never changes.
func TestNameOfAnExecution(t *testing.T) {
	r := newRig(t, 1)
	report := r.read(t)
	if err := r.session.Send(t.Context(), report.Messages, 0); err != nil {
		t.Fatal(err)
	}
	url := [16]byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	if got := uuid.Named(url, "https://github.com/sfngen/sfngen#redrive"); got != "26e623e4-cbd6-5156-8ed9-c10067cb9ef0" {
		t.Errorf("the namespace would be %s", got)
	}
	const want = "c8b20aad-80c0-538b-a5e2-950764cdaf02"
	if got := report.Messages[0].Execution; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The question says what the API sees of what it may have seen already.
func TestSendQuestion(t *testing.T) {
	r := newRig(t, 1)
	report := r.read(t)
	if got, want := report.SendQuestion(report.Messages), "Start 1 execution of order-events in eu-central-1 of account 123456789012, and "+
		"delete the message?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	items := []*redrive.Item{{Queue: redrive.FailedExecutions, Method: "POST", Key: redrive.KeyExecution, Status: "ABORTED"},
		{Queue: redrive.FailedExecutions, Method: "POST"}, {Queue: redrive.FailedExecutions, Method: "PUT"}}
	got := strings.Split(report.SendQuestion(items), "\n")
	for _, want := range []string{"1 execution was aborted: somebody stopped it.",
		"The API sees the first idempotency key again, in x-request-id (1 request).",
		"The API sees no idempotency key in 1 POST or PATCH request, and may do again what it did for the execution that failed: " +
			"retry.idempotency.header gives a key."} {
		if !slices.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

// A list that takes longer than its messages are held ends: the first ones come again.
func TestEndlessList(t *testing.T) {
	r := newRig(t, 25)
	r.queue.Before = func(action string) (string, string) {
		if action == "ReceiveMessage" {
			_ = r.clock.Sleep(context.Background(), 45*time.Second) // never canceled
		}
		return "", ""
	}
	report, err := r.session.Read(t.Context(), redrive.Want{Limit: 100, Hold: time.Minute})
	if err != nil || len(report.Messages) > 25 {
		t.Errorf("%d messages, %v", len(report.Messages), err)
	}
}

// What has started is deleted, although somebody interrupts.
func TestWhatHasStartedIsDeleted(t *testing.T) {
	r := newRig(t, 2)
	report := r.read(t)
	ctx, cancel := context.WithCancel(t.Context())
	r.queue.Before = func(action string) (string, string) {
		if action == "DeleteMessageBatch" {
			cancel()
			time.Sleep(50 * time.Millisecond) // a call that ends with the context has ended by now
		}
		return "", ""
	}
	err := r.session.Send(ctx, report.Messages, time.Second)
	if diff := cmp.Diff(map[redrive.Result]int{redrive.Started: 1, "": 1}, results(report.Messages)); diff != "" || err == nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
