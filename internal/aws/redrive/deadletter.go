package redrive

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/sfngen/sfngen/internal/eventbridge"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/runtime/contract"
)

// The attributes of dead letters (Scheduler User Guide, "Retrieve the dead-letter event";
// EventBridge User Guide, "Using dead-letter queues").
const (
	scheduleARN   = "SCHEDULE_ARN"
	scheduledTime = "SCHEDULED_TIME"
	truncated     = "IS_PAYLOAD_TRUNCATED"
	ruleARN       = "RULE_ARN"
	errorCode     = "ERROR_CODE"
	errorMessage  = "ERROR_MESSAGE"
)

// deadLetter reads a message of the dead-letter queue.
func (s *Session) deadLetter(m message, i *Item) {
	i.Why = joined(m.attribute(errorCode), m.attribute(errorMessage))
	switch {
	case m.attribute(scheduleARN) != "":
		s.schedule(m, i)
	case m.attribute(ruleARN) != "":
		s.event(m, i)
	default:
		i.foreign("it has neither the attribute " + scheduleARN + " nor " + ruleARN)
	}
}

func joined(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			kept = append(kept, part)
		}
	}
	return printable.Cut(strings.Join(kept, ": "), longestReason)
}

// longestReason is in columns: a cause may be as long as an answer.
const longestReason = 1000

// foreign notes that a message is none that AWS sends here.
func (i *Item) foreign(why string) {
	i.Foreign, i.Problem = true, "it is no message that AWS sends to this queue: "+why
}

// schedule: the body is the request that Scheduler made of Step Functions, or the input
// alone.
func (s *Session) schedule(m message, i *Item) {
	arn, at := m.attribute(scheduleARN), m.attribute(scheduledTime)
	name := path.Base(arn)
	i.Trigger, i.For = s.triggerOf(name), at
	i.name = s.nameOf(arn, cmp.Or(at, m.ID))
	input, ok := inputOfSchedule(m.Body)
	if !ok || m.attribute(truncated) == "true" {
		// Scheduler cuts what is too large; the deployed schedule has the same input.
		text, there := s.triggers.Schedules[name]
		if !there {
			i.Problem = "its body is not the input of an execution, and the stack has no schedule " + name + " (any more)"
			return
		}
		input = text
	}
	if at != "" {
		input = strings.ReplaceAll(input, plan.ScheduledTime, at)
	}
	if strings.Contains(input, plan.ScheduledTime) {
		i.Problem = "it does not say for which time the run is: it has no attribute " + scheduledTime
		return
	}
	s.take(i, input, "")
}

// inputOfSchedule is the input of the execution that a body was to start, as text.
func inputOfSchedule(body string) (string, bool) {
	v, err := jsonvalue.ParseString(body)
	if err != nil {
		return "", false
	}
	if isInput(v) {
		return body, true
	}
	for name, value := range v.Members() {
		inner, err := jsonvalue.ParseString(value.Text())
		if strings.ToLower(name) == "input" && err == nil && isInput(inner) {
			return value.Text(), true
		}
	}
	return "", false
}

// event: the body is the event. The deployed rule makes the input of it, as EventBridge
// would: events put on the bus again would reach every other rule of the bus as well.
func (s *Session) event(m message, i *Item) {
	arn := m.attribute(ruleARN)
	name := path.Base(arn)
	i.Trigger = s.triggerOf(name)
	event, err := jsonvalue.ParseString(m.Body)
	id, _ := event.Get("id")
	if err != nil || id.Text() == "" {
		i.foreign("its body is no event")
		return
	}
	replay, _ := event.Get("replay-name") // a replay of the same event is another one
	i.name = s.nameOf(arn, id.Text(), replay.Text())
	rule, there := s.triggers.Rules[name]
	if !there {
		i.Problem = "the stack has no event rule " + name + " (any more), which would make the request of the event"
		return
	}
	input := rule.Input
	if rule.Template != "" {
		text, err := eventbridge.Transform(rule.Paths, rule.Template, []byte(m.Body))
		if err != nil {
			i.Problem = "its rule makes no input of it: " + err.Error()
			return
		}
		input = string(text)
	}
	s.take(i, input, "")
}

// triggerOf is the name in the spec of what AWS calls STACK-NAME.
func (s *Session) triggerOf(name string) string {
	return strings.TrimPrefix(name, s.stack.Summary.Name+"-")
}

// take makes the input of the new execution from that of the first. execution is the name of
// one that failed; "" if none has started.
func (s *Session) take(i *Item, text, execution string) {
	input, err := jsonvalue.ParseString(text)
	if err != nil || !i.setInput(input) {
		i.Problem = "what it would start is not the input of an execution of this stack"
		return
	}
	input, i.Key = withKey(withoutStart(input), s.triggers.KeyHeader, execution)
	i.input = input.JSON()
	if n := len(i.input); n > contract.StateLimit {
		i.Problem = fmt.Sprintf("its input has %d bytes, and an execution takes %d: send the request to the API yourself", n, contract.StateLimit)
	}
}
