package local_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// listening are the ports on which this process accepts connections, as the kernel
// has them: a listener that nobody told this test about is among them.
func listening(t *testing.T) map[string]bool {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	mine := map[string]bool{}
	for _, entry := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + entry.Name()); err == nil && strings.HasPrefix(target, "socket:[") {
			mine[strings.Trim(target, "socket:[]")] = true
		}
	}
	ports := map[string]bool{}
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue // no IPv6
		}
		for line := range strings.Lines(string(text)) { // proc_pid_net(5)
			fields := strings.Fields(line)
			if len(fields) < 10 || fields[3] != "0A" || !mine[fields[9]] {
				continue
			}
			_, port, _ := strings.Cut(fields[1], ":")
			n, err := strconv.ParseUint(port, 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			ports[strconv.FormatUint(n, 10)] = true
		}
	}
	return ports
}

// stranger sends requests as a web page, another user or a curious program would.
func stranger(t *testing.T, port, path, host, origin string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:"+port+path, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "AWSStepFunctions.ListStateMachines")
	if host != "" {
		request.Host = host + ":" + port
	}
	if origin != "" {
		request.Header.Set("Origin", origin)
		request.Header.Set("User-Agent", "Mozilla/5.0") // of the browser that shows the page
	}
	response, err := caller.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

// answersTo is what the doors that have opened since before say to a stranger.
func answersTo(t *testing.T, before map[string]bool, host, origin string) map[string]int {
	t.Helper()
	said := map[string]int{}
	for port := range listening(t) {
		if before[port] {
			continue
		}
		status, body := stranger(t, port, "/2018-06-01/runtime/invocation/next", host, origin)
		if text := fmt.Sprintf("%d %.40s", status, strings.TrimSpace(body)); status >= 400 {
			said[text]++
		} else {
			said[strconv.Itoa(status)]++
		}
	}
	return said
}

// Every listener that sfngen has on this machine, found in the kernel's tables: a
// private and a public function URL, their Step Functions APIs, the Runtime APIs of
// compiled Lambdas, the mock API, the echo service. It runs alone: others listen too.
func TestEveryDoorOfThisMachineIsGuarded(t *testing.T) {
	before := listening(t)
	_, upstream := api(t, mockapi.Config{})
	public := run(t, strings.Replace(base(probedSpec), "count: 3", "count: 1", 1), upstream, binaries)
	public.call("GET", "/orders", "") // starts the compiled Lambdas
	private, err := local.Start(t.Context(), stackOf(t, base(probedSpec), upstream), local.Options{Private: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closeNow(private)
	echo, err := local.ServeEcho()
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()

	const misdirected = `421 sfngen listens on this machine only, and`
	for _, test := range []struct {
		name, host, origin string
		want               map[string]int
	}{
		{"foreign host", "evil.example", "", map[string]int{misdirected: 8}},
		{"foreign host and its page", "evil.example", "http://evil.example", map[string]int{misdirected: 8}},
		{"foreign page", "", "https://evil.example", map[string]int{
			"403 a page of https://evil.example may not c": 7, // of 8: who listens to one key takes no page for anything
			"403 this URL answers to the sfngen that open": 1,
		}},
		{"no key", "", "", map[string]int{
			"403 the Step Functions API of this run answe": 2,
			"403 this Runtime API answers to the sfngen t": 2,
			"403 the echo service of this run answers to ": 1,
			"403 this URL answers to the sfngen that open": 1,
			"200": 2, // the public function URL and the mock API
		}},
	} {
		got := answersTo(t, before, test.host, test.origin)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: answers and how many doors gave them (-want +got):\n%s", test.name, diff)
		}
	}
	if got := public.call("GET", "/orders", ""); got.status != 200 {
		t.Errorf("after all that: %d %s", got.status, got.body)
	}
}

func closeNow(w *local.Workflow) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = w.Close(ctx)
}

// A private function URL has what Transport sends, and its Lambda does not see it.
func TestPrivateFunctionURLAnswersToItsTransport(t *testing.T) {
	mock, upstream := api(t, mockapi.Config{})
	spec := strings.Replace(base(probedSpec), "DELETE, OPTIONS]", "DELETE, OPTIONS], forwardHeaders: [x-other, origin]", 1)
	w, err := local.Start(t.Context(), stackOf(t, spec, upstream), local.Options{Private: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closeNow(w)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL()+"/orders", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", "http://localhost:3000")
	response, err := w.Transport().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 200 || len(request.Header) != 1 {
		t.Errorf("%d, and the request has %v", response.StatusCode, request.Header)
	}
	for _, seen := range mock.Requests() {
		if seen.Header.Get("X-Sfngen-Key") != "" {
			t.Error("the key reached the API")
		}
	}
}
