package trace

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The newest lines are read first: what began is known only with the oldest.
func TestAnEarlierLineMovesTheBegin(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	x := &Execution{Name: "a"}
	x.Timeline.Began = at.Add(time.Minute)
	l, ok := readLine(`{"msg":"attempt","execution":"a","attempt":1,"egress":2,"outcome":"success","statusCode":200,"durationMs":1500}`, at)
	x.tell([]line{l})
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
		{"of an older stack, completed by Lambda", `"timestamp":"2026-11-24T09:00:02Z","time":"2026-11-24T09:00:01.5Z",`, "2026-11-24T09:00:01.5Z"},
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

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  []string
	}{
		{"as long as it is", 0, []string{"as long as it is"}},
		{"it fits", 7, []string{"it fits"}},
		{"it fits  not", 7, []string{"it fits", "not"}},
		{"abcdefghij k", 4, []string{"abcd", "efgh", "ij k"}},
		{"ä ö ü ß", 4, []string{"ä ö", "ü ß"}},
		{strings.Repeat(" ", 9), 4, []string{""}},
	} {
		if diff := cmp.Diff(test.want, wrap(test.text, test.width)); diff != "" {
			t.Errorf("%q in %d columns (-want +got):\n%s", test.text, test.width, diff)
		}
	}
}
