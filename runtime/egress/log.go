package egress

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// logAttempt writes the one line of an attempt. Headers, bodies and the values
// of the query never stand in it.
func (e *Egress) logAttempt(ctx context.Context, a attempt, o outcome) {
	path, _, _ := strings.Cut(a.Input.Request.Path, "?")
	attributes := []slog.Attr{
		slog.String("execution", a.Execution.Name),
		slog.Int("attempt", a.Attempt),
		slog.Int("egress", e.number),
		slog.String("method", cutText(a.Input.Request.Method, reasonLimit)),
		slog.String("path", cutText(path, reasonLimit)),
		slog.Any("queryKeys", queryKeys(a.Input.Request.Query)),
		slog.String("outcome", outcomeName(o)),
		slog.String("reason", cutText(o.reason, reasonLimit)),
		slog.Int("waitSeconds", o.wait),
		slog.Int64("durationMs", o.record.DurationMs),
	}
	e.log.LogAttrs(ctx, logLevel(o), "attempt", append(attributes, resultAttributes(o)...)...)
}

// resultAttributes are those that not every attempt has.
func resultAttributes(o outcome) []slog.Attr {
	var out []slog.Attr
	if o.record.StatusCode != 0 {
		out = append(out, slog.Int("statusCode", o.record.StatusCode))
	}
	if o.record.Fault != "" {
		out = append(out, slog.String("fault", string(o.record.Fault)))
	}
	if o.final != "" {
		out = append(out, slog.String("final", o.final))
	}
	if o.record.RetryAt != "" {
		out = append(out, slog.Int("requestedWaitSeconds", o.requested), slog.String("retryAt", o.record.RetryAt))
	}
	if o.unread != "" {
		out = append(out, slog.String("unreadWait", o.unread))
	}
	if o.wait > 0 {
		out = append(out, slog.String("waitReason", string(o.waitReason)))
	}
	if o.waitEgress > 0 {
		out = append(out, slog.Int("waitEgress", o.waitEgress))
	}
	if o.answer != nil {
		out = append(out, slog.Int64("bytes", o.answer.size))
	}
	return out
}

func outcomeName(o outcome) string {
	if o.error == "" {
		return "success"
	}
	return o.error
}

// logLevel: an alarm on ERROR then counts requests that failed, not attempts.
func logLevel(o outcome) slog.Level {
	switch {
	case o.error == "":
		return slog.LevelInfo
	case o.final == "" || o.answer != nil && o.error == contract.ErrRejected && o.answer.status < 500:
		return slog.LevelWarn
	}
	return slog.LevelError
}

// queryKeys are the distinct names of a query, sorted; at most 20 of them.
func queryKeys(query string) []string {
	keys := []string{}
	for pair := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(key); err == nil {
			key = decoded
		}
		if key != "" {
			keys = append(keys, cutText(key, 64))
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	return keys[:min(len(keys), 20)]
}
