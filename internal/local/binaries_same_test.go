package local_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// binarySpec only waits for the upstream, so both ways can use the system's clock.
func binarySpec(attemptTimeout string) string {
	retry := "retry: {maxAttempts: 3, attemptTimeout: " + attemptTimeout + ", backoff: {strategy: none, jitter: none}}"
	return strings.Replace(base(retry), "HEAD, POST, PUT, PATCH, DELETE, OPTIONS", "POST", 1)
}

// scenario is one request that is made in process and through the compiled
// Lambdas, with the same upstream.
type scenario struct {
	name, script string // what answers it; "": the mock API's own answer
	method, path string
	body         string
	headers      []string
	kill         bool // egress 1, while the upstream holds the call
	exit         bool // egress 1 has a main that exits
	status       int
	egresses     []int // that the upstream saw
}

var scenarios = []scenario{
	{name: "success", method: "GET", path: "/orders?n=1&n=2", status: 200, egresses: []int{1}},
	{name: "POST", method: "POST", path: "/posts", body: `{"order": "<é>"}`, headers: []string{"Content-Type", "application/json"},
		status: 200, egresses: []int{1}},
	{name: "429, then 200 on the next address", script: "429,200", method: "GET", path: "/limited", status: 200, egresses: []int{1, 2}},
	{name: "429 everywhere", script: "429:retry-after=0", method: "GET", path: "/blocked", status: 429, egresses: []int{1, 2, 3}},
	{name: "503, then 200", script: "503,200", method: "GET", path: "/busy", status: 200, egresses: []int{1, 2}},
	{name: "503 of a POST", script: "503", method: "POST", path: "/busy-post", status: 503, egresses: []int{1}},
	{name: "500 of a POST", script: "500:x-cause=bug", method: "POST", path: "/broken", status: 500, egresses: []int{1}},
	{name: "reset", script: "reset,200", method: "GET", path: "/reset", status: 200, egresses: []int{1, 2}},
	{name: "reset of a POST", script: "reset", method: "POST", path: "/reset-post", status: 502, egresses: []int{1}},
	{name: "binary body", method: "GET", path: "/binary", status: 200, egresses: []int{1}},
	{name: "binary request", method: "POST", path: "/upload", body: "\x00\xff\x01", status: 200, egresses: []int{1}},
	{name: "big body", method: "GET", path: "/bytes/150000", status: 200, egresses: []int{1}},
	{name: "body too big", method: "GET", path: "/bytes/7000000", status: 502, egresses: []int{1}},
	{name: "405", method: "DELETE", path: "/orders", status: 405},
	{name: "413", method: "POST", path: "/orders", body: strings.Repeat("x", 200_000), headers: []string{"Content-Type", "text/plain"},
		status: 413},
	{name: "killed", script: "hang,200", method: "GET", path: "/kill", kill: true, status: 200, egresses: []int{1, 2}},
	{name: "killed with a POST", script: "hang,200", method: "POST", path: "/kill-post", kill: true, status: 502, egresses: []int{1}},
	{name: "exits", method: "GET", path: "/exit", exit: true, status: 200, egresses: []int{2}},
}

// outcome is what the test compares of a request: no ids, no dates.
type outcome struct {
	Status int
	Header map[string][]string
	Body   string
	Calls  []string
	Events []string // as JSON
}

// The same requests, once in process and once through compiled Lambdas.
func TestBinariesGiveTheSameAnswersAndHistories(t *testing.T) {
	t.Parallel()
	compareBinaries(t, binarySpec("1m"), scenarios)
}

// A time limit that is met costs its time, and a short one is met by any call on a
// busy machine: the call that hangs has a stack of its own.
func TestBinariesMeetTheSameTimeLimit(t *testing.T) {
	t.Parallel()
	compareBinaries(t, binarySpec("2s"), []scenario{
		{name: "timeout", script: "hang", method: "POST", path: "/hang", status: 504, egresses: []int{1}},
	})
}

func compareBinaries(t *testing.T, spec string, scenarios []scenario) {
	t.Helper()
	upstream := watched(t, scenarios)
	inProcess := run(t, spec, upstream.url)
	compiled := run(t, spec, upstream.url, binaries)
	for _, tt := range scenarios {
		t.Run(tt.name, func(t *testing.T) {
			want := perform(t, inProcess, upstream, tt, lambda.InProcess(func(func(string) string) (lambda.Handler, error) {
				return nil, errors.New("exits")
			}))
			got := perform(t, compiled, upstream, tt, lambda.Binary(exiting(t)))
			same(t, "in process and compiled differ", want, got)
			if want.Status != tt.status {
				t.Errorf("status %d, want %d; body: %.300s", want.Status, tt.status, want.Body)
			}
			path, _, _ := strings.Cut(tt.path, "?")
			same(t, "upstream", fromEgresses(tt.method+" "+path, tt.egresses...), want.Calls)
		})
	}
	leavesNoProcess(t, compiled)
}

