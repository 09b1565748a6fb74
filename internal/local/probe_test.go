package local_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/spec"
)

// probedSpec has an upstream that no probe may call, and an echo service that
// only the Internet has.
const probedSpec = "retry: {maxAttempts: 3}\n"

// withEcho is the stack of a spec whose egresses call the local service.
func withEcho(t *testing.T, text string) *stack.Stack {
	t.Helper()
	echo, err := local.ServeEcho()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(echo.Close)
	var refused error
	s, findings := stack.LoadWith(stack.Source{Name: "spec.yaml", Text: []byte(text)}, func(s *spec.Spec) { refused = echo.Configure(s) })
	if refused != nil || spec.HasErrors(findings) {
		t.Fatalf("spec: %v %v", refused, findings)
	}
	return s
}

// addresses are what each egress showed, or its fault.
func addresses(r probe.Report) []string {
	var list []string
	for _, e := range r.Egresses {
		for _, s := range e.Addresses {
			list = append(list, s.Address.String())
		}
		for _, f := range e.Faults {
			list = append(list, string(f.Fault)+": "+f.Reason)
		}
	}
	return list
}

// here are the addresses that egresses have on this machine.
func here() ([]string, int) {
	if runtime.GOOS == "linux" || runtime.GOOS == "windows" { // where all of 127/8 is the machine's
		return []string{"127.0.0.101", "127.0.0.102", "127.0.0.103"}, 3
	}
	return []string{"127.0.0.1", "127.0.0.1", "127.0.0.1"}, 1
}

func TestProbeShowsTheAddressesThatEgressesCallFrom(t *testing.T) {
	t.Parallel()
	want, distinct := here()
	for name, o := range map[string]local.Options{"in process": {}, "compiled": {Binaries: true}} {
		text := base(probedSpec)
		if o.Binaries { // which network the deployed stack has changes nothing here
			text = strings.Replace(text, "count: 3", "count: 3, network: {type: ipv6}", 1)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if o.Binaries {
				holdProcesses(t)
			}
			report, note, err := local.Probe(t.Context(), withEcho(t, text), o, 2)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, addresses(report)); diff != "" || report.Distinct != distinct || report.Rounds != 2 {
				t.Errorf("%d distinct in %d rounds; addresses (-want +got):\n%s", report.Distinct, report.Rounds, diff)
			}
			if (note != "") != (distinct == 1) {
				t.Errorf("note: %q", note)
			}
		})
	}
}

// A request that looks like a probe goes to the upstream, however it arrives.
func TestNoCallerSendsAProbe(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var bodies []string
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		bodies = append(bodies, string(body))
		io.WriteString(w, "the upstream's answer")
	}))
	t.Cleanup(upstream.Close)
	r := run(t, base(probedSpec), upstream.URL)
	const body = `{"probe":{"url":"https://192.0.2.1/"},"attempt":0}`
	got := r.call("POST", "/orders", body, "Content-Type", "application/json")
	if got.body != "the upstream's answer" {
		t.Errorf("answer %q", got.body)
	}
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]string{body}, bodies); diff != "" {
		t.Errorf("what the upstream got (-want +got):\n%s", diff)
	}
}
