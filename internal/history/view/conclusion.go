package view

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// causes are why an execution ended, by the error's name.
var causes = map[string]string{
	contract.ErrRateLimited:           "the last attempt was rate-limited, too",
	contract.ErrTransient:             "the last attempt failed too",
	contract.ErrRejected:              "an attempt failed, and another would not help or not be safe",
	"States.Timeout":                  "the last attempt's egress took too long",
	"States.DataLimitExceeded":        "a state would have carried more than the 256 KiB that Step Functions allows",
	"States.Runtime":                  "the definition met data that it cannot work with",
	"States.Permissions":              "the state machine's role lacks a permission",
	"Sandbox.Timedout":                "the last attempt's egress ran into its Lambda's time limit",
	"Lambda.TooManyRequestsException": "Lambda refused to run the egress: too many at the same time",
}

// why is the end in words; "" for a success.
func why(t *timeline.Timeline) string {
	switch t.Status {
	case event.TimedOut:
		return "its deadline (retry.deadline) has passed"
	case event.Aborted:
		return "somebody stopped it"
	case event.Failed:
		return whyFailed(t)
	}
	return ""
}

// failedWith is the attempt that an execution has failed with; nil where its error
// is none that an egress reports.
func failedWith(t *timeline.Timeline) *timeline.Attempt {
	if len(t.Attempts) == 0 || timeline.OutcomeOf(t.Error) == timeline.Crashed {
		return nil
	}
	return &t.Attempts[len(t.Attempts)-1]
}

// whyFailed prefers the egress's own words to those of the table, which knows only
// the error's name.
func whyFailed(t *timeline.Timeline) string {
	name := t.Error
	words, known := causes[name]
	a := failedWith(t)
	switch {
	case name == "":
		return "no log says why"
	case a != nil && a.Final != "" && a.Final != timeline.NoneLeft:
		words = story.OneLine(a.Final)
	case known:
	case strings.HasPrefix(name, "Lambda."):
		words = "Lambda could not run the last attempt's egress"
	case strings.HasPrefix(name, "Runtime."):
		words = "the last attempt's egress died"
	default:
		return story.OneLine(name)
	}
	return words + " (" + story.OneLine(name) + ")"
}

// statusWords are what a person calls the statuses.
var statusWords = map[event.Status]string{
	event.Running:   "running",
	event.Succeeded: "succeeded",
	event.Failed:    "failed",
	event.TimedOut:  "timed out",
	event.Aborted:   "aborted",
}

func statusWord(s event.Status) string {
	if word := statusWords[s]; word != "" {
		return word
	}
	return "unknown"
}

// outcomeOf gives a status the colour of an outcome.
func outcomeOf(s event.Status) timeline.Outcome {
	switch s {
	case event.Succeeded:
		return timeline.Success
	case event.Failed, event.TimedOut, event.Aborted:
		return timeline.Rejected
	}
	return timeline.Open
}

// conclusion is the last sentence: what came of it, for whom.
func (x page) conclusion() string {
	t := &x.Timeline
	attempts := count.Of(t.Made(), "attempt")
	switch {
	case t.Status == event.Running:
		return "goes on after " + attempts
	case !x.HasEnded():
		return "no log says how it ended"
	case t.Status == event.Succeeded && x.LastStatus() != 0:
		return fmt.Sprintf("succeeded after %s: %s", attempts, x.success())
	}
	text := fmt.Sprintf("%s after %s", statusWord(t.Status), attempts)
	if words := why(t); words != "" {
		text += ": " + words
	}
	switch {
	case x.Answer == nil:
	case x.Answer.Problem != "":
		text += fmt.Sprintf("; the caller got %d, the problem %s", x.Answer.Status, x.Answer.Problem)
	default:
		text += fmt.Sprintf("; the caller got the API's own %d", x.Answer.Status)
	}
	return text
}

func (x page) success() string {
	switch {
	case x.Answer == nil:
		return fmt.Sprintf("the API answered %d", x.LastStatus())
	case x.Answer.Problem != "":
		return fmt.Sprintf("the API answered %d, but the caller got %d, the problem %s", x.LastStatus(), x.Answer.Status, x.Answer.Problem)
	}
	return fmt.Sprintf("the caller got the API's %d", x.Answer.Status)
}
