package redrive

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Item is a message of a queue, and what was to be sent. It shows nothing of headers and
// bodies, and of a query the names: callers' values are no business of who looks at a queue.
type Item struct {
	Queue   Kind      `json:"queue"`
	Message string    `json:"message"`       // its id
	Sent    time.Time `json:"sent,omitzero"` // when the queue got it, UTC
	// Trigger is the schedule or event; "" for a caller's request, and where it is not known.
	Trigger string `json:"trigger,omitempty"`
	// For is the time that a schedule's run is for, as Scheduler writes it.
	For     string `json:"for,omitempty"`
	Method  string `json:"method,omitempty"`
	Path    string `json:"path,omitempty"` // with the names of the query: /orders/7?at
	Failed  string `json:"failedExecution,omitempty"`
	Status  string `json:"status,omitempty"`  // of that execution: FAILED, TIMED_OUT, ABORTED
	Why     string `json:"why"`               // it could not start, or failed
	Caller  bool   `json:"caller,omitempty"`  // somebody waited for the answer, and was told
	Foreign bool   `json:"foreign,omitempty"` // not a message that AWS sends for this stack
	// Key is where the idempotency key comes from that the API sees.
	Key Key `json:"idempotencyKey,omitempty"`
	// Problem is why it cannot be sent again; "" if it can.
	Problem string `json:"problem,omitempty"`
	// Result is what became of it, of --send and --delete.
	Result    Result `json:"result,omitempty"`
	Execution string `json:"execution,omitempty"` // that was started

	handle string
	input  []byte // of the new execution
	name   string // of the new execution
}

// Result is what became of a message.
type Result string

// The results. A message without one was left as it was.
const (
	Started  Result = "started"             // and the message is deleted
	Before   Result = "started-before"      // by this message's name, earlier: the message is deleted
	Undelete Result = "started-not-deleted" // the message is still there; sent again it does not start twice
	Deleted  Result = "deleted"
	Refused  Result = "refused"  // Step Functions does not take the input
	Lost     Result = "not-held" // it was held too long, and somebody else may have it
)

// Key says where an idempotency key comes from.
type Key string

// The keys of a request that is sent again.
const (
	KeyNone       Key = ""           // the stack sends none
	KeyInput      Key = "input"      // it is in the input: the first one
	KeyOccurrence Key = "occurrence" // made of the time that a schedule's run is for: the first one
	KeyExecution  Key = "execution"  // the name of the failed execution, which was the first key
	KeyNew        Key = "new"        // the name of the new execution: nothing was sent before
)

// setInput takes the input over, and what it says of the request. It reports whether it is
// one of an execution.
func (i *Item) setInput(input jsonvalue.Value) bool {
	if !isInput(input) {
		return false
	}
	line, _, _ := strings.Cut(story.RequestLine(input), " (trigger ")
	i.Method, i.Path, _ = strings.Cut(line, " ")
	trigger, _ := input.Get("trigger")
	if trigger.Text() != "" {
		i.Trigger = trigger.Text()
	}
	i.input = input.JSON()
	return true
}

// isInput reports whether a value is what an execution is started with.
func isInput(v jsonvalue.Value) bool {
	for _, name := range []string{"request", "template"} {
		if request, ok := v.Get(name); ok {
			method, _ := request.Get("method")
			return method.Text() != ""
		}
	}
	return false
}

// withoutStart drops who makes the first attempt: the slot that was booked is over. The
// definition draws, or the egress books, another.
func withoutStart(input jsonvalue.Value) jsonvalue.Value {
	var kept []jsonvalue.Member
	for name, value := range input.Members() {
		if name != "start" {
			kept = append(kept, jsonvalue.Member{Name: name, Value: value})
		}
	}
	return jsonvalue.OfObject(kept...)
}

// withKey makes the API see the key of the first time. Where neither the input's headers nor
// an occurrence have it, it was the name of the execution; "" for one that never started.
func withKey(input jsonvalue.Value, header, execution string) (jsonvalue.Value, Key) {
	if header == "" {
		return input, KeyNone
	}
	place := "request"
	if _, ok := input.Get("template"); ok {
		place = "template"
	}
	request, _ := input.Get(place)
	headers, _ := request.Get("headers")
	if hasHeader(headers, header) {
		return input, KeyInput
	}
	if occurrence, _ := input.Get("occurrence"); occurrence.Text() != "" {
		return input, KeyOccurrence
	}
	if execution == "" {
		return input, KeyNew
	}
	if headers.Kind() != jsonvalue.Object {
		headers = jsonvalue.OfObject()
	}
	return input.With(place, request.With("headers", headers.With(header, jsonvalue.OfString(execution)))), KeyExecution
}

// hasHeader: names are in lower case, but an input may be handwritten.
func hasHeader(headers jsonvalue.Value, header string) bool {
	for name, value := range headers.Members() {
		if strings.ToLower(name) == header && value.Text() != "" {
			return true
		}
	}
	return false
}

// reason is what an egress says of the last attempt, in an execution's cause; "" where the
// cause is something else.
func reason(cause string) string {
	var c contract.Cause
	var r contract.Report
	if json.Unmarshal([]byte(cause), &c) != nil || json.Unmarshal([]byte(c.ErrorMessage), &r) != nil {
		return ""
	}
	return r.Failure.Reason
}
