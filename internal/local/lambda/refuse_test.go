package lambda_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

func TestConcurrency(t *testing.T) {
	for _, test := range []struct {
		name     string
		reserved int
		account  int
		want     string
	}{
		{"of the function", 2, 100, "ReservedFunctionConcurrentInvocationLimitExceeded"},
		{"of the account", 0, 2, "ConcurrentInvocationLimitExceeded"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inEachMode(t, func(t *testing.T, code lambda.Code) {
				s := service(t, lambda.Function{Code: code, ReservedConcurrency: test.reserved}, lambda.Options{Concurrency: test.account})
				hanging(t, s, 2)
				_, err := s.Invoke(t.Context(), "subject", nil)
				want := &lambda.APIError{Code: "TooManyRequestsException", Status: 429, Message: "Rate Exceeded.", Reason: test.want}
				wantAPIError(t, err, want)
				s.Kill("subject")
				for { // the killed ones leave soon
					if _, err := s.Invoke(t.Context(), "subject", nil); err == nil {
						break
					}
				}
			})
		})
	}
}

func TestReservedConcurrencyIsTakenFromTheOthers(t *testing.T) {
	s := service(t, lambda.Function{Code: inProcess(t)}, lambda.Options{Concurrency: 3})
	put(t, s, lambda.Function{Name: "reserving", Code: inProcess(t), ReservedConcurrency: 2})
	hanging(t, s, 1)
	if _, err := s.Invoke(t.Context(), "subject", nil); err == nil || !strings.Contains(err.Error(), "Rate Exceeded") {
		t.Errorf("second of the one that is left: got %v", err)
	}
	if _, err := s.Invoke(t.Context(), "reserving", nil); err != nil {
		t.Errorf("reserved: %v", err)
	}
	err := s.Put(lambda.Function{Name: "greedy", Timeout: time.Second, Code: inProcess(t), ReservedConcurrency: 2})
	if err == nil || !strings.Contains(err.Error(), "the account has 1 left, of 3") {
		t.Errorf("reserving more than is left: got %v", err)
	}
}

func TestThrottle(t *testing.T) {
	s := service(t, lambda.Function{Code: inProcess(t)}, lambda.Options{})
	s.Throttle("subject", 2)
	for i := range 3 {
		_, err := s.Invoke(t.Context(), "subject", nil)
		if i == 2 {
			if err != nil {
				t.Errorf("third: %v", err)
			}
			break
		}
		wantAPIError(t, err, &lambda.APIError{Code: "TooManyRequestsException", Status: 429, Message: "Rate Exceeded.",
			Reason: "CallerRateLimitExceeded"})
	}
}

func TestRefusals(t *testing.T) {
	s := service(t, lambda.Function{Code: inProcess(t)}, lambda.Options{Region: "eu-west-1", AccountID: "111122223333"})
	arn := "arn:aws:lambda:eu-west-1:111122223333:function:"
	for _, test := range []struct {
		name, function string
		payload        []byte
		want           *lambda.APIError
	}{
		{name: "by name", function: "subject"},
		{name: "by ARN", function: arn + "subject"},
		{name: "by partial ARN", function: "111122223333:function:subject"},
		{name: "by qualified ARN", function: arn + "subject:$LATEST"},
		{name: "no such name", function: "other", want: &lambda.APIError{Code: "ResourceNotFoundException", Status: 404,
			Message: "Function not found: " + arn + "other:$LATEST"}},
		{name: "no such ARN", function: arn + "other:$LATEST", want: &lambda.APIError{Code: "ResourceNotFoundException", Status: 404,
			Message: "Function not found: " + arn + "other:$LATEST"}},
		{name: "no such version", function: arn + "subject:7", want: &lambda.APIError{Code: "ResourceNotFoundException", Status: 404,
			Message: "Function not found: " + arn + "subject:7"}},
		{name: "another account", function: "999922223333:function:subject", want: &lambda.APIError{Code: "ResourceNotFoundException",
			Status: 404, Message: "Function not found: " + arn + "999922223333:function:subject"}},
		{name: "the largest payload", function: "subject", payload: sizedEvent(lambda.RequestLimit)},
		{name: "too large a payload", function: "subject", payload: sizedEvent(lambda.RequestLimit + 1),
			want: &lambda.APIError{Code: "RequestTooLargeException", Status: 413,
				Message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation"}},
		{name: "no JSON", function: "subject", payload: []byte("{"), want: &lambda.APIError{Code: "InvalidRequestContentException", Status: 400,
			Message: "Could not parse request body into json: unexpected end of JSON input"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := s.Invoke(t.Context(), test.function, test.payload)
			wantAPIError(t, err, test.want)
		})
	}
}

func sizedEvent(size int) []byte {
	return fmt.Appendf(nil, `{"do":"echo","text":"%s"}`, bytes.Repeat([]byte("a"), size-len(`{"do":"echo","text":""}`)))
}

func wantAPIError(t *testing.T, err error, want *lambda.APIError) {
	t.Helper()
	var got *lambda.APIError
	if !errors.As(err, &got) && err != nil {
		t.Fatalf("error: got %v, want an *APIError", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestPutRefuses(t *testing.T) {
	ok := lambda.Function{Name: "f", Timeout: time.Second, Code: inProcess(t)}
	for _, test := range []struct {
		name   string
		change func(*lambda.Function)
		want   string
	}{
		{"a name", func(f *lambda.Function) { f.Name = "a b" }, "name: must be 1 to 64"},
		{"an ARN of another name", func(f *lambda.Function) { f.ARN = "arn:aws:lambda:r:a:function:g" }, "must be arn:PARTITION"},
		{"no time", func(f *lambda.Function) { f.Timeout = 0 }, "timeout: must be between 1s and 900s, got 0s"},
		{"too much time", func(f *lambda.Function) { f.Timeout = 901 * time.Second }, "timeout: must be"},
		{"little memory", func(f *lambda.Function) { f.MemoryMB = 64 }, "memory: must be between 128 and 10240 MB, got 64"},
		{"negative concurrency", func(f *lambda.Function) { f.ReservedConcurrency = -1 }, "reserved concurrency: must be 0 or more"},
		{"no code", func(f *lambda.Function) { f.Code = nil }, "code: missing"},
		{"Lambda's own variable", func(f *lambda.Function) { f.Environment = map[string]string{"AWS_REGION": "x"} },
			"AWS_REGION: Lambda sets it itself"},
		{"a broken variable", func(f *lambda.Function) { f.Environment = map[string]string{"A=B": "x"} }, "a name is letters"},
		{"a variable with NUL", func(f *lambda.Function) { f.Environment = map[string]string{"A": "\x00"} }, "NUL"},
		{"large variables", func(f *lambda.Function) { f.Environment = map[string]string{"A": strings.Repeat("x", 4096)} },
			"have 4097 bytes, and Lambda takes 4096"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := ok
			test.change(&f)
			if err := lambda.New(lambda.Options{}).Put(f); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error: got %v, want one with %q", err, test.want)
			}
		})
	}
}
