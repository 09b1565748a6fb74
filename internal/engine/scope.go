package engine

import (
	"time"

	"github.com/sfngen/sfngen/internal/engine/value"
)

// contextObject is "$$", built on demand (developer guide, Context object; the
// order is as recorded).
type contextObject struct {
	execution, machine value.Value
	whole              value.Value
	made, valid        bool
}

// left makes the state's part be built again.
func (c *contextObject) left() { c.valid = false }

func (e *execution) contextObject() value.Value {
	c := &e.context
	if c.valid {
		return c.whole
	}
	if !c.made {
		c.execution, c.machine = e.aboutExecution(), e.aboutMachine()
		c.made = true
	}
	c.whole = value.OfObject(
		value.Member{Name: "Execution", Value: c.execution},
		value.Member{Name: "StateMachine", Value: c.machine},
		value.Member{Name: "State", Value: e.aboutState()},
	)
	c.valid = true
	return c.whole
}

// aboutExecution has no RedriveCount: a path to it does not load (package expr).
func (e *execution) aboutExecution() value.Value {
	return value.OfObject(
		value.Member{Name: "Id", Value: value.OfString(e.about.ARN)},
		value.Member{Name: "Input", Value: e.about.Input},
		value.Member{Name: "StartTime", Value: timestamp(e.result.StartDate)},
		value.Member{Name: "Name", Value: value.OfString(e.about.Name)},
		value.Member{Name: "RoleArn", Value: value.OfString(e.about.RoleARN)},
	)
}

func (e *execution) aboutMachine() value.Value {
	return value.OfObject(
		value.Member{Name: "Id", Value: value.OfString(e.about.StateMachineARN)},
		value.Member{Name: "Name", Value: value.OfString(e.about.StateMachineName)},
	)
}

// aboutState has a RetryCount in Task states only.
func (e *execution) aboutState() value.Value {
	members := []value.Member{
		{Name: "Name", Value: value.OfString(e.visit.state.name)},
		{Name: "EnteredTime", Value: timestamp(e.visit.entered)},
	}
	if _, isTask := e.visit.state.action.(*task); isTask {
		members = append(members, value.Member{Name: "RetryCount", Value: value.OfInt(e.visit.retries)})
	}
	return value.OfObject(members...)
}

// timestamp is a time of the context object, in the form of Java's Instant (as
// AWS shows it): to the millisecond, and without a fraction when that is 0.
func timestamp(t time.Time) value.Value {
	t = t.UTC().Truncate(time.Millisecond)
	if t.Nanosecond() == 0 {
		return value.OfString(t.Format(time.RFC3339))
	}
	return value.OfString(t.Format(milliseconds))
}
