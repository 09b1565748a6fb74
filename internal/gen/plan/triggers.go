package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// Schedule starts the workflow at its times.
type Schedule struct {
	Name       string
	Expression string           // rate(…), cron(…) or at(…)
	Timezone   string           // IANA
	Request    contract.Request // as the workflow gets it
	// Input is the execution input, as compact JSON; ScheduledTime in it stands
	// for the time of a run.
	Input string
}

// Event starts the workflow for each event that matches.
type Event struct {
	Name    string
	Pattern any              // JSON value, as EventBridge takes it
	Bus     spec.Bus         // whose events these are
	Request contract.Request // as the spec writes it, without what comes from the event
	// BodyFrom is the JSON path of the request's body in the event; "" for none.
	BodyFrom string
	// Input is what the rule starts the workflow with: an execution input as
	// compact JSON, or the template of one: see IsTemplate.
	Input     string
	Variables []Variable
	// WholeEvent: Input takes the whole event, and the egress puts the values of
	// placeholders in. EventBridge itself leaves out what an event does not have,
	// without a word.
	WholeEvent bool
}

// IsTemplate reports whether Input is a template that EventBridge fills in.
func (e Event) IsTemplate() bool { return e.WholeEvent || len(e.Variables) > 0 }

// Variable is a part of an event that an input template takes, by its JSON path.
type Variable struct{ Name, Path string }

// The id belongs to one event, and is the same each time EventBridge delivers it
// (EventBridge, "Event structure").
const (
	bodyVariable = "body"
	idVariable   = "id"
	idPath       = "$.id"
)

// ScheduledTime is replaced by the time that a run is for. It stays the same when
// Scheduler tries again; its execution-id changes with each try (Scheduler, "Adding
// context attributes").
const ScheduledTime = "<aws.scheduler.scheduled-time>"

func schedules(s spec.Spec) []Schedule {
	var list []Schedule
	for _, written := range s.Triggers.Schedules {
		input := scheduleInput(s, written)
		list = append(list, Schedule{
			Name: written.Name, Expression: written.Expression, Timezone: written.Timezone,
			Request: input.Request, Input: CompactJSON(input),
		})
	}
	return list
}

// scheduleInput has what the idempotency key of all runs for one time is made from,
// unless the spec sets the key itself.
func scheduleInput(s spec.Spec, written spec.Schedule) contract.ExecutionInput {
	in := contract.ExecutionInput{Trigger: written.Name, Request: request(written.Request)}
	key := s.Retry.Idempotency
	switch _, own := in.Request.Headers[key.Header]; {
	case key.Header == "" || own:
	case key.KeyFormat == spec.KeyText:
		in.Request = withKey(in.Request, key.Header, s.Name+"-"+written.Name+"-"+ScheduledTime)
	default:
		in.Occurrence = s.Name + "/" + written.Name + "/" + ScheduledTime
	}
	return in
}

// TriggerNames are those of the schedules, then of the events.
func (p *Plan) TriggerNames() []string {
	var names []string
	for _, s := range p.Schedules {
		names = append(names, s.Name)
	}
	for _, e := range p.Events {
		names = append(names, e.Name)
	}
	return names
}

// FailureQueue is the name of the queue of executions that failed; "" for none.
func (p *Plan) FailureQueue() string {
	if !p.spec.Triggers.QueuesFailures() {
		return ""
	}
	return p.Name + "-" + spec.FailureName
}

// FailureRule says what becomes of executions that failed; "" for nothing.
func (p *Plan) FailureRule() string {
	if p.FailureQueue() == "" {
		return ""
	}
	return "executions that fail, time out or are aborted go to the queue " + p.FailureQueue() + ", those of callers too"
}

// ScheduleKey says which idempotency key the schedules send; "" if none has a key, or
// each one its own of the spec.
func (p *Plan) ScheduleKey() string {
	key := p.spec.Retry.Idempotency
	made := slices.ContainsFunc(p.spec.Triggers.Schedules, func(s spec.Schedule) bool { return s.Request.Headers[key.Header] == "" })
	if key.Header == "" || !made {
		return ""
	}
	form := "a UUID"
	if key.KeyFormat == spec.KeyText {
		form = "text"
	}
	return "schedules send " + key.Header + ": " + form + ", the same for all starts and attempts of one scheduled time"
}

func events(s spec.Spec) []Event {
	var list []Event
	for _, written := range s.Triggers.Events {
		e := Event{Name: written.Name, Pattern: written.Pattern, Bus: spec.BusOf(written.Bus),
			Request: request(written.Request), BodyFrom: written.Request.BodyFrom}
		key := s.Retry.Idempotency.Header
		if written.Request.HasPlaceholders() {
			e.WholeEvent, e.Input = true, wholeEventInput(e, key)
			list = append(list, e)
			continue
		}
		if e.BodyFrom != "" {
			e.Variables = append(e.Variables, Variable{bodyVariable, e.BodyFrom})
		}
		if key != "" {
			e.Variables = append(e.Variables, Variable{idVariable, idPath})
		}
		e.Input = eventInput(e, key)
		list = append(list, e)
	}
	return list
}

// eventInput: EventBridge fills a variable inside quotes as text and one without
// as a JSON value, quoted if it is a string (EventBridge, "Input transformation");
// so the body's has no quotes.
func eventInput(e Event, key string) string {
	input := contract.ExecutionInput{Trigger: e.Name, Request: withKey(e.Request, key, "<"+idVariable+">")}
	if e.BodyFrom == "" {
		return CompactJSON(input)
	}
	variable := "<" + bodyVariable + ">"
	input.Request.Body = json.RawMessage(`"` + variable + `"`)
	// The body is always the last field.
	return withoutQuotes(CompactJSON(input), variable, "}}")
}

// wholeEvent is the event as it came (EventBridge, "Input transformation").
const wholeEvent = "<aws.events.event.json>"

// wholeEventInput carries the event once: the body and the key come from it as well.
func wholeEventInput(e Event, key string) string {
	return withoutQuotes(CompactJSON(contract.ExecutionInput{
		Trigger:  e.Name,
		Template: &contract.Template{Request: withKey(e.Request, key, "{"+idPath+"}"), BodyFrom: e.BodyFrom},
		Event:    json.RawMessage(`"` + wholeEvent + `"`),
	}), wholeEvent, "}")
}

// withoutQuotes takes the quotes from a variable, which stands before the end.
func withoutQuotes(input, variable, end string) string {
	return strings.TrimSuffix(input, `"`+variable+`"`+end) + variable + end
}

func request(r spec.Request) contract.Request {
	out := contract.Request{Method: r.Method, Path: r.Path, Query: r.Query, Headers: r.Headers}
	if r.Body != nil {
		out.Body = json.RawMessage(CompactJSON(r.Body))
	}
	return out
}

// withKey gives a request the idempotency key that all runs for the same event or
// time share; without it the egress would use another key for each run. One that the
// spec sets, from values of the event or for a schedule, stays.
func withKey(r contract.Request, header, key string) contract.Request {
	if header == "" {
		return r
	}
	headers := map[string]string{header: key}
	maps.Copy(headers, r.Headers)
	r.Headers = headers
	return r
}

// CompactJSON is v as JSON on one line. "<", ">" and "&" stay: each escape would
// count towards the limits of an input.
func CompactJSON(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(fmt.Sprintf("plan: %v", err)) // a spec holds only what JSON can
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// SendsEvents reports whether EventBridge writes to a queue of the stack.
func (p *Plan) SendsEvents() bool { return len(p.Events) > 0 || p.FailureQueue() != "" }
