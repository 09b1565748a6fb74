package local_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A browser may do here what it may do with the deployed function URL: where the
// spec names only origins, the methods and headers are the upstream's.
func TestPreflightAllowsWhatTheTemplateDoes(t *testing.T) {
	r := run(t, `version: 1
name: browsers
upstream: {url: 'https://api.example', methods: [GET, PUT, OPTIONS], forwardHeaders: [accept, x-trace]}
retry: {maxAttempts: 2}
triggers: {functionUrl: {cors: {origins: ['https://app.example']}}}
`, "")
	q, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, r.workflow.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Origin", "https://app.example")
	q.Header.Set("Access-Control-Request-Method", "PUT")
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	want := []string{"https://app.example", "GET,PUT", "accept,x-trace"}
	var got []string
	for _, name := range []string{"Origin", "Methods", "Headers"} {
		got = append(got, answer.Header.Get("Access-Control-Allow-"+name))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("allowed (-want +got):\n%s", diff)
	}
}
