package trace_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/view"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// forgedAt is later than all that is true in the logs of a series.
var forgedAt = start.Add(50 * time.Minute)

// TestAForgedMessageDoesNotHideTheRest: whoever may write to a log can write one
// line. The true executions stay in the list, as text and as JSON.
func TestAForgedMessageDoesNotHideTheRest(t *testing.T) {
	const egress = "/aws/lambda/orders-egress-1"
	attempt := func(fields string) string {
		return `{"msg":"attempt","timestamp":"2026-11-24T10:50:00Z","attempt":1,"egress":1,"outcome":"success","statusCode":200,` + fields + `}`
	}
	event := func(at, arn string) string {
		return `{"id":"1","type":"ExecutionStarted","details":{},"previous_event_id":"0","event_timestamp":"` + at + `","execution_arn":"` +
			arn + `"}`
	}
	const arn = "arn:aws:states:eu-central-1:123456789012:express:orders:"
	for _, test := range []struct {
		name, group, message string
		shown                string // the name of the execution that the message makes; "" when it makes none
	}{
		{"a name that ends the pattern", egress, attempt(`"execution":"x\" } garbage"`), ""},
		{"a name that widens the pattern", egress, attempt(`"execution":"x\" || $.msg = \"y"`), ""},
		{"a name that is a pattern", egress, attempt(`"execution":"*"`), ""},
		{"a name that is too long", egress, attempt(`"execution":"` + strings.Repeat("x", 3000) + `"`), ""},
		{"a name that moves the cursor", egress, attempt(`"execution":"a\u001b[2J\u009b"`), ""},
		{"words that move the cursor", egress,
			attempt(`"execution":"forged","outcome":"\u001b[2J","reason":"\u001b[2J","final":"\u001b[2J\nx","method":"G\u001b[2JT",` +
				`"path":"/\u202e"`), "forged"},
		{"numbers that nothing has", egress, attempt(`"execution":"forged","outcome":"Upstream.Transient",` +
			`"egress":-9223372036854775808,"durationMs":9223372036854775807,"waitSeconds":9223372036854775807`), "forged"},
		{"a time that JSON has not", egress, attempt(`"execution":"forged","outcome":"Upstream.RateLimited",` +
			`"retryAt":"9999-12-31T23:59:59-23:00"`), "forged"},
		{"a year before AWS", egress, attempt(`"execution":"forged","time":"0001-01-02T00:00:00Z"`), "forged"},
		{"the last year", egress, attempt(`"execution":"forged","time":"9999-12-31T23:59:59Z","durationMs":900000`), "forged"},
		{"an event of the year 10000", machineGroup, event("253402300800000", arn+"forged:1"), "forged"},
		{"an event of no year", machineGroup, event("9223372036854775807", arn+"forged:1"), "forged"},
		{"an ARN that moves the cursor", machineGroup, event("1795516200000", arn+`zz\u001b:1`), ""},
		{"an ARN that ends the pattern", machineGroup, event("1795516200000", arn+`zz:\" } x`), ""},
	} {
		for _, level := range []string{"error", "all"} {
			t.Run(test.name+", "+level, func(t *testing.T) {
				first, logged := series(t, level)
				logged[test.group] = append(logged[test.group], logs.Event{Time: forgedAt, Message: test.message})
				list, err := source(t, first, start.Add(time.Hour), serving(logs.New(logged))).Latest(t.Context(), trace.Selection{Limit: 10})
				if err != nil {
					t.Fatal(err)
				}
				names, want := []string{}, []string{"e", "d", "c", "b", "a"}
				for _, x := range list.Executions {
					names = append(names, x.Name)
				}
				if test.shown != "" && (level == "error" || test.group == machineGroup) {
					want = append([]string{test.shown}, want...)
				}
				if diff := cmp.Diff(want, names); diff != "" {
					t.Errorf("executions (-want +got):\n%s", diff)
				}
				writes(t, list)
			})
		}
	}
}

// writes holds a list against its two forms: each can be written, and acts on no
// terminal.
func writes(t *testing.T, list *execution.List) {
	t.Helper()
	var text, record bytes.Buffer
	if err := view.List(&text, list, view.Style{}); err != nil {
		t.Error(err)
	}
	if got := text.String() + view.Remarks(list, view.Style{}); printable.Lines(got) != got {
		t.Errorf("it acts on a terminal: %q", got)
	}
	if err := list.JSON(&record); err != nil || !json.Valid(record.Bytes()) {
		t.Errorf("JSON: %v", err)
	}
	for _, x := range list.Executions {
		if began := x.Timeline.Began; began.After(forgedAt) || began.Before(start.Add(-time.Hour)) {
			t.Errorf("%s began %s", x.Name, began)
		}
		if err := x.JSON(&record); err != nil {
			t.Errorf("JSON of %s: %v", x.Name, err)
		}
	}
}

// TestWhatIsNoExecution is refused before anything is searched.
func TestWhatIsNoExecution(t *testing.T) {
	first, logged := series(t, "all")
	s := source(t, first, start.Add(time.Hour), serving(logs.New(logged)))
	for _, name := range []string{"", "a b", `x" } garbage`, "*", strings.Repeat("x", 81), "a\x1b[2J", "a\u202eb", "a\xff"} {
		want := fmt.Sprintf("%q is no execution: give its name, as x-sfngen-execution, the logs and problem documents have it, or its ARN", name)
		if _, err := s.Execution(t.Context(), name, 0); err == nil || err.Error() != want {
			t.Errorf("%q: error %v", name, err)
		}
	}
}
