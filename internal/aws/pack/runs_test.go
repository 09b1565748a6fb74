package pack_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/runtime/contract"
)

// bootstrapsRun starts what is in the zips as Lambda would, behind its Runtime
// API: for one attempt, and for a request that the orchestrator refuses by itself.
func bootstrapsRun(t *testing.T, s *stack.Stack, artifacts []pack.Artifact) {
	payload, err := json.Marshal(contract.Invocation{
		Attempt:   1,
		Execution: contract.Execution{Name: "execution-1", StartTime: time.Now().Format(time.RFC3339)},
		Input:     contract.Input{Request: contract.Request{Method: "GET", Path: "/orders", Query: "open=1"}},
		Policy:    s.Plan.Attempts[0].Policy,
	})
	if err != nil {
		t.Fatal(err)
	}
	var answer contract.Success
	invoke(t, unzipped(t, artifacts[0].File), map[string]string{contract.EnvEgress: "2"}, payload, &answer)
	same(t, "the egress's answer", "200 GET /v1/orders?open=1 by 2", brief(answer))

	var refusal struct{ StatusCode int }
	invoke(t, unzipped(t, artifacts[1].File), map[string]string{
		"SFNGEN_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:orders",
	}, []byte(`{"version": "2.0", "rawPath": "/orders", "requestContext": {"http": {"method": "BREW", "path": "/orders"}}}`), &refusal)
	same(t, "the orchestrator's answer", http.StatusMethodNotAllowed, refusal.StatusCode)
}

// echo answers with what it was asked.
func echo(t *testing.T) (url string) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Method+" "+r.URL.String())
	}))
	t.Cleanup(upstream.Close)
	return upstream.URL + "/v1"
}

// brief is the status, the body and the egress of the only attempt.
func brief(s contract.Success) string {
	text, err := json.Marshal(s.Attempts)
	if err != nil || len(s.Attempts) != 1 {
		return "attempts: " + string(text)
	}
	return strconv.Itoa(s.Response.StatusCode) + " " + s.Response.Body + " by " + strconv.Itoa(s.Attempts[0].Egress)
}

// unzipped is the bootstrap, with the mode that it has in the zip.
func unzipped(t *testing.T, file string) string {
	t.Helper()
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	entry, err := archive.Open("bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(entry) // checks the sum
	if err != nil {
		t.Fatal(err)
	}
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(bootstrap, content, archive.File[0].Mode()); err != nil {
		t.Fatal(err)
	}
	return bootstrap
}

func invoke(t *testing.T, bootstrap string, environment map[string]string, payload []byte, answer any) {
	t.Helper()
	var log bytes.Buffer
	service := lambda.New(lambda.Options{Log: &log})
	defer func() {
		if err := service.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	if err := service.Put(lambda.Function{Name: "subject", Timeout: 3 * time.Minute, Environment: environment,
		Code: lambda.Binary(bootstrap)}); err != nil {
		t.Fatal(err)
	}
	result, err := service.Invoke(t.Context(), "subject", payload)
	if err != nil || result.FunctionError != "" {
		t.Fatalf("%v %s\n%s", err, result.Payload, log.String())
	}
	if err := json.Unmarshal(result.Payload, answer); err != nil {
		t.Fatalf("%v: %s", err, result.Payload)
	}
}
