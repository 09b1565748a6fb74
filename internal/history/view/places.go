package view

import (
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// places are where to look after a failure; nil after a success.
func (x page) places() []string {
	t := &x.Timeline
	if !x.HasFailed() {
		return nil
	}
	var places []string
	for _, heading := range headings(t) {
		places = append(places, operations+heading)
	}
	if x.Answer != nil && x.Answer.Problem != "" {
		places = append(places, contract.ProblemsPage+"#"+x.Answer.Problem)
	}
	if group := x.crashLog(); group != "" {
		places = append(places, "the egress's own log group, "+group)
	}
	return places
}

// crashLog is the log group of the egress that crashed last; "" when none did, or
// it has none.
func (x page) crashLog() string {
	n := len(x.Timeline.Attempts)
	if n == 0 {
		return ""
	}
	last := x.Timeline.Attempts[n-1]
	if last.Outcome != timeline.Crashed || last.Egress < 1 || last.Egress > len(x.LogGroups) {
		return ""
	}
	return x.LogGroups[last.Egress-1]
}

// operations is the page that says what names mean and what to do, with the headings
// that trace leads to.
const (
	operations      = contract.OperationsPage + "#"
	statusesHeading = "statuses-of-an-execution"
	outcomesHeading = "outcomes-and-errors"
	faultsHeading   = "faults"
	finalHeading    = "why-no-attempt-follows"
)

// headings are those about how an execution has failed. A fault says more than that
// no attempt was left after it.
func headings(t *timeline.Timeline) []string {
	if t.Status != event.Failed {
		return []string{statusesHeading}
	}
	a := failedWith(t)
	switch {
	case a == nil, a.Fault == "" && a.Final == "":
		return []string{outcomesHeading}
	case a.Fault == "":
		return []string{finalHeading}
	case a.Final == "", a.Final == timeline.NoneLeft:
		return []string{faultsHeading}
	}
	return []string{faultsHeading, finalHeading}
}
