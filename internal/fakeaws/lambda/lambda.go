// Package lambda is Lambda's Invoke and GetFunctionConfiguration on loopback, for
// tests: the REST/JSON protocol as the SDK speaks it (Lambda API Reference).
package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	awslambda "github.com/aws/aws-lambda-go/lambda"
)

// Reply is the result of an invocation: an answer, a function error, or a refusal
// by Lambda, after which no function ran.
type Reply struct {
	Payload       []byte
	FunctionError string // "", or "Unhandled" with the error as Payload
	Refusal       *Refusal
}

// Refusal is an error of the API.
type Refusal struct {
	Status        int
	Code, Message string
}

// Function answers one invocation.
type Function func(ctx context.Context, payload []byte) Reply

// Answers is a function that always returns the same answer.
func Answers(payload string) Function {
	return func(context.Context, []byte) Reply { return Reply{Payload: []byte(payload)} }
}

// Fails is a function that fails under a name.
func Fails(errorType, message string) Function {
	report, err := json.Marshal(map[string]string{"errorType": errorType, "errorMessage": message})
	if err != nil {
		panic(err) // two strings
	}
	return func(context.Context, []byte) Reply { return Reply{Payload: report, FunctionError: "Unhandled"} }
}

// Refuses is a function that Lambda does not run.
func Refuses(status int, code, message string) Function {
	return func(context.Context, []byte) Reply { return Reply{Refusal: &Refusal{status, code, message}} }
}

// Runs is a Lambda's own code. An error that it returns is reported under
// the name Error.
func Runs(handler awslambda.Handler) Function {
	return func(ctx context.Context, payload []byte) Reply {
		answer, err := handler.Invoke(ctx, payload)
		if err != nil {
			return Fails("Error", err.Error())(ctx, payload)
		}
		return Reply{Payload: answer}
	}
}

// Call is one invocation that came in.
type Call struct {
	Function string
	Payload  string
}

// Service is the functions of an account, by name. It is safe for concurrent use.
type Service struct {
	functions map[string]Function
	// Code is the SHA-256 of each function's zip, in Base64, as its configuration
	// tells it. Set it before the first call.
	Code map[string]string
	// Refusal is the answer to a request for a configuration; nil: there is none.
	Refusal *Refusal

	mu    sync.Mutex
	calls []Call
}

// New serves these functions, and refuses others as unknown.
func New(functions map[string]Function) *Service { return &Service{functions: functions} }

// Calls are the invocations so far, in the order in which they came.
func (s *Service) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call{}, s.calls...)
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const before, after = "/2015-03-31/functions/", "/invocations"
	name, found := strings.CutPrefix(r.URL.Path, before)
	if function, ok := strings.CutSuffix(name, "/configuration"); found && ok && r.Method == http.MethodGet {
		s.configuration(w, function)
		return
	}
	name, ok := strings.CutSuffix(name, after)
	if !found || !ok || r.Method != http.MethodPost {
		http.Error(w, r.Method+" "+r.URL.Path+" is no Invoke", http.StatusNotImplemented)
		return
	}
	payload, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	s.mu.Lock()
	s.calls = append(s.calls, Call{name, string(payload)})
	s.mu.Unlock()
	s.function(name)(r.Context(), payload).write(w)
}

// configuration has as much of it as Code has.
func (s *Service) configuration(w http.ResponseWriter, name string) {
	code, there := s.Code[name]
	switch {
	case s.Refusal != nil:
		Reply{Refusal: s.Refusal}.write(w)
		return
	case !there:
		unknown(name)(context.Background(), nil).write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"FunctionName": name, "CodeSha256": code}) // a client that went away
}

func (s *Service) function(name string) Function {
	if f, ok := s.functions[name]; ok {
		return f
	}
	return unknown(name)
}

func unknown(name string) Function {
	return Refuses(http.StatusNotFound, "ResourceNotFoundException",
		fmt.Sprintf("Function not found: arn:aws:lambda:eu-central-1:123456789012:function:%s", name))
}

func (r Reply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	if r.Refusal != nil {
		w.Header().Set("X-Amzn-ErrorType", r.Refusal.Code)
		w.WriteHeader(r.Refusal.Status)
		_ = json.NewEncoder(w).Encode(map[string]string{"Type": "User", "Message": r.Refusal.Message}) // a client that went away
		return
	}
	w.Header().Set("X-Amz-Executed-Version", "$LATEST")
	if r.FunctionError != "" {
		w.Header().Set("X-Amz-Function-Error", r.FunctionError)
	}
	_, _ = w.Write(r.Payload) // the client may be gone
}
