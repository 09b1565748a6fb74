package local_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

const threeAttempts = "retry: {maxAttempts: 3, backoff: {initialDelay: 1s, maxDelay: 1s, jitter: none}}\n"

// A stack that cannot run does not affect the running one.
func TestARefusedLoadChangesNothing(t *testing.T) {
	first, firstURL := api(t, mockapi.Config{})
	second, secondURL := api(t, mockapi.Config{})
	r := run(t, base(threeAttempts), firstURL)
	greedy := strings.Replace(base(threeAttempts), "count: 3,", "count: 3, concurrency: 400,", 1) // of 1000 that the account has
	if err := r.workflow.Load(t.Context(), stackOf(t, greedy, secondURL)); err == nil || !strings.Contains(err.Error(),
		"reserved concurrency 400") {
		t.Fatalf("Load: %v", err)
	}
	for i := range 6 {
		if got := r.call("GET", fmt.Sprintf("/%d", i), ""); got.status != 200 {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	if a, b := len(first.Requests()), len(second.Requests()); a != 6 || b != 0 {
		t.Errorf("the first API saw %d calls, the refused one's %d; want 6 and 0", a, b)
	}
}

// A request that started with one spec ends with it: its waits, its attempts, its
// upstream.
func TestExecutionsEndAsTheyBegan(t *testing.T) {
	script, err := mockapi.ParseScript("503:retry-after=1,200")
	if err != nil {
		t.Fatal(err)
	}
	first, firstURL := api(t, mockapi.Config{Script: script})
	second, secondURL := api(t, mockapi.Config{})
	r := run(t, base(threeAttempts), firstURL)
	old := r.workflow.Lambda()
	got := make(chan answer, 1)
	go func() {
		a, err := r.try(t.Context(), "GET", "/began", "")
		if err != nil {
			t.Error(err)
		}
		got <- a
	}()
	r.await("the wait", func() bool { return len(r.order) == 1 && has(r.events[r.order[0]], "WaitStateEntered") })
	one := strings.Replace(base(threeAttempts), "name: orders", "name: renamed", 1)
	if err := r.workflow.Load(t.Context(), stackOf(t, one, secondURL)); err != nil {
		t.Fatal(err)
	}
	if a := r.call("GET", "/after", ""); a.status != 200 {
		t.Errorf("by the new spec: %d %s", a.status, a.body)
	}
	if a := <-got; a.status != 200 || a.header.Get("X-Sfngen-Attempts") != "2" {
		t.Errorf("by the old spec: %d after %s attempts", a.status, a.header.Get("X-Sfngen-Attempts"))
	}
	if a, b := len(first.Requests()), len(second.Requests()); a != 2 || b != 1 {
		t.Errorf("the old upstream saw %d calls, the new one %d; want 2 and 1", a, b)
	}
	r.close()
	if _, err := old.Invoke(context.Background(), "orders-egress-1", []byte("{}")); err == nil {
		t.Error("the old functions still run")
	}
}

func has(events []event.Event, kind string) bool {
	for _, e := range events {
		if e.Type == kind {
			return true
		}
	}
	return false
}

// No request is lost or refused because the spec changes, whatever changes.
func TestLoadsUnderLoad(t *testing.T) {
	_, url := api(t, mockapi.Config{})
	specs := []string{
		base(threeAttempts),
		strings.Replace(base(threeAttempts), "count: 3,", "count: 1,", 1) + "workflow: {type: standard}\n",
		strings.Replace(base(threeAttempts), "count: 3,", "count: 5,", 1),
		strings.Replace(base(threeAttempts), "name: orders", "name: renamed", 1),
	}
	r := run(t, specs[0], url)
	var sending sync.WaitGroup
	var loads, answers atomic.Int32
	for caller := range 8 {
		sending.Go(func() {
			for i := 0; loads.Load() < 24; i++ {
				path := fmt.Sprintf("/%d/%d", caller, i)
				a, err := r.try(t.Context(), "GET", path, "")
				if err != nil || a.status != 200 || !strings.Contains(a.body, `"path": "`+path+`"`) {
					t.Errorf("%s: %v %d %s", path, err, a.status, a.body)
					return
				}
				answers.Add(1)
			}
		})
	}
	for i := range 24 {
		want := answers.Load() + 8
		if err := r.workflow.Load(t.Context(), stackOf(t, specs[(i+1)%len(specs)], url)); err != nil {
			t.Error(err)
		}
		r.await("answers by the new spec", func() bool { return answers.Load() >= want || t.Failed() })
		loads.Add(1)
	}
	sending.Wait()
}
