//go:build moto

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/fakeaws"
	door "github.com/sfngen/sfngen/internal/fakeaws/functionurl"
	"github.com/sfngen/sfngen/internal/fakeaws/moto"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/functionurl"
	"github.com/sfngen/sfngen/spec"
)

// shownURL is the function URL in the pages.
const shownURL = "https://qz3x7lhw2tsb4fjo.lambda-url.eu-central-1.on.aws"

// What the pages show of AWS happens against moto. Function URLs are not among
// what moto has: that of the example is served here, by its own Lambdas, behind a
// door that checks signatures as Lambda does.
func TestMotoPages(t *testing.T) {
	server := motoServer(t)
	for _, name := range pageNames(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			motoServer(t) // empty again
			url := exampleURL(t)
			moto.Gateway(t, server, url+"/")
			p := newPage(t, name)
			p.ports[shownURL] = url
			p.show(t, onAWS.MatchString)
		})
	}
}

func exampleURL(t *testing.T) string {
	t.Helper()
	calls := 0
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprintln(w, `{"orders": [{"id": 17, "total": 42}]}`)
	}))
	t.Cleanup(upstream.Close)
	text, err := os.ReadFile("../../examples/acme-orders.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, findings := stack.LoadWith(stack.Source{Name: "acme-orders.yaml", Text: text}, func(s *spec.Spec) {
		if err := s.OverrideUpstream(upstream.URL); err != nil {
			t.Fatal(err)
		}
	})
	if s == nil {
		t.Fatal(findings)
	}
	workflow, err := local.Start(t.Context(), s, local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = workflow.Close(ctx) // nothing runs in it any more
	})
	server := httptest.NewServer(door.Door{AccessKey: "AKIAEXAMPLE", Secret: "secret", Region: fakeaws.Region, Now: time.Now,
		Next: functionurl.New(functionurl.Options{Function: "acme-orders-orchestrator", Invoke: workflow.Lambda().Invoke})})
	t.Cleanup(server.Close)
	return server.URL
}
