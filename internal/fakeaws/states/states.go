// Package states is Step Functions' read side on loopback, for tests: executions
// that are given, as DescribeExecution, GetExecutionHistory and ListExecutions return
// them, and the definitions of state machines, as DescribeStateMachine does (AWS
// JSON 1.0). StartExecution starts one that goes on running.
package states

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/fakeaws/awsjson"
	"github.com/sfngen/sfngen/internal/history/event"
)

// Execution is one of a Standard workflow.
type Execution struct {
	ARN          string
	StateMachine string // its ARN
	Name         string
	Status       string // RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE
	StartDate    time.Time
	StopDate     time.Time // zero while it runs
	RedriveCount int
	History      []event.Event
	// What DescribeExecution says of it; Error and Cause of one that failed.
	Input, Error, Cause string
}

// Service knows the executions that it was given. PageSize is how many things a
// page has at most; 0: as many as the caller asks for. Set it before the first call.
type Service struct {
	PageSize int
	// Definitions are the state machines', by their ARNs. Set it before the first call.
	Definitions map[string]string
	// Express: names of executions may repeat. Set it before the first call.
	Express bool
	// Before may refuse a call by an error of AWS: its code and text; "" lets it go. It may
	// call the service.
	Before func(action string) (code, text string)

	mu         sync.Mutex
	executions []Execution
	calls      []string
}

// New knows these executions.
func New(executions ...Execution) *Service { return &Service{executions: executions} }

// Add adds executions.
func (s *Service) Add(executions ...Execution) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.executions = append(s.executions, executions...)
}

// Calls are the actions that were asked for, in their order.
func (s *Service) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

type request struct {
	ExecutionARN    string `json:"executionArn"`
	StateMachineARN string `json:"stateMachineArn"`
	MaxResults      int    `json:"maxResults"`
	NextToken       string `json:"nextToken"`
	StatusFilter    string `json:"statusFilter"`
	Name            string `json:"name"`
	Input           string `json:"input"`
	IncludeData     *bool  `json:"includeExecutionData"`
}

// ServeHTTP answers one call.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, refusal := s.answer(r)
	awsjson.Answer(w, awsjson.V1_0, out, refusal)
}

func (s *Service) answer(r *http.Request) (any, *awsjson.Refusal) {
	action := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions.")
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, awsjson.Refuse("SerializationException", err.Error())
	}
	if s.Before != nil {
		if code, text := s.Before(action); code != "" {
			return nil, awsjson.Refuse(code, text)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, action)
	switch action {
	case "StartExecution":
		return s.start(in)
	case "ListExecutions":
		return s.list(in)
	case "DescribeExecution":
		return s.describe(in)
	case "GetExecutionHistory":
		return s.history(in)
	case "DescribeStateMachine":
		return s.machine(in)
	}
	return nil, awsjson.Refuse("UnknownOperationException", action)
}

func (s *Service) find(arn string) (Execution, *awsjson.Refusal) {
	for _, x := range s.executions {
		if x.ARN == arn {
			return x, nil
		}
	}
	return Execution{}, awsjson.Refuse("ExecutionDoesNotExist", "Execution Does Not Exist: '"+arn+"'")
}

// machine has as much of a state machine as Definitions has.
func (s *Service) machine(in request) (any, *awsjson.Refusal) {
	definition, there := s.Definitions[in.StateMachineARN]
	if !there {
		return nil, awsjson.Refuse("StateMachineDoesNotExist", "State Machine Does Not Exist: '"+in.StateMachineARN+"'")
	}
	return map[string]any{"stateMachineArn": in.StateMachineARN, "definition": definition}, nil
}

// page returns a page of n things and the token of the next.
func (s *Service) page(in request, n int) (from, to int, next string, err *awsjson.Refusal) {
	size := s.PageSize
	if in.MaxResults > 0 && (size == 0 || in.MaxResults < size) {
		size = in.MaxResults
	}
	if in.NextToken != "" {
		var bad error
		if from, bad = strconv.Atoi(in.NextToken); bad != nil || from > n {
			return 0, 0, "", awsjson.Refuse("InvalidToken", "Invalid Token: '"+in.NextToken+"'")
		}
	}
	if size == 0 || from+size >= n {
		return from, n, "", nil
	}
	return from, from + size, strconv.Itoa(from + size), nil
}

