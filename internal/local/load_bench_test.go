package local_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// devCallers is how many requests run at the same time.
const devCallers = 16

// BenchmarkDev sends requests through the function URL of a stack as dev runs it
// and checks each answer against its request: none may be lost, wrong or another's.
// An operation is a request. The goal, 500 per second for 30 s, is
//
//	go test ./internal/local -run '^$' -bench 'Dev/500-a-second' -benchtime 15000x
//
// and what it holds at most
//
//	go test ./internal/local -run '^$' -bench 'Dev/unpaced' -benchtime 15000x
//
// Besides the time of an operation they report requests a second and, paced, how
// many were sent later than they should have been by a second or more.
func BenchmarkDev(b *testing.B) {
	b.Run("unpaced", func(b *testing.B) { benchmarkDev(b, 0) })
	b.Run("500-a-second", func(b *testing.B) { benchmarkDev(b, 2*time.Millisecond) })
}

func benchmarkDev(b *testing.B, pace time.Duration) {
	upstream := held(b, mockapi.Config{Keep: 1})
	upstream.free()
	w, err := local.Start(b.Context(), stackOf(b, base("retry: {maxAttempts: 3}"), upstream.url), local.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close(context.Background())
	var next, late atomic.Int64
	var callers sync.WaitGroup
	b.ResetTimer()
	began := time.Now()
	for range devCallers {
		callers.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if ahead := time.Until(began.Add(time.Duration(i-1) * pace)); ahead > 0 {
					time.Sleep(ahead)
				} else if pace > 0 && ahead < -time.Second {
					late.Add(1)
				}
				if err := devRequest(b.Context(), w.URL(), i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	callers.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "req/s")
	if pace > 0 {
		b.ReportMetric(float64(late.Load()), "late")
	}
	seen := upstream.Requests()
	if last := seen[len(seen)-1].Number; last != b.N {
		b.Errorf("the upstream saw %d requests, want %d", last, b.N)
	}
}

// devRequest sends request i and checks that the answer belongs to it.
func devRequest(ctx context.Context, url string, i int64) error {
	req, err := http.NewRequestWithContext(ctx, "POST", fmt.Sprintf("%s/orders/%d?n=%d", url, i, i), strings.NewReader(fmt.Sprint("body ", i)))
	if err != nil {
		return err
	}
	resp, err := caller.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("request %d is lost: %w", i, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("request %d: half of its answer is lost: %w", i, err)
	}
	got, err := echoOf(answer{body: string(text)})
	want := echoed{"POST", fmt.Sprint("/orders/", i), fmt.Sprint("n=", i), fmt.Sprint("body ", i), "127.0.0.101"}
	if resp.StatusCode != http.StatusOK || err != nil || got != want {
		return fmt.Errorf("request %d got %d %+v (%v), want %+v", i, resp.StatusCode, got, err, want)
	}
	return nil
}
