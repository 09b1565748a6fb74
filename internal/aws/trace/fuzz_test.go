package trace

import (
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/view"
)

// FuzzLogEvents: whatever a log holds, reading it ends, and what comes of it can be
// shown.
func FuzzLogEvents(f *testing.F) {
	const arn = `"execution_arn":"arn:aws:states:us-east-1:0:express:orders:a:1"`
	f.Add(`{"id":"1","type":"ExecutionStarted","details":{"input":"{}"},"event_timestamp":"1716992192441",` + arn + `}`)
	f.Add(`{"id":"7","type":"TaskFailed","details":{"error":"Upstream.Transient",` +
		`"cause":"{\"errorMessage\":\"{\\\"attempts\\\":[{\\\"attempt\\\":2,\\\"egress\\\":1,\\\"waitSeconds\\\":3}]}\"}"},` + arn + `}`)
	f.Add(`{"id":"2","type":"TaskSucceeded","details":{"output":{"Payload":{"response":{"statusCode":200}}}},` + arn + "}\n" +
		`{"id":3,"type":"ExecutionTimedOut",` + arn + `}`)
	f.Add(`{"id":"4","type":"WaitStateExited","details":{},` + arn + "}\n" + `{"id":"5","type":"ExecutionRedriven",` + arn + `}`)
	f.Add(`{"msg":"attempt","execution":"a","attempt":3,"egress":2,"outcome":"Upstream.RateLimited","statusCode":429,` +
		`"waitSeconds":-1,"durationMs":9,"time":"2026-11-24T10:00:00Z"}`)
	f.Add(`{"timestamp":"2026-11-24T10:00:00Z","level":"WARN","msg":"attempt","execution":"a","attempt":1,"egress":1,` +
		`"outcome":"Upstream.Transient"}`)
	f.Add(`{"msg":"request","execution":"a","status":502,"executionStatus":"FAILED","problem":"x"}`)
	logged := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, log string) {
		x := &execution.Execution{Stack: "orders", Express: true, Name: "a", Now: logged}
		list := &execution.List{Stack: "orders", Executions: []*execution.Execution{x}, Now: logged}
		var events []event.Event
		var lines []line
		for message := range strings.Lines(log) {
			if _, e, err := readLogEvent(message, logged); err == nil {
				events = append(events, e)
			}
			if l, ok := readLine(message, logged); ok {
				lines = append(lines, l)
			}
		}
		for _, e := range inOrder(events) {
			x.Add(e)
		}
		addLines(x, lines)
		turnPool(x, 3)
		for _, width := range []int{0, 40} {
			var b strings.Builder
			if err := view.Execution(&b, x, view.Style{Width: width}); err != nil ||
				!strings.HasPrefix(b.String(), "execution  a of orders (express)\n") {
				t.Errorf("%v: %q", err, b.String())
			}
			if err := view.List(&b, list, view.Style{Width: width}); err != nil {
				t.Error(err)
			}
			if strings.ContainsAny(b.String(), "\x1b\r\x00") {
				t.Errorf("the log moves the cursor: %q", b.String())
			}
		}
		if err := x.JSON(&strings.Builder{}); err != nil {
			t.Error(err)
		}
	})
}