// summary is what a list and a description have in common.
func (x Execution) summary() map[string]any {
	out := map[string]any{
		"executionArn": x.ARN, "stateMachineArn": x.StateMachine, "name": x.Name, "status": x.Status,
		"startDate": seconds(x.StartDate), "redriveCount": x.RedriveCount,
	}
	if !x.StopDate.IsZero() {
		out["stopDate"] = seconds(x.StopDate)
	}
	return out
}

// list returns the newest first, as AWS does.
func (s *Service) list(in request) (any, *awsjson.Refusal) {
	var items []map[string]any
	for _, x := range s.executions {
		if x.StateMachine == in.StateMachineARN && (in.StatusFilter == "" || in.StatusFilter == x.Status) {
			items = append(items, x.summary())
		}
	}
	slices.SortStableFunc(items, func(a, b map[string]any) int {
		return strings.Compare(string(b["startDate"].(json.Number)), string(a["startDate"].(json.Number)))
	})
	from, to, next, err := s.page(in, len(items))
	if err != nil {
		return nil, err
	}
	return withToken(map[string]any{"executions": items[from:to]}, next), nil
}

func (s *Service) describe(in request) (any, *awsjson.Refusal) {
	x, err := s.find(in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	out := x.summary()
	for name, text := range map[string]string{"input": x.Input, "error": x.Error, "cause": x.Cause} {
		if text != "" {
			out[name] = text
		}
	}
	return out, nil
}

// Executions are all that it knows.
func (s *Service) Executions() []Execution {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.executions)
}

// End ends all that run, in this status.
func (s *Service) End(status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.executions {
		if s.executions[i].Status == "RUNNING" {
			s.executions[i].Status = status
		}
	}
}

// start is idempotent by name and input while an execution of a standard workflow runs, and
// takes its name no second time (Step Functions API Reference, StartExecution).
func (s *Service) start(in request) (any, *awsjson.Refusal) {
	switch {
	case in.Name == "" || len(in.Name) > 80:
		return nil, awsjson.Refuse("InvalidName", "Invalid Name: '"+in.Name+"'")
	case !json.Valid([]byte(in.Input)):
		return nil, awsjson.Refuse("InvalidExecutionInput", "Invalid State Machine Execution Input: '"+in.Input+"'")
	}
	x := Execution{ARN: strings.Replace(in.StateMachineARN, ":stateMachine:", ":execution:", 1) + ":" + in.Name,
		StateMachine: in.StateMachineARN, Name: in.Name, Status: "RUNNING", Input: in.Input}
	if s.Express {
		x.ARN = strings.Replace(x.ARN, ":execution:", ":express:", 1) + ":" + strconv.Itoa(len(s.executions))
	}
	for _, other := range s.executions {
		switch {
		case other.ARN != x.ARN:
		case other.Status == "RUNNING" && other.Input == in.Input:
			return map[string]any{"executionArn": x.ARN, "startDate": seconds(x.StartDate)}, nil
		default:
			return nil, awsjson.Refuse("ExecutionAlreadyExists", "Execution Already Exists: '"+x.ARN+"'")
		}
	}
	s.executions = append(s.executions, x)
	return map[string]any{"executionArn": x.ARN, "startDate": seconds(x.StartDate)}, nil
}

func (s *Service) history(in request) (any, *awsjson.Refusal) {
	x, err := s.find(in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	from, to, next, err := s.page(in, len(x.History))
	if err != nil {
		return nil, err
	}
	events := []map[string]json.RawMessage{}
	for _, e := range x.History[from:to] {
		events = append(events, onWire(e))
	}
	return withToken(map[string]any{"events": events}, next), nil
}

// onWire is the engine's event with the API's time.
func onWire(e event.Event) map[string]json.RawMessage {
	text, err := json.Marshal(e)
	fields := map[string]json.RawMessage{}
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		panic(err) // an event always encodes
	}
	fields["timestamp"] = json.RawMessage(seconds(e.Timestamp))
	return fields
}

// seconds are of the Unix epoch, with milliseconds (Smithy, epoch-seconds).
func seconds(at time.Time) json.Number {
	ms := at.UnixMilli()
	return json.Number(fmt.Sprintf("%d.%03d", ms/1000, ms%1000))
}

func withToken(out map[string]any, next string) any {
	if next != "" {
		out["nextToken"] = next
	}
	return out
}
