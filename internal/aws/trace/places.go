package trace

import (
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// places are where to look after a failure; nil after a success.
func (x *Execution) places() []string {
	t := &x.Timeline
	if !x.hasFailed() {
		return nil
	}
	var places []string
	for _, heading := range headings(t) {
		places = append(places, operations+heading)
	}
	if x.Answer != nil && x.Answer.Problem != "" {
		places = append(places, contract.ProblemsPage+"#"+x.Answer.Problem)
	}
	if a := t.Attempts; !x.Local && len(a) > 0 && a[len(a)-1].Outcome == timeline.Crashed && a[len(a)-1].Egress > 0 {
		places = append(places, "the egress's own log group, "+lambdaGroup(contract.EgressName(x.Stack, a[len(a)-1].Egress)))
	}
	return places
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
