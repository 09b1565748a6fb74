package trace_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/history/view"
)

// record is what sfngen run --json writes of a run.
func (r *run) record(answer *curl.AnswerRecord) record.Record {
	line := r.timeline()
	return record.Record{
		Stack: "orders", Response: answer, History: r.events,
		Execution: &record.Execution{ExecutionARN: r.x.ARN, Name: r.x.Name, Status: line.Status, StartDate: start, StopDate: r.end()},
		Attempts:  record.Attempts(&line, func(k int) string { return "127.0.0.10" + string(rune('0'+k)) }),
	}
}

func TestARecordHasTheSameView(t *testing.T) {
	r := perform(t, specOf("all", true), mixed...)
	written, err := json.Marshal(r.record(&curl.AnswerRecord{StatusCode: 201}))
	if err != nil {
		t.Fatal(err)
	}
	x, err := execution.FromRecord("record.json", strings.NewReader(string(written)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.timeline(), x.Timeline, unexported); diff != "" || x.LogGroups != nil {
		t.Errorf("log groups %q, want none; timeline (-want +got):\n%s", x.LogGroups, diff)
	}
	got := text(t, x, view.Style{})
	if !strings.Contains(got, "\n1        1 from 127.0.0.101  10:00:00.000") {
		t.Errorf("no address in:\n%s", got)
	}
	without := regexp.MustCompile(` from 127\.0\.0\.10.`).ReplaceAllString(got, "")
	if diff := cmp.Diff(strings.Fields(wantWide), strings.Fields(without)); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestAProblemIsNamed(t *testing.T) {
	r := perform(t, specOf("all", true), bad...)
	problem := &curl.AnswerRecord{StatusCode: 504, Headers: http.Header{"Content-Type": {"application/problem+json"}},
		Body: `{"type": "https://github.com/sfngen/sfngen/blob/main/docs/problems.md#upstream-timeout"}`}
	written, err := json.Marshal(r.record(problem))
	if err != nil {
		t.Fatal(err)
	}
	x, err := execution.FromRecord("record.json", strings.NewReader(string(written)))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"; the caller got 504, the problem upstream-timeout\n",
		"look at: https://github.com/sfngen/sfngen/blob/main/docs/problems.md#upstream-timeout\n"} {
		if got := text(t, x, view.Style{}); !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}
