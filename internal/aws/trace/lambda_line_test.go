package trace

import (
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// The newest lines are read first: what began is known only with the oldest.
func TestAnEarlierLineMovesTheBegin(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	x := &execution.Execution{Name: "a"}
	x.Timeline.Began = at.Add(time.Minute)
	l, ok := readLine(`{"msg":"attempt","execution":"a","attempt":1,"egress":2,"outcome":"success","statusCode":200,"durationMs":1500}`, at)
	addLines(x, []line{l})
	if want := at.Add(-1500 * time.Millisecond); !ok || !x.Timeline.Began.Equal(want) {
		t.Errorf("read %t, began %s, want %s", ok, x.Timeline.Began, want)
	}
}

// Stacks that an older sfngen built write their time under another key, and Lambda
// adds the one that it misses, with its own time.
func TestTimeOfALine(t *testing.T) {
	logged := time.Date(2026, 11, 24, 11, 0, 0, 0, time.FixedZone("CET", 3600))
	for _, test := range []struct{ name, keys, want string }{
		{"now", `"timestamp":"2026-11-24T09:00:01.5Z",`, "2026-11-24T09:00:01.5Z"},
		{"of an older stack", `"time":"2026-11-24T09:00:01.5Z",`, "2026-11-24T09:00:01.5Z"},
		{"of an older stack, completed by Lambda", `"timestamp":"2026-11-24T09:00:02Z","time":"2026-11-24T09:00:01.5Z",`,
			"2026-11-24T09:00:01.5Z"},
		{"none", "", "2026-11-24T10:00:00Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, ok := readLine(`{`+test.keys+`"msg":"request","execution":"a","status":200}`, logged)
			if got := l.Time.Format(time.RFC3339Nano); !ok || got != test.want {
				t.Errorf("read %t, at %s, want %s", ok, got, test.want)
			}
		})
	}
}

func TestLinesThatAreNoneOfAnExecution(t *testing.T) {
	for _, message := range []string{
		`REPORT RequestId: 1	Duration: 3 ms`,
		`{"time":"2026-11-24T10:00:00Z","type":"platform.report","record":{}}`,
		`{"msg":"probe","egress":1}`,
		`{"msg":"probe","execution":"a","egress":1}`,
		`{"msg":"attempt","execution":"","attempt":1}`,
		`{"msg":"attempt","execution":"a","attempt":51}`,
		`{"msg":"attempt","execution":"a","attempt":"1"}`,
	} {
		if l, ok := readLine(message, time.Time{}); ok {
			t.Errorf("%s is read as %+v", message, l)
		}
	}
}

func TestALineTellsOfItsWait(t *testing.T) {
	const text = `{"msg":"attempt","execution":"e1","attempt":1,"egress":1,"outcome":"Upstream.RateLimited","reason":"429","waitSeconds":4,` +
		`"retryAt":"2026-11-24T10:00:03Z","waitReason":"backoff","unreadWait":"x-reset: soon","timestamp":"2026-11-24T10:00:00Z"}`
	l, ok := readLine(text, time.Time{})
	if !ok {
		t.Fatal("no line of an execution")
	}
	var line timeline.Timeline
	line.Fill(l.report())
	a := line.Attempts[0]
	if a.UnreadWait != "x-reset: soon" || a.Wait == nil || a.Wait.Reason != contract.WaitBackoff || a.Wait.RequestedOf != 0 {
		t.Errorf("got %+v, %+v", a, a.Wait)
	}
	for written, want := range map[string]int{"1": 1, "4": 4, "5": 0, "-1": 0} { // of a wait of 4 s
		l, _ := readLine(strings.Replace(text, `"backoff"`, `"requested","waitEgress":1,"jitterSeconds":`+written, 1), time.Time{})
		if got := l.report().JitterSeconds; got != want {
			t.Errorf("%s s of jitter is read as %d, want %d", written, got, want)
		}
	}
}