// watchedAPI reports each request when its answer is decided.
type watchedAPI struct {
	*mockapi.API
	url      string
	answered chan struct{}
}

func watched(t *testing.T, scenarios []scenario) *watchedAPI {
	var paths []mockapi.PathScript
	for _, tt := range scenarios {
		if tt.script != "" {
			paths = append(paths, scripts(t, tt.path+"="+tt.script)...)
		}
	}
	w := &watchedAPI{answered: make(chan struct{}, 1000)}
	h := heldWith(t, mockapi.Config{Paths: paths}, func(mockapi.Request) { w.answered <- struct{}{} })
	w.API, w.url = h.API, h.url
	return w
}

// exiting is a program that is not a bootstrap.
func exiting(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(file, []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

// perform sends the request and collects the outcome.
func perform(t *testing.T, r *rig, upstream *watchedAPI, s scenario, exits lambda.Code) outcome {
	t.Helper()
	upstream.Reset()
	for len(upstream.answered) > 0 {
		<-upstream.answered
	}
	if s.exit { // it is the last scenario: the stack stays as it is then
		r.replace("1", time.Minute, exits)
	}
	answers := r.start(t.Context(), s.method, s.path, s.body, s.headers...)
	if s.kill {
		receive(t, upstream.answered, "the request at the upstream")
		r.workflow.Lambda().Kill("orders-egress-1")
	}
	a := ended(t, answers)
	out := outcome{Status: a.status, Header: normalHeader(a.header), Body: normal(a.body), Calls: callsAt(upstream.API)}
	if a.execution != "" {
		r.result(a.execution)
		out.Events = normalEvents(t, r, a.execution)
	}
	return out
}

func normalEvents(t *testing.T, r *rig, execution string) (lines []string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events[execution] {
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, normal(string(text)))
	}
	return lines
}

func normalHeader(header http.Header) map[string][]string {
	out := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			out[name] = append(out[name], normal(value))
		}
	}
	delete(out, "Content-Length") // of a body with durations, which have more digits or less
	return out
}

// What differs from one run to the next in both ways.
var (
	anUUID     = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	aTraceID   = regexp.MustCompile(`1-[0-9a-f]{8}-[0-9a-f]{24}|Lineage=1:[0-9a-f]+`)
	aParentID  = regexp.MustCompile(`Parent=[0-9a-f]{16}`)
	aTime      = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`)
	aDate      = regexp.MustCompile(`[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`)
	aDuration  = regexp.MustCompile(`(durationMs\\*"):\d+`)
	aRoom      = regexp.MustCompile(`(at most about )\d+( fit)`) // beside the durations, which have more digits or less
	aLength    = regexp.MustCompile(`(Content-Length\\*":\[?\\*")\d+`)
	aBreak     = regexp.MustCompile(`connection reset by peer|closed by the upstream before the answer`) // by who is quicker
	aLocalPort = regexp.MustCompile(`127\.0\.0\.(\d+):\d+`)
)

func normal(text string) string {
	text = anUUID.ReplaceAllString(text, "ID")
	text = aTraceID.ReplaceAllString(text, "TRACE")
	text = aParentID.ReplaceAllString(text, "PARENT")
	text = aTime.ReplaceAllString(text, "TIME")
	text = aDate.ReplaceAllString(text, "DATE")
	text = aDuration.ReplaceAllString(text, "$1:0")
	text = aRoom.ReplaceAllString(text, "${1}N${2}")
	text = aLength.ReplaceAllString(text, "${1}0")
	text = aBreak.ReplaceAllString(text, "BREAK")
	return aLocalPort.ReplaceAllString(text, "127.0.0.$1:PORT")
}

// leavesNoProcess closes a stack whose Lambdas have run as processes.
func leavesNoProcess(t *testing.T, r *rig) {
	t.Helper()
	if n := bootstraps(t); n == 0 {
		t.Error("no Lambda has run as a process")
	}
	if err := r.workflow.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Errorf("Close: %v", err)
	}
	same(t, "processes that are left", 0, bootstraps(t))
}
