package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// invoke and run say the same of the same answer.
func TestInvokeAndRunAgree(t *testing.T) {
	api := func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		w.Header().Set("Location", "/login")
		w.WriteHeader(status)
	}
	for _, test := range []struct {
		name, successes string
		want            map[string]int // exit status by request
	}{
		{"by default", "", map[string]int{"GET /200": 0, "GET /303": 0, "GET /304": 0, "PUT /307": 0, "POST /201": 0, "POST /303": 1,
			"PATCH /307": 1, "GET /404": 1, "GET /418": 1, "POST /500": 1}},
		{"as the spec says", ", successStatusCodes: [2xx, 303, 404]", map[string]int{"GET /200": 0, "POST /303": 0, "POST /307": 1, "GET /307": 1,
			"GET /404": 0, "DELETE /404": 0, "GET /410": 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(invokeSpec, "[GET, POST]", "[GET, POST, PUT, PATCH, DELETE]"+test.successes, 1)
			deployedStack(t, text, api)
			upstream := httptest.NewServer(http.HandlerFunc(api))
			t.Cleanup(upstream.Close)
			t.Chdir(t.TempDir())
			write(t, "orders.yaml", text)
			for request, want := range test.want {
				method, path, _ := strings.Cut(request, " ")
				invoked, _, said := run("invoke", "orders-live", method, path)
				ran, _, told := run("run", "orders.yaml", method, path, "--upstream", upstream.URL)
				if invoked != want || ran != want {
					t.Errorf("%s: invoke exits with %d, run with %d, want %d\n%s%s", request, invoked, ran, want, said, told)
				}
			}
		})
	}
}
