package presets_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/local/judge"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/presets"
	"github.com/sfngen/sfngen/runtime/contract"
)

// ruleOfRefusal is the rule that a mock of a preset refuses by; "" for one of the codes.
var ruleOfRefusal = map[string]string{
	"bybit": "address limit", "coinmarketcap": "limit of the minute", "github-public": "primary limit", "github-token": "secondary limit",
	"kraken-public": "limit", "sec-edgar": "limit", "shopify-admin": "throttled", "stack-exchange": "throttled",
}

// TestRefusalsOfAMock: an API that keeps the limits of a preset refuses as the preset knows
// it, so that a trial meets its rules.
func TestRefusalsOfAMock(t *testing.T) {
	for _, p := range presets.All() {
		resolved := loaded(t, p).Plan
		stated := resolved.UpstreamLimits()
		if len(stated) == 0 {
			continue // there is nothing that a mock could keep
		}
		t.Run(p.Name, func(t *testing.T) {
			refusal := mockapi.SpecRefusal(resolved.Attempts[0].Policy, stated[0], resolved.OrchestratorConfig().Methods)
			if refusal.Rule != ruleOfRefusal[p.Name] {
				t.Errorf("refuses by %q, want %q", refusal.Rule, ruleOfRefusal[p.Name])
			}
			answer := refused(t, mockapi.SpecLimits(stated), refusal)
			v, err := judge.Of(resolved, judge.Case{Answer: answer, Attempt: 1, Now: beforeReset})
			if err != nil {
				t.Fatal(err)
			}
			if v.Means != contract.ErrRateLimited || v.Rule != refusal.Rule { // whether one waits for a day is another question
				t.Errorf("%d %v %s is judged %s by %q", answer.StatusCode, answer.Header, answer.Body, v.Means, v.Rule)
			}
		})
	}
}

// refused is the second answer of an API whose limits let one call through.
func refused(t *testing.T, limits []mockapi.Limit, r mockapi.Refusal) curl.Answer {
	t.Helper()
	for i := range limits {
		limits[i].Requests, limits[i].Burst = 1, min(limits[i].Burst, 1)
	}
	api, err := mockapi.New(mockapi.Config{Limits: limits, Code: r.Code, Header: r.Header, Body: r.Body}, mockapi.Environment{
		Now: func() time.Time { return beforeReset }, Random: func() float64 { return 0 },
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	var last *httptest.ResponseRecorder
	for range 2 {
		last = httptest.NewRecorder()
		api.Handler().ServeHTTP(last, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	}
	return curl.Answer{StatusCode: last.Code, Header: last.Header(), Body: last.Body.Bytes()}
}
