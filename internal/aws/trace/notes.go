package trace

import (
	"strings"

	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// noteGaps notes what the logs do not have, and what would change that.
func (s *Source) noteGaps(x *execution.Execution) {
	s.noteLevel(x)
	s.noteEnd(x)
	for i, a := range x.Timeline.Attempts {
		last := i == len(x.Timeline.Attempts)-1
		if a.Outcome == timeline.Open && !(last && x.IsRecent()) {
			x.Note("no log says how attempt %d ended: %s", a.Number, s.cutOff(x, a, last))
		}
	}
	if s.hasSilence(x) {
		x.Note("what the API said is not in the log: workflow.logData: true writes requests and answers there, secrets too")
	}
}

// cutOff says why the end of an attempt may be missing.
func (s *Source) cutOff(x *execution.Execution, a timeline.Attempt, last bool) string {
	switch {
	case last && x.HasEnded():
		return "it was cut off, or its egress died"
	case a.Egress < 1 || a.Egress > len(s.Summary.Egresses):
		return "its egress may have died; the egresses' own log groups have what Lambda says of that"
	}
	return "its egress may have died; the log group " + contract.LogGroup(s.Summary.Egresses[a.Egress-1]) + " has what Lambda says of that"
}

func (s *Source) noteLevel(x *execution.Execution) {
	switch s.Summary.LogLevel {
	case levelAll:
	case levelOff:
		x.Note("the state machine logs nothing (workflow.logLevel: off): this is from the Lambdas' own lines; egresses that died, " +
			"and Lambda's own errors, do not show; workflow.logLevel: all would log every step")
	default:
		x.Note("the state machine logs only failures (workflow.logLevel: %s): the rest is from the Lambdas' own lines; "+
			"workflow.logLevel: all would log every step", strings.ToLower(s.Summary.LogLevel))
	}
}

func (s *Source) noteEnd(x *execution.Execution) {
	switch {
	case x.HasEnded():
	case x.IsRecent():
		x.Note("its end is not in the log: it is still running, or the log is a few seconds behind; try again")
	default:
		x.Note("its end is not in the log, though an express execution ends after %s at most", contract.ExpressLimit)
	}
}

// hasSilence reports whether the log lacks the report of a failure that the API
// answered.
func (s *Source) hasSilence(x *execution.Execution) bool {
	if s.Summary.LogData || s.Summary.LogLevel != levelAll {
		return false
	}
	for _, a := range x.Timeline.Attempts {
		failed := a.Outcome != timeline.Success && a.Outcome != timeline.Crashed
		if failed && a.StatusCode != 0 && a.Said == "" && a.RequestID == (timeline.RequestID{}) {
			return true
		}
	}
	return false
}
