package timeline

import (
	"encoding/json"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
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
	report, ok := readReport(cause.Text())
	return report.Failure, ok
}

// readReport is an egress's word about a failed attempt, out of an error's cause. Only a
// coordinated execution's may be of no attempt: an egress that calls nothing makes none.
func readReport(cause string) (contract.Report, bool) {
	var c contract.Cause
	var r contract.Report
	if json.Unmarshal([]byte(cause), &c) != nil || json.Unmarshal([]byte(c.ErrorMessage), &r) != nil {
		return contract.Report{}, false
	}
	return r, len(r.Failure.Attempts) > 0 || r.Next != nil
}

// recordOf is what a report has of the attempt that it is about; zero of one that has
// called nothing.
func recordOf(r contract.Report, number int) contract.Attempt {
	n := len(r.Failure.Attempts)
	if n == 0 || r.Next != nil && r.Failure.Attempts[n-1].Attempt != number {
		return contract.Attempt{}
	}
	return r.Failure.Attempts[n-1]
}

// firstWait is the wait before the first attempt that an orchestrator has chosen, by the
// execution's input; false where that does not say it.
func firstWait(e event.Event, d event.StateEnteredDetails) (Wait, bool) {
	given, _ := d.Input.Get("start")
	var start contract.Start
	if json.Unmarshal(given.JSON(), &start) != nil || start.WaitSeconds <= 0 || len(start.Next) == 0 {
		return Wait{}, false
	}
	w := Wait{Began: e.Timestamp, Until: e.Timestamp.Add(time.Duration(start.WaitSeconds) * time.Second)}
	if start.Slot != nil {
		w.Reason = contract.WaitSlot
	}
	return w, true
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
