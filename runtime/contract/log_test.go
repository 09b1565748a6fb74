package contract_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// TestLogger has the lines as Lambda reads them: its keys, its levels' names, a
// time of RFC 3339.
func TestLogger(t *testing.T) {
	at := time.Date(2026, 11, 24, 4, 1, 34, 268874206, time.FixedZone("CET", 3600))
	tests := []struct {
		level slog.Level
		name  string
	}{
		{slog.LevelInfo, "INFO"}, {slog.LevelWarn, "WARN"}, {slog.LevelError, "ERROR"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			r := slog.NewRecord(at, test.level, "attempt", 0)
			r.AddAttrs(slog.Int("egress", 2), slog.Group("of", slog.String("time", "its own")))
			if err := contract.NewLogger(&b).Handler().Handle(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			want := `{"timestamp":"2026-11-24T03:01:34.268874206Z","level":"` + test.name +
				`","msg":"attempt","egress":2,"of":{"time":"its own"}}` + "\n"
			if diff := cmp.Diff(want, b.String()); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLogLineIsReadAsWritten: what a Lambda writes of a line, sfngen trace reads of it, and
// every field stands in the line of an egress or of an orchestrator.
func TestLogLineIsReadAsWritten(t *testing.T) {
	size := int64(0)
	attempt := contract.LogLine{
		Execution: "exec-1", Method: "GET", Path: "/orders", DurationMs: 12,
		Attempt: 2, Egress: 3, QueryKeys: []string{"a", "b"}, Outcome: contract.ErrRateLimited, StatusCode: 429,
		Fault: contract.FaultTimeout, Rule: "daily quota", RetryMinimum: true, RetryScope: contract.ScopePool, Reason: "429 Too Many Requests",
		Final: "no attempt is left", WaitSeconds: 7,
		RequestedWaitSeconds: 6, RetryAt: "2026-03-01T12:00:07Z", Bytes: &size,
		UnreadWait: "x-reset: soon", WaitReason: contract.WaitRequested, WaitEgress: 2, JitterSeconds: 1,
		Slot: "2026-03-01T12:00:00.25Z", SleptMs: 250, Skipped: 1, NextEgress: 1,
	}
	request := contract.LogLine{
		Execution: "exec-1", Method: "GET", Path: "/orders", DurationMs: 12,
		Status: 504, ExecutionStatus: "TIMED_OUT", Error: "States.Timeout", Problem: "deadline-exceeded", Attempts: 2, Cause: "no answer",
		Egress: 2, WaitSeconds: 5, WaitReason: contract.WaitSlot, WaitEgress: 2, RetryAt: "2026-03-01T12:00:07Z", Reason: "no slot before",
	}
	bare := contract.LogLine{Egress: 1, QueryKeys: []string{}}
	for name, test := range map[string]struct {
		line  contract.LogLine
		attrs []slog.Attr
	}{
		"attempt":                {attempt, attempt.AttemptAttrs()},
		"attempt without values": {bare, bare.AttemptAttrs()},
		"request":                {request, request.RequestAttrs()},
		"request without values": {contract.LogLine{}, contract.LogLine{}.RequestAttrs()},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			contract.NewLogger(&b).LogAttrs(context.Background(), slog.LevelInfo, "line", test.attrs...)
			var got contract.LogLine
			if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.line, got); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
	for i := range reflect.TypeFor[contract.LogLine]().NumField() {
		if reflect.ValueOf(attempt).Field(i).IsZero() && reflect.ValueOf(request).Field(i).IsZero() {
			t.Errorf("no line of this test has %s", reflect.TypeFor[contract.LogLine]().Field(i).Name)
		}
	}
}
