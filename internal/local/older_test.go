package local_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/runtime/contract"
)

// older are the folders of what earlier versions wrote.
func older(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("../testdata/older/2*")
	if err != nil || len(dirs) < 2 {
		t.Fatalf("%d folders, %v", len(dirs), err)
	}
	return dirs
}

// runOlder runs a definition as an earlier version wrote it, with today's Lambdas. All
// else is what today gives of its spec.
func runOlder(t *testing.T, dir, name, upstream string) *rig {
	t.Helper()
	r := run(t, readFile(t, filepath.Join(dir, name, "spec.yaml")), upstream, skipping)
	s := stackOf(t, readFile(t, filepath.Join(dir, name, "spec.yaml")), upstream)
	return loadWith(r, s, readFile(t, filepath.Join(dir, name, stack.MachineFile)))
}

// loadWith loads the stack with another definition.
func loadWith(r *rig, s *stack.Stack, definition string) *rig {
	r.t.Helper()
	for i, f := range s.Files {
		if f.Path == stack.MachineFile {
			s.Files[i].Content = []byte(definition)
		}
	}
	if err := r.workflow.Load(r.t.Context(), s); err != nil {
		r.t.Fatal(err)
	}
	return r
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// onEach runs a test on each folder.
func onEach(t *testing.T, test func(t *testing.T, dir string)) {
	t.Parallel()
	for _, dir := range older(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) { t.Parallel(); test(t, dir) })
	}
}

// A requested wait is honoured by whatever name the definition calls it.
func TestOlderDefinitionsWait(t *testing.T) {
	onEach(t, func(t *testing.T, dir string) {
		upstream, at := api(t, mockapi.Config{Paths: scripts(t, "/x=429:retry-after=7,200")})
		r := runOlder(t, dir, "weather-one-egress", at)
		a := r.call("GET", "/x", "")
		a.says(t, 200, "X-Sfngen-Attempts", "2")
		same(t, "calls", 2, len(upstream.Requests()))
		if wait := r.attempts(a.execution)[0].Wait.Duration().Seconds(); wait < 7 || wait > 8 { // and at most 1 s of jitter
			t.Errorf("waited %g s, want 7 and a share of the backoff", wait)
		}
		same(t, "too long a wait", 429, statusOfLongWait(t, dir))
	})
}

// statusOfLongWait asks for more than the definition's maxWait, 15 s.
func statusOfLongWait(t *testing.T, dir string) int {
	t.Helper()
	_, at := api(t, mockapi.Config{Paths: scripts(t, "/x=429:retry-after=16,200")})
	return runOlder(t, dir, "weather-one-egress", at).call("GET", "/x", "").status
}

// A POST without an idempotency key goes out again after 429 only: definitions without
// notActedStatusCodes meant 503 too, and are served more carefully than they were.
func TestOlderDefinitionsKeepAPostFromGoingOutTwice(t *testing.T) {
	onEach(t, func(t *testing.T, dir string) {
		for script, calls := range map[string]int{"429,200": 2, "503,200": 1, "500,200": 1} {
			upstream, at := api(t, mockapi.Config{Paths: scripts(t, "/="+script)})
			runOlder(t, dir, "claude-messages", at).call("POST", "/v1/messages", "{}")
			same(t, script, calls, len(upstream.Requests()))
		}
	})
}

// An event's execution: a standard workflow, two egresses, the same key in each attempt. A
// redirect was a success for definitions of contract 1, which state none.
func TestOlderDefinitionsServeEvents(t *testing.T) {
	onEach(t, func(t *testing.T, dir string) {
		upstream, at := api(t, mockapi.Config{Paths: scripts(t, "/=503,302")})
		r := runOlder(t, dir, "order-events", at)
		r.call("POST", "/.sfngen/events/order-placed", `{"id":"e-1","source":"shop.orders","detail-type":"OrderPlaced","detail":{"total":3}}`)
		result := r.result(r.only())
		want := event.Failed
		if !strings.Contains(readFile(t, filepath.Join(dir, "order-events", stack.MachineFile)), `"contract":`) {
			want = event.Succeeded
		}
		same(t, "a redirect", want, result.Status)
		keys := map[string]int{}
		for _, q := range upstream.Requests() {
			keys[q.Header.Get("X-Request-Id")]++
		}
		same(t, "keys", map[string]int{"e-1": 2}, keys)
	})
}

// A definition of a version to come reaches no API, and its caller is told why.
func TestANewerDefinitionIsRefused(t *testing.T) {
	t.Parallel()
	upstream, at := api(t, mockapi.Config{})
	text := base("retry: {maxAttempts: 3}\n")
	r, s := run(t, text, at, skipping), stackOf(t, text, at)
	const now = `"contract": 2,` // what a spec without rules needs
	definition := string(s.File(stack.MachineFile))
	same(t, "attempts that state it", 3, strings.Count(definition, now))
	loadWith(r, s, strings.ReplaceAll(definition, now, fmt.Sprintf(`"contract": %d,`, contract.Version+1)))
	a := r.call("GET", "/", "")
	a.says(t, 502, "Content-Type", "application/problem+json")
	if !strings.Contains(a.body, `problems.md#lambdas-outdated"`) || !strings.Contains(a.body, `"fault":"newer-contract"`) {
		t.Error(a.body)
	}
	same(t, "calls", 0, len(upstream.Requests()))
	attempts := r.attempts(a.execution)
	same(t, "attempts", 1, len(attempts))
	want := fmt.Sprintf("the state machine has version %d of the contract, this Lambda serves up to version %d: "+
		"deploy the stack's Lambdas before its state machine", contract.Version+1, contract.Version)
	same(t, "reason", want, attempts[0].Reason)
}
