package egress

import (
	"cmp"
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// logAttempt writes the one line of an attempt.
func (e *Egress) logAttempt(ctx context.Context, a attempt, o outcome) {
	path, _, _ := strings.Cut(a.Input.Request.Path, "?")
	line := contract.LogLine{
		Execution: a.Execution.Name, Attempt: a.Attempt, Egress: e.number,
		Method: cutText(a.Input.Request.Method, reasonLimit), Path: cutText(path, reasonLimit), QueryKeys: queryKeys(a.Input.Request.Query),
		Outcome: cmp.Or(o.error, contract.OutcomeSuccess), Rule: o.record.Rule, Reason: cutText(o.reason, reasonLimit), Final: o.final,
		StatusCode: o.record.StatusCode, Fault: o.record.Fault, DurationMs: o.record.DurationMs,
		WaitSeconds: o.wait, RequestedWaitSeconds: o.requested, RetryAt: o.record.RetryAt, RetryMinimum: o.record.RetryMinimum,
		RetryScope: o.record.RetryScope,
		UnreadWait: o.unread, WaitReason: o.waitReason, WaitEgress: o.waitEgress, JitterSeconds: o.jitter,
	}
	if a.isCoordinated() {
		line.SleptMs, line.Skipped = a.slept.Milliseconds(), o.skips(a)
		if a.called != nil {
			line.Slot = a.called.At.UTC().Format(retryAtLayout)
		}
		if o.error != "" && o.final == "" {
			line.NextEgress = a.endless(o.next)[0]
		}
	}
	if o.answer != nil {
		line.Bytes = &o.answer.size
	}
	e.log.LogAttrs(ctx, logLevel(o), contract.AttemptMessage, line.AttemptAttrs()...)
}

// logLevel: an alarm on ERROR then counts requests that failed, not attempts.
func logLevel(o outcome) slog.Level {
	switch {
	case o.error == "", o.error == contract.ErrSkipped:
		return slog.LevelInfo
	case o.final == "" || o.answer != nil && o.error == contract.ErrRejected && o.answer.status < 500:
		return slog.LevelWarn
	}
	return slog.LevelError
}

// queryKeys are the distinct names of a query, sorted; at most the first 20 of them.
func queryKeys(query string) []string {
	const most = 20
	keys := []string{}
	for pair := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(key); err == nil {
			key = decoded
		}
		if key = cutText(key, 64); key == "" {
			continue
		}
		if at, known := slices.BinarySearch(keys, key); !known && at < most {
			keys = slices.Insert(keys, at, key)[:min(len(keys)+1, most)]
		}
	}
	return keys
}
