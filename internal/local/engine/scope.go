package engine

import (
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// contextObject is "$$", built on demand (developer guide, Context object; the
// order is as recorded).
type contextObject struct {
	execution, machine jsonvalue.Value
	whole              jsonvalue.Value
	made, valid        bool
}

// left makes the state's part be built again.
func (c *contextObject) left() { c.valid = false }

func (e *execution) contextObject() jsonvalue.Value {
	c := &e.context
	if c.valid {
		return c.whole
	}
	if !c.made {
		c.execution, c.machine = e.aboutExecution(), e.aboutMachine()
		c.made = true
	}
	c.whole = jsonvalue.OfObject(
		jsonvalue.Member{Name: "Execution", Value: c.execution},
		jsonvalue.Member{Name: "StateMachine", Value: c.machine},
		jsonvalue.Member{Name: "State", Value: e.aboutState()},
	)
	c.valid = true
	return c.whole
}

// aboutExecution has no RedriveCount: a path to it does not load (package expr).
func (e *execution) aboutExecution() jsonvalue.Value {
	return jsonvalue.OfObject(
		jsonvalue.Member{Name: "Id", Value: jsonvalue.OfString(e.about.ARN)},
		jsonvalue.Member{Name: "Input", Value: e.about.Input},
		jsonvalue.Member{Name: "StartTime", Value: timestamp(e.result.StartDate)},
		jsonvalue.Member{Name: "Name", Value: jsonvalue.OfString(e.about.Name)},
		jsonvalue.Member{Name: "RoleArn", Value: jsonvalue.OfString(e.about.RoleARN)},
	)
}

func (e *execution) aboutMachine() jsonvalue.Value {
	return jsonvalue.OfObject(
		jsonvalue.Member{Name: "Id", Value: jsonvalue.OfString(e.about.StateMachineARN)},
		jsonvalue.Member{Name: "Name", Value: jsonvalue.OfString(e.about.StateMachineName)},
	)
}

// aboutState has a RetryCount in Task states only.
func (e *execution) aboutState() jsonvalue.Value {
	members := []jsonvalue.Member{
		{Name: "Name", Value: jsonvalue.OfString(e.visit.state.name)},
		{Name: "EnteredTime", Value: timestamp(e.visit.entered)},
	}
	if _, isTask := e.visit.state.action.(*task); isTask {
		members = append(members, jsonvalue.Member{Name: "RetryCount", Value: jsonvalue.OfInt(e.visit.retries)})
	}
	return jsonvalue.OfObject(members...)
}

// timestamp is a time of the context object, in the form of Java's Instant (as
// AWS shows it): to the millisecond, and without a fraction when that is 0.
func timestamp(t time.Time) jsonvalue.Value {
	t = t.UTC().Truncate(time.Millisecond)
	if t.Nanosecond() == 0 {
		return jsonvalue.OfString(t.Format(time.RFC3339))
	}
	return jsonvalue.OfString(t.Format(event.Milliseconds))
}
