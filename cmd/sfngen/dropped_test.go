package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const droppedSpec = `version: 1
name: orders
upstream: {url: https://api.example/v1, forwardHeaders: [x-tenant], headers: {x-fixed: "1"}}
retry: {maxAttempts: 1}
`

// droppingTriggers makes the function URL answer browsers itself.
const droppingTriggers = "triggers: {functionUrl: {cors: {origins: [https://shop.example]}}}\n"

// answeringBrowsers is an API that knows CORS, and has a header with a name of ours.
func answeringBrowsers(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Expose-Headers", "X-Total")
	w.Header().Set("X-Sfngen-Shard", "7")
}

var droppingFlags = []string{"-H", "X-Tenant: a", "-H", "X-Fixed: mine", "-H", "X-Trace: b", "-H", "Accept: text/csv"}

// droppedRequest is what is said of a request with droppingFlags, droppedAnswer of the
// answer of answeringBrowsers.
var (
	droppedRequest = []string{
		"the API does not get the headers accept and x-trace: upstream.forwardHeaders does not list them",
		"the API does not get the header x-fixed: upstream.headers sends its own",
	}
	droppedAnswer = []string{
		"the caller does not get the API's own of the header access-control-allow-origin: the function URL answers for CORS",
		"the caller does not get the API's own of the header x-sfngen-shard: names that begin with x-sfngen- are sfngen's own",
	}
)

// saidOfDropped are the sentences about headers that do not pass, first those of requests.
func saidOfDropped(text string) []string {
	var found []string
	for _, what := range []string{"the API does not get", "the caller does not get"} {
		for line := range strings.Lines(text) {
			if i := strings.Index(line, what); i >= 0 {
				found = append(found, strings.TrimSpace(line[i:]))
			}
		}
	}
	return found
}

func serveTest(t *testing.T, api http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return server.URL
}

func TestRunSaysWhatDoesNotPass(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", droppedSpec+droppingTriggers)
	args := append([]string{"run", "orders.yaml", "GET", "/", "--upstream", serveTest(t, answeringBrowsers)}, droppingFlags...)
	_, _, stderr := run(args...)
	if diff := cmp.Diff(slices.Concat(droppedRequest, droppedAnswer), saidOfDropped(stderr)); diff != "" {
		t.Errorf("notes (-want +got):\n%s\n%s", diff, stderr)
	}
}

// Each header is mentioned once, in either direction.
func TestDevSaysWhatDoesNotPass(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", droppedSpec+droppingTriggers)
	s, url := startDev(t, "--upstream", serveTest(t, answeringBrowsers))
	for range 2 {
		request, err := http.NewRequest("GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range droppingFlags {
			if name, value, is := strings.Cut(line, ": "); is {
				request.Header.Set(name, value)
			}
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	s.stop()
	if err := <-s.ended; err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(slices.Concat(droppedRequest, droppedAnswer), saidOfDropped(s.logs.String())); diff != "" {
		t.Errorf("lines (-want +got):\n%s\n%s", diff, s.logs.String())
	}
}

// Of the API's answer invoke sees only what has come back.
func TestInvokeSaysWhatDoesNotPass(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", droppedSpec)
	if code, _, stderr := run("build", "orders.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	deployedStack(t, droppedSpec, answeringBrowsers)
	_, stderr, err := runInvoke(append([]string{"orders", "GET", "/", "--stack-name", "orders-live"}, droppingFlags...)...)
	if diff := cmp.Diff(droppedRequest, saidOfDropped(stderr)); err != nil || diff != "" {
		t.Errorf("%v, notes (-want +got):\n%s\n%s", err, diff, stderr)
	}
}
