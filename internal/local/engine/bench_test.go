package engine_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// threeAttempts answers like an upstream that limits two egresses. It has no state;
// it reads the attempt from the payload.
type threeAttempts struct {
	success engine.Reply
	limited []error // by attempt
}

func newThreeAttempts() *threeAttempts {
	body := `{"id":"ord_9f8e7d","status":"open","items":[{"sku":"A-1","quantity":2},{"sku":"B-2","quantity":1}],"total":"41.90"}`
	return &threeAttempts{
		success: engine.Reply{RequestID: requestID, Payload: jsonvalue.OfObject(
			jsonvalue.Member{Name: "response", Value: mustParse(`{"statusCode":200,"headers":{"content-type":["application/json"],"date":["Mon, `+
				`23 Nov 2026 12:00:00 GMT"]},"isBase64Encoded":false}`).
				With("body", jsonvalue.OfString(body))},
			jsonvalue.Member{Name: "attempts", Value: mustParse(`[{"attempt":1,"egress":2,"statusCode":429,"waitSeconds":0,"durationMs":87},` +
				`{"attempt":2,"egress":3,"statusCode":429,"waitSeconds":0,"durationMs":91},` +
				`{"attempt":3,"egress":1,"statusCode":200,"durationMs":143}]`)},
		)},
		limited: []error{limitedBy(`[{\"attempt\":1,\"egress\":2,\"statusCode\":429,\"waitSeconds\":0,\"durationMs\":87}]`),
			limitedBy(`[{\"attempt\":1,\"egress\":2,\"statusCode\":429,\"waitSeconds\":0,\"durationMs\":87},{\"attempt\":2,\"egress\":3,` +
				`\"statusCode\":429,\"waitSeconds\":0,\"durationMs\":91}]`)},
	}
}

func limitedBy(attempts string) error {
	return &engine.TaskError{Name: "Upstream.RateLimited",
		Cause: `{"errorMessage":"{\"response\":{\"statusCode\":429,\"headers\":{\"retry-after\":[\"30\"]}},\"attempts\":` +
			attempts + `,\"waitSeconds\":0}","errorType":"Upstream.RateLimited"}`}
}

func (u *threeAttempts) Invoke(_ context.Context, _ string, payload jsonvalue.Value) (engine.Reply, error) {
	attempt, _ := payload.Get("attempt")
	if n, _ := attempt.Int(); n < 3 {
		return engine.Reply{}, u.limited[n-1]
	}
	return u.success, nil
}

var egresses = map[string]string{
	"Egress1Arn": "arn:aws:lambda:eu-central-1:111111111111:function:acme-orders-egress-1",
	"Egress2Arn": "arn:aws:lambda:eu-central-1:111111111111:function:acme-orders-egress-2",
	"Egress3Arn": "arn:aws:lambda:eu-central-1:111111111111:function:acme-orders-egress-3",
}

const orderRequest = `{"request":{"method":"POST","path":"/orders","query":"dry=1","headers":{"accept":["application/json"],` +
	`"content-type":["application/json"],"idempotency-key":["8b0c2f64"]},"body":"{\"sku\":\"A-1\",\"quantity\":2}","isBase64Encoded":false}}`

// BenchmarkThreeAttempts runs the machine of golden/acme-orders through 429, 429
// and 200, each execution on its own virtual clock.
func BenchmarkThreeAttempts(b *testing.B) {
	m := acme(b)
	upstream, x := newThreeAttempts(), execution(orderRequest)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := m.Run(context.Background(), x, engine.Environment{
				Clock: clocktest.NewVirtual(start), Random: func() float64 { return 0.5 }, Invoker: upstream,
			})
			if r.Status != event.Succeeded || r.Transitions != 4 {
				b.Fatalf("%s after %d transitions: %s", r.Status, r.Transitions, r.Cause)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "executions/s")
	b.StopTimer()
	runtime.GC()
	var left runtime.MemStats
	runtime.ReadMemStats(&left)
	b.ReportMetric(float64(left.HeapAlloc)/(1<<20), "MB-left")
}
