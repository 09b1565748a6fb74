package timeline

import (
	"encoding/json"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

// waitReport reads the failure that leads to a wait.
func waitReport(d event.StateEnteredDetails) (contract.Failure, bool) {
	failure, ok := d.Input.Get("failure")
	if !ok {
		return contract.Failure{}, false
	}
	cause, ok := failure.Get("Cause")
	if !ok {
		return contract.Failure{}, false
	}
	return readReport(cause.Text())
}

// readReport is an egress's word about a failed attempt, out of an error's cause; in the
// form of a coordinated execution too. A skip is no attempt: its report has a wait, and
// perhaps no attempt yet.
func readReport(cause string) (contract.Failure, bool) {
	var c contract.Cause
	var r contract.Report
	if json.Unmarshal([]byte(cause), &c) != nil || json.Unmarshal([]byte(c.ErrorMessage), &r) != nil {
		return contract.Failure{}, false
	}
	return r.Failure, len(r.Failure.Attempts) > 0 || r.Failure.Skipped > 0
}

// startIn is who makes the first attempt, as the input says; zero where it does not.
func startIn(input jsonvalue.Value) (s contract.Start) {
	if start, ok := input.Get("start"); !ok || json.Unmarshal(start.JSON(), &s) != nil {
		return contract.Start{}
	}
	return s
}

// instant reads a time (RFC 3339); it is zero where there is none, or one that JSON
// could not have in UTC: a report may say anything.
func instant(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if at = at.UTC(); err != nil || at.Year() < 1 || at.Year() > 9999 {
		return time.Time{}
	}
	return at
}

// crashReason is what Lambda says of a function that did not answer.
func crashReason(d event.TaskFailedDetails) string {
	var c contract.Cause
	if json.Unmarshal([]byte(d.Cause), &c) == nil && c.ErrorMessage != "" {
		return d.Error + ": " + c.ErrorMessage
	}
	if d.Cause == "" {
		return d.Error
	}
	return d.Error + ": " + d.Cause
}
