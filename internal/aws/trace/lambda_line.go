package trace

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// line is one that an egress or the orchestrator writes. Lambda stores lines of a
// custom runtime that are JSON as they are, whatever the function's log format (Lambda
// Developer Guide, "Configuring JSON and plain text log formats").
type line struct {
	Time    time.Time `json:"timestamp"`
	OldTime time.Time `json:"time"` // its name in stacks that an older sfngen built
	Message string    `json:"msg"`

	contract.LogLine
}

// forget takes out numbers that no Lambda has had: more egresses than a spec can
// have, more time than a function has (Lambda quotas), a wait of over a year (Step
// Functions quotas).
func (l *line) forget() {
	for _, n := range []struct {
		at   *int
		most int
	}{
		{&l.Egress, contract.MaxEgresses}, {&l.WaitEgress, contract.MaxEgresses},
		{&l.WaitSeconds, 366 * 24 * 60 * 60}, {&l.JitterSeconds, l.WaitSeconds},
	} {
		if *n.at < 0 || *n.at > n.most {
			*n.at = 0
		}
	}
	if l.DurationMs < 0 || l.DurationMs > contract.LambdaLimit.Milliseconds() {
		l.DurationMs = 0
	}
}

// isTime distinguishes a time that an execution can have had from one that is missing or
// made up. After the year 9999 JSON has none (RFC 3339), so that there is some
// room for waits.
func isTime(at time.Time) bool {
	year := at.UTC().Year()
	return year >= 2000 && year < 9999
}

// readLine reads a message; false for what is no line about an execution.
func readLine(message string, logged time.Time) (line, bool) {
	var l line
	if json.Unmarshal([]byte(message), &l) != nil || !execution.IsName(l.Execution) {
		return line{}, false
	}
	l.Time = l.when(logged)
	l.forget()
	switch l.Message {
	case contract.AttemptMessage:
		return l, l.Attempt >= 1 && l.Attempt <= 50
	case contract.RequestMessage:
		return l, true
	}
	return line{}, false
}

// when is the line's own time. Lambda may add a timestamp to a line that has only
// a time: of when it got it.
func (l line) when(logged time.Time) time.Time {
	for _, own := range []time.Time{l.OldTime, l.Time} {
		if isTime(own) {
			return own.UTC()
		}
	}
	return logged.UTC()
}

// report is what a timeline takes of an egress's line.
func (l line) report() timeline.Report {
	r := timeline.Report{
		Attempt: contract.Attempt{Attempt: l.Attempt, Egress: l.Egress, StatusCode: l.StatusCode, Fault: l.Fault,
			WaitSeconds: l.WaitSeconds, DurationMs: l.DurationMs, RetryAt: l.RetryAt,
			RetryMinimum: l.RetryMinimum, RetryScope: l.RetryScope, Rule: l.Rule},
		Outcome: timeline.Success, Final: l.Final, At: l.Time,
		UnreadWait: l.UnreadWait, WaitReason: l.WaitReason, WaitEgress: l.WaitEgress, JitterSeconds: l.JitterSeconds,
	}
	if l.Outcome != string(timeline.Success) {
		r.Outcome, r.Reason = timeline.OutcomeOf(l.Outcome), l.Reason
	}
	return r
}

// request is METHOD PATH, with the names of the query.
func (l line) request() string {
	if l.Method == "" {
		return ""
	}
	text := l.Method + " " + l.Path
	if len(l.QueryKeys) > 0 {
		text += "?" + strings.Join(l.QueryKeys, ",")
	}
	return text
}

// began is when the attempt or request of the line began.
func (l line) began() time.Time {
	return l.Time.Add(-time.Duration(l.DurationMs) * time.Millisecond)
}

// addLines adds to an execution what its lines have and its events do not.
func addLines(x *execution.Execution, lines []line) {
	for _, l := range lines {
		if l.Message == contract.AttemptMessage {
			x.Timeline.Fill(l.report())
			fillRequest(x, l)
		}
	}
	for _, l := range lines {
		if l.Message == contract.RequestMessage {
			answered(x, l)
			fillRequest(x, l)
		}
	}
	conclude(x)
}

func fillRequest(x *execution.Execution, l line) {
	if request := l.request(); strings.HasPrefix(request, x.Request) {
		x.Request = request // an egress has more of it than the orchestrator
	}
}

// answered takes the end from the orchestrator, which waits for it.
func answered(x *execution.Execution, l line) {
	x.Answer = &execution.Answer{Status: l.Status, Problem: story.OneLine(l.Problem)}
	t := &x.Timeline
	if t.Began.IsZero() {
		t.Began = l.began()
	}
	if l.ExecutionStatus == "" || x.HasEnded() {
		return
	}
	t.Status, t.Ended, t.Error = event.Status(l.ExecutionStatus), l.Time, l.Error
}

// conclude takes the end from the attempts, if nothing else has it.
func conclude(x *execution.Execution) {
	t := &x.Timeline
	if len(t.Attempts) == 0 {
		return
	}
	if first := t.Attempts[0].Began; t.Began.IsZero() || !first.IsZero() && first.Before(t.Began) {
		t.Began = first // of lines the newest are read first
	}
	last := t.Attempts[len(t.Attempts)-1]
	switch {
	case x.HasEnded():
	case last.Outcome == timeline.Success:
		t.Status, t.Ended = event.Succeeded, last.Ended
	case last.Final != "":
		t.Status, t.Ended, t.Error = event.Failed, last.Ended, timeline.ErrorOf(last.Outcome)
	}
}
