package contract

import (
	"io"
	"log/slog"
)

// NewLogger writes the lines of a Lambda: JSON, with the time under the key
// "timestamp", RFC 3339 in UTC, and the level under "level", as Lambda reads them
// of a function with JSON logs. Without that timestamp it takes each line for one
// of level INFO (Lambda Developer Guide, "Log-level filtering").
func NewLogger(to io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(to, &slog.HandlerOptions{ReplaceAttr: asLambdaReads}))
}

func asLambdaReads(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 || a.Key != slog.TimeKey {
		return a
	}
	return slog.Time("timestamp", a.Value.Time().UTC())
}
