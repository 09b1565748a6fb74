package local_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// peakLimit is what a Lambda of 128 MB may take: Lambda's own share is in the rest.
const peakLimit = 100 << 10 // KiB

// memorySpec makes one attempt through one egress.
const memorySpec = `version: 1
name: orders
upstream: {url: https://api.acme.example, methods: [GET, POST]}
retry: {maxAttempts: 1, attemptTimeout: 1m}
egress: {count: 1}
`

// unpacking is a small answer that says gzip and becomes n times the text. It is packed
// when it is asked for: other tests of the package need none.
func unpacking(text string, n int) http.HandlerFunc {
	packed := sync.OnceValue(func() []byte {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(bytes.Repeat([]byte(text), n))
		_ = w.Close()
		return packed.Bytes()
	})
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed())
	}
}

func repeating(status int, text string, n int) http.HandlerFunc {
	body := strings.Repeat(text, n)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// endlessly answers until nobody reads.
func endlessly(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, text); err != nil {
				return
			}
		}
	}
}

func manyFields(status, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := range n {
			w.Header()[fmt.Sprintf("%x", i)] = []string{""}
		}
		w.WriteHeader(status)
	}
}

// greedy are answers that each once took more than a small Lambda has.
var greedy = map[string]http.HandlerFunc{
	"/plain":              repeating(200, "x", 6_290_000),
	"/control":            repeating(200, "\x01", 6_290_000),
	"/quotes":             repeating(200, `"`, 6_290_000),
	"/separators":         repeating(200, "\u2028", 2_000_000),
	"/binary":             repeating(200, "\xff\x00", 3_145_000),
	"/failed-control":     repeating(404, "\x01", 6_290_000),
	"/failed-html":        repeating(404, "<&>", 2_090_000),
	"/failed-binary":      repeating(503, "\xff", 6_290_000),
	"/unpacked-control":   unpacking("\x01", 6_290_000),
	"/unpacked-100-MB":    unpacking("\x01", 100<<20),
	"/endless":            endlessly(strings.Repeat("\x01", 1<<16)),
	"/as-large-as-passes": repeating(200, "\xff", 190_000),
	"/fields":             manyFields(429, 225_000),
	"/fields-of-success":  manyFields(200, 225_000),
}

// heavy are bodies of callers, as large as a function URL takes.
var heavy = map[string]string{
	"text":        strings.Repeat("x", 6_200_000),
	"quotes":      strings.Repeat(`"`, 3_100_000),
	"control":     strings.Repeat("\x01", 1_040_000),
	"binary":      strings.Repeat("\xff\x00", 2_300_000), // base64
	"as it fits":  strings.Repeat("x", 190_000),
	"JSON arrays": strings.Repeat("[", 6_200_000),
}

// A caller and an upstream decide how much they send, not how much memory a Lambda
// takes. One that dies of it ends every attempt of an execution.
func TestLambdasStaySmall(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := greedy[r.URL.Path]; answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(upstream.Close)
	r := run(t, memorySpec, upstream.URL, binaries)
	r.call("GET", "/", "")
	for _, path := range slices.Sorted(maps.Keys(greedy)) {
		for range 2 { // a Lambda is used again
			if a := r.call("GET", path, ""); strings.Contains(a.body, "crashed") {
				t.Errorf("%s: %s", path, a.body)
			}
		}
		staysSmall(t, path)
	}
	for _, name := range slices.Sorted(maps.Keys(heavy)) {
		for range 2 {
			a := r.call("POST", "/", heavy[name], "Content-Type", "text/plain")
			if want := 413; name != "as it fits" && (a.status != want || !strings.Contains(a.body, "bytes as JSON")) {
				t.Errorf("a request of %s: status %d, want %d: %s", name, a.status, want, a.body)
			}
		}
		staysSmall(t, "a request of "+name)
	}
}

// staysSmall looks at the most memory that each bootstrap has ever had in use
// (proc_pid_status(5), VmHWM).
func staysSmall(t *testing.T, after string) {
	t.Helper()
	lambdas := 0
	for _, pid := range children(t) {
		status, err := os.ReadFile(filepath.Join("/proc", pid, "status"))
		_, rest, ok := strings.Cut(string(status), "VmHWM:")
		var peak int
		if _, scanned := fmt.Sscan(rest, &peak); err != nil || !ok || scanned != nil {
			continue // it has ended
		}
		lambdas++
		t.Logf("after %s: %s has had %d MiB", after, role(pid), peak>>10)
		if peak > peakLimit {
			t.Errorf("after %s: %s has had %d MiB, more than %d", after, role(pid), peak>>10, peakLimit>>10)
		}
	}
	if lambdas < 2 {
		t.Errorf("after %s: %d Lambdas are running, want orchestrator and egress", after, lambdas)
	}
}

// role says which Lambda a process is.
func role(pid string) string {
	environment, _ := os.ReadFile(filepath.Join("/proc", pid, "environ"))
	if bytes.Contains(environment, []byte("SFNGEN_EGRESS=")) {
		return "the egress"
	}
	return "the orchestrator"
}
