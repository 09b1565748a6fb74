package view

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
)

// then says what followed an attempt, the i-th of them.
func (x page) then(i int) string {
	a := x.Timeline.Attempts[i]
	following := i+1 < len(x.Timeline.Attempts)
	switch {
	case a.Wait != nil && a.Wait.Duration() > 0:
		return x.waits(*a.Wait, following)
	case a.Final != "":
		return story.Final(a)
	case following:
		return goesTo(x.Timeline.Attempts[i+1])
	case a.Outcome == timeline.Open:
		return x.open(a)
	case a.Outcome == timeline.Success, x.HasEnded():
		return ""
	}
	return "more is to come"
}

func goesTo(next timeline.Attempt) string {
	if next.Egress == 0 {
		return "the next egress at once"
	}
	return fmt.Sprintf("egress %d at once", next.Egress)
}

// waits shows the time of its end only while that is to come: a past one is when
// the next line begins.
func (x page) waits(w timeline.Wait, following bool) string {
	text := fmt.Sprintf("waits %s: %s", story.Rounded(w.Duration()), story.WaitFor(w))
	if w.Began.IsZero() || following || x.HasEnded() {
		return text
	}
	left := w.Until.Sub(x.Now).Round(time.Second)
	if left <= 0 {
		return text
	}
	return fmt.Sprintf("waits until %s, %s to go: %s", w.Until.UTC().Format(time.TimeOnly), left, story.WaitFor(w))
}

// open is for the last attempt, which nobody has seen to end.
func (x page) open(a timeline.Attempt) string {
	switch x.Timeline.Status {
	case event.TimedOut:
		return "cut off by the deadline"
	case event.Aborted:
		return "cut off by the stop"
	case event.Failed, event.Succeeded:
		return ""
	}
	if a.Began.IsZero() {
		return ""
	}
	return fmt.Sprintf("calling for %s", story.Rounded(x.Now.Sub(a.Began)))
}

// result is what came of an attempt.
func (x page) result(a timeline.Attempt) string {
	switch {
	case a.Outcome == timeline.Open && x.HasEnded():
		return "no answer"
	case a.Outcome == timeline.Open:
		return "no answer yet"
	case a.Outcome == timeline.Success && a.StatusCode == 0:
		return "success"
	case a.Reason == "" && a.StatusCode != 0:
		return fmt.Sprintf("%s%d", prefixed(a.Outcome), a.StatusCode)
	case a.Reason == "" && a.Fault != "" && a.Outcome != timeline.Crashed:
		return prefixed(a.Outcome) + story.OneLine(string(a.Fault))
	case a.Reason == "" && a.Outcome != timeline.Crashed:
		return string(a.Outcome)
	}
	return story.Result(a)
}

// prefixed leaves out an outcome that only the next attempts' reports could tell.
func prefixed(o timeline.Outcome) string {
	if o == timeline.Open || o == timeline.Success {
		return ""
	}
	return string(o) + ": "
}
