package egress

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// The faults of the hand-made version (origin.md) that the egress answers for.

// counting is an upstream that answers every call with one status and counts them.
func counting(t *testing.T, status int, header http.Header) (url string, calls *int) {
	t.Helper()
	calls = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		*calls++
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

func TestOriginFault04_CreatedAndNoContentAreSuccesses(t *testing.T) {
	for _, status := range []int{200, 201, 202, 204, 301, 304} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			url, calls := counting(t, status, nil)
			success := mustSucceed(t, newLab(url).build(t), first("POST"))
			diff(t, "status", status, success.Response.StatusCode)
			diff(t, "calls", 1, *calls)
		})
	}
}

func TestOriginFault05_WhatCannotWorkIsNotRetried(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 501} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			url, calls := counting(t, status, nil)
			failed := mustFail(t, newLab(url).build(t), first("GET"))
			diff(t, "name", contract.ErrRejected, failed.name)
			diff(t, "status", status, failed.failure.Response.StatusCode)
			diff(t, "calls", 1, *calls)
		})
	}
}

func TestOriginFault06_TheWholeRequestGoesThrough(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = []string{r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type"), string(body)}
	}))
	t.Cleanup(server.Close)
	l := newLab(server.URL + "/v1")
	l.ForwardHeaders = []string{"content-type"}
	in := first("PATCH")
	in.Input.Request = contract.Request{
		Method: "PATCH", Path: "/orders/a%2Fb", Query: "dry=1&q=%20",
		Headers: map[string]string{"content-type": "application/json"}, Body: []byte(`"{\"n\":1}"`),
	}
	mustSucceed(t, l.build(t), in)
	diff(t, "request", []string{"PATCH", "/v1/orders/a%2Fb?dry=1&q=%20", "application/json", `{"n":1}`}, got)
}

func TestOriginFault07_AConnectionErrorIsReported(t *testing.T) {
	closed := refusing(t)
	failed := mustFail(t, newLab("http://"+closed).build(t), first("GET"))
	diff(t, "name", contract.ErrTransient, failed.name)
	diff(t, "fault", contract.FaultRefused, failed.failure.Attempts[0].Fault)
}

func TestOriginFault08_RetryAfterIsRead(t *testing.T) {
	url, _ := counting(t, 503, http.Header{"Retry-After": {"17"}})
	failed := mustFail(t, newLab(url).build(t), first("GET"))
	diff(t, "name", contract.ErrTransient, failed.name)
	diff(t, "wait", 17, failed.failure.WaitSeconds)
}
