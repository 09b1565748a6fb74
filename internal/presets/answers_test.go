package presets_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/local/judge"
	"github.com/sfngen/sfngen/internal/presets"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/egress"
)

// answer is one that the vendor documents, and what it means. Status, headers and the
// fields of the body are the vendor's; the texts around them are examples.
type answer struct {
	What    string
	Status  int
	Headers map[string]string
	Body    string
	Is      string // success | rateLimited | transient | rejected
	Wait    int    // seconds before the next attempt, jitter left out; 0: not looked at
}

// beforeReset is half a minute before the Unix time 1764590400, which some answers name.
var beforeReset = time.Unix(1764590400, 0).Add(-30 * time.Second)

// TestDocumentedAnswers: an API that answers as the vendor documents it is understood, by
// the preset's own egress and by its policy.
func TestDocumentedAnswers(t *testing.T) {
	for _, p := range presets.All() {
		t.Run(p.Name, func(t *testing.T) {
			resolved := loaded(t, p).Plan
			kinds := map[string]bool{}
			for _, a := range documented(t, p.Name) {
				kinds[a.Is] = true
				if diff := cmp.Diff(a, understood(t, resolved, a)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", a.What, diff)
				}
			}
			if !kinds["rejected"] || !kinds["rateLimited"] && p.Name != "kraken-public" { // whose page does not say how one looks
				t.Errorf("it has neither a limit nor a refusal: %v", kinds)
			}
		})
	}
	files, _ := filepath.Glob("testdata/*.yaml")
	if len(files) != len(presets.All()) {
		t.Errorf("answers of %d presets, but there are %d", len(files), len(presets.All()))
	}
}

// TestNoWaitForADay: an API that asks to wait for hours is not waited for; what goes on does
// so from another address.
func TestNoWaitForADay(t *testing.T) {
	for _, p := range presets.All() {
		for _, code := range []int{420, 429, 503} {
			v, err := judge.Of(loaded(t, p).Plan, judge.Case{Attempt: 1, Now: beforeReset, Answer: curl.Answer{
				StatusCode: code, Header: http.Header{"Retry-After": {"21600"}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			if v.Next != nil && v.Next.MostWaitSeconds > 0 && v.RequestedWaitSeconds > 0 {
				t.Errorf("%s: a %d that asks for six hours is followed by %+v", p.Name, code, *v.Next)
			}
		}
	}
}

func documented(t *testing.T, name string) []answer {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	decoder.KnownFields(true)
	var all []answer
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// understood is the answer with the meaning and the wait that attempt 1 of the preset finds
// in it.
func understood(t *testing.T, p *plan.Plan, a answer) answer {
	t.Helper()
	wantsKey := p.EgressConfig().Credentials != nil
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sent := fmt.Sprint(r.Header); wantsKey != strings.Contains(sent, theKey) {
			t.Errorf("%s: the request has %s", a.What, sent)
		}
		for name, value := range a.Headers {
			w.Header().Set(name, value)
		}
		w.Header()["Date"] = nil // that is not today's
		w.WriteHeader(a.Status)
		_, _ = io.WriteString(w, a.Body) // the caller says what it got
	}))
	defer api.Close()
	name, failure := attempt(t, p, api.URL)
	sameVerdict(t, p, a, name, failure)
	got := a
	got.Is = strings.TrimPrefix(name, "Upstream.")
	got.Is = strings.ToLower(got.Is[:1]) + got.Is[1:]
	if a.Wait > 0 {
		got.Wait = failure.WaitSeconds
	}
	return got
}

// sameVerdict wants that sfngen judge says of an answer what the attempt made of it.
func sameVerdict(t *testing.T, p *plan.Plan, a answer, name string, failure contract.Failure) {
	t.Helper()
	header := http.Header{}
	for name, value := range a.Headers {
		header.Set(name, value)
	}
	v, err := judge.Of(p, judge.Case{
		Answer: curl.Answer{StatusCode: a.Status, Header: header, Body: []byte(a.Body)}, Attempt: 1, Now: beforeReset,
	})
	if err != nil {
		t.Fatal(err)
	}
	if v.Outcome != name {
		t.Errorf("%s: judged %s, but the attempt was %s", a.What, v.Outcome, name)
	}
	n := len(failure.Attempts)
	reason, _, _ := strings.Cut(failure.Reason, "; the value of secret ") // what became of the key is not in an answer
	if n > 0 && (v.Final != failure.Final || v.Reason != reason || v.Rule != failure.Attempts[n-1].Rule) {
		t.Errorf("%s: judged %+v, but the attempt reports %+v", a.What, v, failure)
	}
	if v.Next != nil && (v.Next.LeastWaitSeconds != failure.WaitSeconds ||
		failure.WaitSeconds > 0 && v.Next.WaitReason != failure.WaitReason) {
		t.Errorf("%s: foreseen %+v, but the attempt reports %+v", a.What, *v.Next, failure)
	}
}

// attempt makes attempt 1 of the stack, and gives the name of its error, or success.
func attempt(t *testing.T, p *plan.Plan, upstream string) (string, contract.Failure) {
	t.Helper()
	cfg := p.EgressConfig()
	if c, ok := cfg.Credentials.(credentials.Config); ok {
		c.Store = func(egress.CredentialEnvironment) (credentials.Store, error) { return oneKey{}, nil }
		cfg.Credentials = c
	}
	cfg.Upstream, cfg.AllowPrivate = upstream, true
	e, err := egress.New(cfg, egress.Environment{
		Egress: 1, Now: func() time.Time { return beforeReset }, Random: func() float64 { return 0 }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	var failure contract.Failure
	_, err = e.Handle(context.Background(), payload(t, contract.Invocation{
		Attempt:   1,
		Execution: contract.Execution{Name: "e", StartTime: beforeReset.Format(time.RFC3339)},
		Input:     contract.Input{Request: contract.Request{Method: cfg.Methods[0], Path: "/"}},
		Policy:    p.Attempts[0].Policy,
	}))
	var report messages.InvokeResponse_Error
	switch {
	case err == nil:
		return "success", failure
	case !errors.As(err, &report):
		t.Fatalf("the attempt failed with %v", err)
	}
	if err := json.Unmarshal([]byte(report.Message), &failure); err != nil {
		t.Fatal(err)
	}
	return report.Type, failure
}

// payload is the invocation as Lambda hands it over.
func payload(t *testing.T, in contract.Invocation) contract.Payload {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var p contract.Payload
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// oneKey is a store in which every secret is the same.
type oneKey struct{}

func (oneKey) Fetch(context.Context, credentials.Reference) (string, error) { return theKey, nil }

const theKey = "key-of-a-preset"
