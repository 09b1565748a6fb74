package contract

import (
	"io"
	"log/slog"
)

// The messages of the lines about an execution.
const (
	AttemptMessage = "attempt" // of an egress
	RequestMessage = "request" // of an orchestrator
)

// CoordinationMessage is that of a line about the table of the pool, of whichever Lambda:
// its problem is ProblemNoTable or ProblemClock, and reason says why.
const CoordinationMessage = "coordination"

// ProblemNoTable: the table does not answer, and the Lambda goes on without it.
const ProblemNoTable = "table-unavailable"

// ProblemClock: the clock of the Lambda is off, and it counts by the table's.
const ProblemClock = "clock-off"

// OutcomeSuccess is the outcome of an attempt that has worked; that of another is the
// name of its error.
const OutcomeSuccess = "success"

// LogLine is what a line about an execution says besides time, level and message.
// Bodies and the values of a query never stand in it; of headers only what UnreadWait
// and Reason say.
type LogLine struct {
	Execution  string `json:"execution"` // its name; "" where none was started
	Method     string `json:"method"`
	Path       string `json:"path"` // without the query
	DurationMs int64  `json:"durationMs"`

	// Of an egress.
	Attempt     int      `json:"attempt"`    // from 1
	Egress      int      `json:"egress"`     // from 1
	QueryKeys   []string `json:"queryKeys"`  // sorted
	Outcome     string   `json:"outcome"`    // OutcomeSuccess, or the error's name
	StatusCode  int      `json:"statusCode"` // of the upstream; 0 for none
	Fault       Fault    `json:"fault"`
	Rule        string   `json:"rule"`   // that said what the answer means; "" for none
	Reason      string   `json:"reason"` // may name where a redirect leads, or the scheme of a signature
	Final       string   `json:"final"`  // why no attempt follows; "" when one does
	WaitSeconds int      `json:"waitSeconds"`
	// RequestedWaitSeconds is the upstream's, which ends at RetryAt (RFC 3339, UTC);
	// RetryAt is "" where it requested none.
	RequestedWaitSeconds int    `json:"requestedWaitSeconds"`
	RetryAt              string `json:"retryAt"`
	// RetryMinimum: RetryAt is the end of a minWait, longer than what was requested.
	RetryMinimum bool `json:"retryMinimum"`
	// RetryScope is that of an Attempt.
	RetryScope Scope `json:"retryScope"`
	// UnreadWait is what seems to request a wait, in headers or body, and could not be
	// read.
	UnreadWait string     `json:"unreadWait"`
	WaitReason WaitReason `json:"waitReason"` // what decided WaitSeconds; "" for no wait
	WaitEgress int        `json:"waitEgress"` // whose requested or least wait decided; 0 for a backoff
	// JitterSeconds of WaitSeconds lie on top of such a wait; 0 for a backoff.
	JitterSeconds int    `json:"jitterSeconds"`
	Bytes         *int64 `json:"bytes"` // the body's; nil where there is no answer
	// Slot is that of this call (RFC 3339, UTC), "" for none; SleptMs is how long the egress
	// slept before it; Skipped is Failure.Skipped; NextEgress goes next, 0 for none. All are
	// of executions that know of each other.
	Slot       string `json:"slot"`
	SleptMs    int64  `json:"sleptMs"`
	Skipped    int    `json:"skipped"`
	NextEgress int    `json:"nextEgress"`

	// Of an orchestrator. Where executions know of each other, Egress is the one that it has
	// chosen to begin, WaitSeconds, WaitReason and WaitEgress are about the wait before that,
	// RetryAt is its end, and Reason says what holds the egress back.
	Status          int    `json:"status"` // of the answer to the caller
	ExecutionStatus string `json:"executionStatus"`
	Error           string `json:"error"`   // of the execution
	Problem         string `json:"problem"` // the answer's, if it is one
	Attempts        int    `json:"attempts"`
	Cause           string `json:"cause"` // why the orchestrator has failed
}

// AttemptAttrs are the attributes of an egress's line, in order.
func (l LogLine) AttemptAttrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("execution", l.Execution),
		slog.Int("attempt", l.Attempt),
		slog.Int("egress", l.Egress),
		slog.String("method", l.Method),
		slog.String("path", l.Path),
		slog.Any("queryKeys", l.QueryKeys),
		slog.String("outcome", l.Outcome),
		slog.String("reason", l.Reason),
		slog.Int("waitSeconds", l.WaitSeconds),
		slog.Int64("durationMs", l.DurationMs),
	}
	attrs = appendInt(attrs, "statusCode", l.StatusCode)
	attrs = appendText(attrs, "fault", string(l.Fault))
	attrs = appendText(attrs, "rule", l.Rule)
	attrs = appendText(attrs, "final", l.Final)
	if l.RetryAt != "" {
		attrs = append(attrs, slog.Int("requestedWaitSeconds", l.RequestedWaitSeconds), slog.String("retryAt", l.RetryAt))
	}
	if l.RetryMinimum {
		attrs = append(attrs, slog.Bool("retryMinimum", true))
	}
	attrs = appendText(attrs, "retryScope", string(l.RetryScope))
	attrs = appendText(attrs, "unreadWait", l.UnreadWait)
	attrs = appendText(attrs, "waitReason", string(l.WaitReason))
	attrs = appendInt(attrs, "waitEgress", l.WaitEgress)
	attrs = appendInt(attrs, "jitterSeconds", l.JitterSeconds)
	if l.Bytes != nil {
		attrs = append(attrs, slog.Int64("bytes", *l.Bytes))
	}
	attrs = appendText(attrs, "slot", l.Slot)
	attrs = appendInt(attrs, "sleptMs", int(l.SleptMs))
	attrs = appendInt(attrs, "skipped", l.Skipped)
	return appendInt(attrs, "nextEgress", l.NextEgress)
}

// RequestAttrs are the attributes of an orchestrator's line, in order.
func (l LogLine) RequestAttrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("method", l.Method),
		slog.String("path", l.Path),
		slog.Int("status", l.Status),
		slog.Int64("durationMs", l.DurationMs),
	}
	attrs = appendText(attrs, "execution", l.Execution)
	attrs = appendText(attrs, "executionStatus", l.ExecutionStatus)
	attrs = appendText(attrs, "error", l.Error)
	attrs = appendText(attrs, "problem", l.Problem)
	attrs = appendInt(attrs, "attempts", l.Attempts)
	attrs = appendInt(attrs, "egress", l.Egress)
	attrs = appendInt(attrs, "waitSeconds", l.WaitSeconds)
	attrs = appendText(attrs, "waitReason", string(l.WaitReason))
	attrs = appendInt(attrs, "waitEgress", l.WaitEgress)
	attrs = appendText(attrs, "retryAt", l.RetryAt)
	attrs = appendText(attrs, "reason", l.Reason)
	return appendText(attrs, "cause", l.Cause)
}

func appendText(attrs []slog.Attr, name, value string) []slog.Attr {
	if value == "" {
		return attrs
	}
	return append(attrs, slog.String(name, value))
}

func appendInt(attrs []slog.Attr, name string, value int) []slog.Attr {
	if value == 0 {
		return attrs
	}
	return append(attrs, slog.Int(name, value))
}

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
