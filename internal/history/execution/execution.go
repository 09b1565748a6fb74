// Package execution is what is known of one execution: read from AWS, or from
// a record of sfngen run --json.
package execution

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Execution is one of a stack.
type Execution struct {
	Stack    string // the spec's name
	Express  bool
	ARN      string // "" when no log has it
	Name     string
	Timeline timeline.Timeline
	Request  string  // GET /orders?page: of a query only the names; "" when it is not known
	Answer   *Answer // of the orchestrator; nil when it is not known
	// Address is where an egress has called from, of a record; nil when that is not
	// known.
	Address func(egress int) string
	// LogGroups are the egresses' own, in the pool's order; nil when it ran on this
	// machine.
	LogGroups []string
	// Notes say what is not known, and what would change that.
	Notes []string
	Now   time.Time
}

// Answer is what the caller of the function URL got.
type Answer struct {
	Status  int
	Problem string // its heading in docs/problems.md; "" for an answer of the API
}

// List is executions, the newest first.
type List struct {
	Stack      string
	Express    bool
	Failed     bool      // only those that have ended without success
	Since      time.Time // how far back the search went; zero: without a limit
	Executions []*Execution
	Notes      []string
	Now        time.Time
}

// Add reads the next event, and the request out of the first.
func (x *Execution) Add(e event.Event) {
	x.Timeline.Add(e)
	if d, ok := e.Details.(event.ExecutionStartedDetails); ok {
		x.Request = requestOf(d.Input)
	}
}

func requestOf(input jsonvalue.Value) string {
	request, ok := input.Get("request")
	if !ok {
		request, _ = input.Get("template")
	}
	if _, ok := request.Get("method"); !ok {
		return ""
	}
	return story.RequestLine(input)
}

// Note adds what is not known.
func (x *Execution) Note(format string, args ...any) {
	x.Notes = append(x.Notes, fmt.Sprintf(format, args...))
}

// HasEnded reports whether its end is known.
func (x *Execution) HasEnded() bool {
	return x.Timeline.Status != "" && x.Timeline.Status != event.Running
}

// HasFailed reports whether it has ended without success.
func (x *Execution) HasFailed() bool {
	return x.HasEnded() && x.Timeline.Status != event.Succeeded
}

// LastStatus is what the API answered last; 0 when there was no answer, or none is
// known.
func (x *Execution) LastStatus() int {
	attempts := x.Timeline.Attempts
	if len(attempts) == 0 {
		return 0
	}
	return attempts[len(attempts)-1].StatusCode
}

// lag is how long a log may be behind what has happened.
const lag = time.Minute

// IsRecent reports whether more of an Express execution may still get into the log.
func (x *Execution) IsRecent() bool {
	return x.Now.Sub(x.LastSeen()) < contract.ExpressLimit+lag
}

// LastSeen is the latest time that is known of it.
func (x *Execution) LastSeen() time.Time {
	seen := x.Timeline.Began
	for _, a := range x.Timeline.Attempts {
		seen = latest(latest(seen, a.Began), a.Ended)
	}
	return latest(seen, x.Timeline.Ended)
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// UTC is a time that is readable on its own, as the logs and the console of AWS
// can have it.
func UTC(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }
