package record_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/record"
)

// of is a record, but for what is changed.
func of(changes string) string {
	return `{"stack": "orders", "upstream": "https://a.example", "execution": null, "history": null` + changes + `}`
}

func TestWhatIsNoRecord(t *testing.T) {
	const (
		spec = "r.json is a spec: 'sfngen trace orders' shows what its deployed stack did, 'sfngen run SPEC METHOD PATH --json | " +
			"sfngen trace -' what it does on this machine"
		damaged = "r.json is a damaged record of sfngen run --json: "
		other   = "r.json is JSON of something else than a record of sfngen run --json"
		invoked = "r.json is a record of sfngen invoke --json, which holds the answer but no attempts: "
		traced  = "r.json has been written by sfngen trace --json, and has no history to be shown from: 'sfngen trace %s' asks AWS " +
			"for it, and a record of sfngen run --json has its own"
	)
	for _, test := range []struct{ name, text, want string }{
		{"empty", " \n", "r.json is empty: 'sfngen run SPEC METHOD PATH --json' writes a record; when it has written none, its stderr says why"},
		{"a spec", "# ours\nversion: 1\nname: orders\nupstream:\n  url: https://a.example\n", spec},
		{"a spec in JSON", `{"version": 1, "name": "orders", "upstream": {"url": "https://a.example"}, "retry": {}}`, spec},
		{"a spec without a usable name", "name: $(id)\nretry: {}\n", strings.Replace(spec, "trace orders", "trace STACK", 1)},
		{"of invoke", `{"stack": "orders", "host": "h", "request": {}, "response": {}, "execution": "0f9c-1", "tookMs": 3}`, invoked +
			"'sfngen trace orders 0f9c-1' shows them"},
		{"of invoke, refused", `{"stack": "orders", "host": "h", "request": {}, "response": {}, "tookMs": 3}`, invoked +
			"it names no execution, so there are none to show"},
		{"of invoke, changed", `{"stack": "a; rm -rf", "host": "h", "request": {}, "execution": "-x", "tookMs": 3}`, invoked +
			"'sfngen trace STACK EXECUTION' shows them"},
		{"of trace", `{"stack": "orders", "request": "GET /", "execution": {"name": "0f9c-1"}, "attempts": []}`,
			fmt.Sprintf(traced, "orders 0f9c-1")},
		{"of trace, damaged", `{"stack": "orders", "execution": 7, "attempts": []}`, fmt.Sprintf(traced, "orders EXECUTION")},
		{"a list", `{"stack": "orders", "executions": []}`,
			"r.json is a list of sfngen trace --json: 'sfngen trace orders EXECUTION' shows one of its executions"},
		{"AWS's history", `{"events": []}`, "r.json is a history as aws stepfunctions get-execution-history writes it: 'sfngen trace " +
			"STACK EXECUTION' fetches it, and shows it"},
		{"an object", `{"stack": "orders"}`, other + ": it lacks execution, history"},
		{"an array", `[1]`, other},
		{"null", `null`, other},
		{"a number", `7`, other},
		{"cut off", of("")[:40], "r.json ends in the middle of its JSON: whatever wrote it was stopped, or its disk was full; write it again"},
		{"broken", "\n{\n\"stack\": orders}", "r.json is no record of sfngen run --json: its JSON is broken in line 3"},
		{"two", of("") + "\n" + of(""), "r.json continues after its JSON: it must hold one record of sfngen run --json, and nothing of stderr"},
		{"with stderr", "note: 2 warnings\n" + of("") + "\n{",
			`r.json is no record of sfngen run --json: it begins with "note: 2 warnings", and a record is JSON; if that came from ` +
				`stderr, leave out 2>&1`},
		{"a text", strings.Repeat("\x1b\xff", 100), `r.json is no record of sfngen run --json: it begins with "` +
			strings.Repeat(`\x1b`+"\ufffd", 20) + `…", and a record is JSON`},
		{"of PowerShell", "\xff\xfe{\x00", "r.json is in UTF-16, as Windows PowerShell writes it: write it by '| Out-File -Encoding " +
			"utf8 FILE' instead of '> FILE'"},
		{"a wrong time", of(`, "history": [{"timestamp": "x"}]`), damaged + `history: "x" is no time such as 2026-11-24T03:17:23.877Z`},
		{"a wrong event", of(`, "history": [{"timestamp": "2026-11-24T03:17:23Z", "id": 4, "type": 7}]`), damaged +
			"event 4 of a history: type: must be a string, not a number"},
		{"a wrong history", of(`, "history": {}`), damaged + "history is not what that writes there"},
		{"a wrong execution", of(`, "execution": "0f9c-1"`), damaged + "execution is not what that writes there"},
		{"a wrong begin", of(`, "execution": {"startDate": 7}`), damaged + "execution is not what that writes there"},
		{"a wrong end", of(`, "execution": {"stopDate": "now"}`), damaged + `execution: "now" is no time such as 2026-11-24T03:17:23.877Z`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := record.Read("r.json", strings.NewReader(test.text)); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// Windows puts a mark before what it writes in UTF-8.
func TestARecordWithAByteOrderMark(t *testing.T) {
	r, err := record.Read("r.json", strings.NewReader("\ufeff"+of(`, "request": {"method": "GET"}`)))
	if err != nil || r.Stack != "orders" || r.Upstream != "https://a.example" || r.Request.Method != "GET" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Old records are people's files.
func TestARecordOfAnOlderVersion(t *testing.T) {
	r, err := record.Read("r.json", strings.NewReader(of(`, "attempts": [{"attempt": 1, "outcome": "transient", "requestId": `+
		`"x-request-id: abc-1"}]`)))
	if err != nil {
		t.Fatal(err)
	}
	want := []record.Attempt{{Attempt: 1, Outcome: "transient", RequestID: record.RequestID{Header: "x-request-id", Value: "abc-1"}}}
	if diff := cmp.Diff(want, r.Attempts); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
}
