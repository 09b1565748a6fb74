package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/eventbridge"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/uuid"
	"github.com/sfngen/sfngen/runtime/contract"
)

// The paths of the function URL that fire triggers: POST to one of them with the
// trigger's name at its end. They are below the path that the orchestrator
// reserves, so they hide no path of an upstream. Deployed stacks do not have them.
const (
	SchedulesPath = contract.ReservedPath + "/schedules/"
	EventsPath    = contract.ReservedPath + "/events/"
)

// withTriggers handles the paths of triggers and passes the rest to next.
func (w *Workflow) withTriggers(g *generation, next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		schedule, isSchedule := strings.CutPrefix(in.URL.Path, SchedulesPath)
		event, isEvent := strings.CutPrefix(in.URL.Path, EventsPath)
		switch {
		case !isSchedule && !isEvent:
			next.ServeHTTP(out, in)
		case in.Method != http.MethodPost:
			out.Header().Set("Allow", http.MethodPost)
			refuse(out, http.StatusMethodNotAllowed, "a trigger is fired by a POST")
		case isSchedule:
			w.fireSchedule(out, g, schedule)
		default:
			w.fireEvent(out, in, g, event)
		}
	})
}

func (w *Workflow) fireSchedule(out http.ResponseWriter, g *generation, name string) {
	all := g.stack.Plan.Schedules
	i := slices.IndexFunc(all, func(x plan.Schedule) bool { return x.Name == name })
	if i < 0 {
		refuse(out, http.StatusNotFound, fmt.Sprintf("no schedule %q in the spec; there are: %s", name,
			names(all, func(x plan.Schedule) string { return x.Name })))
		return
	}
	now := w.options.Clock.Now().UTC().Format("2006-01-02T15:04:05Z") // as Scheduler writes it
	fire(out, g, []byte(strings.ReplaceAll(all[i].Input, plan.ScheduledTime, now)))
}

func (w *Workflow) fireEvent(out http.ResponseWriter, in *http.Request, g *generation, name string) {
	all := g.stack.Plan.Events
	i := slices.IndexFunc(all, func(x plan.Event) bool { return x.Name == name })
	if i < 0 {
		refuse(out, http.StatusNotFound, fmt.Sprintf("no event %q in the spec; there are: %s", name,
			names(all, func(x plan.Event) string { return x.Name })))
		return
	}
	event, err := io.ReadAll(http.MaxBytesReader(out, in.Body, eventLimit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		refuse(out, http.StatusRequestEntityTooLarge, "an event has 1 MB at most: EventBridge does not take a larger one")
		return
	case err != nil:
		refuse(out, http.StatusBadRequest, "the event is incomplete: "+err.Error())
		return
	}
	input, status, err := w.eventInput(g.stack, all[i], event)
	if err != nil {
		refuse(out, status, err.Error())
		return
	}
	if len(input) > contract.StateLimit {
		refuse(out, http.StatusRequestEntityTooLarge, notStarted(all[i], len(input)))
		return
	}
	fire(out, g, input)
}

// eventLimit is the size of an event in bytes, as EventBridge counts an entry (1 MB
// since January 2026): four times what an execution is started with.
const eventLimit = 1 << 20

// notStarted says what AWS does with an event that matches and is too large. Only
// bodyFrom and placeholders, which take the whole event, make a large input.
func notStarted(rule plan.Event, size int) string {
	cause, advice := "bodyFrom: "+rule.BodyFrom, "Take a smaller part of it, or let the event name where the rest is"
	if rule.WholeEvent {
		cause, advice = "placeholders, which take the whole event along,", "Let the event name where the rest is"
	}
	return fmt.Sprintf("nothing is started: with %s this event makes an input of %d bytes, and an execution takes %d; on AWS "+
		"the event goes to the dead-letter queue. %s", cause, size, contract.StateLimit, advice)
}

// eventInput is the input that the rule starts the workflow with, if it matches.
func (w *Workflow) eventInput(s *stack.Stack, rule plan.Event, event []byte) (input []byte, status int, err error) {
	event, _, err = eventbridge.Complete(event, w.eventDefaults(s))
	if err != nil {
		return nil, http.StatusBadRequest, err
	}
	pattern, err := eventbridge.Compile(rule.Pattern)
	if err != nil {
		return nil, http.StatusBadRequest, fmt.Errorf("the event pattern: %w", err)
	}
	matched, why, err := pattern.Match(event)
	switch {
	case err != nil:
		return nil, http.StatusBadRequest, err
	case !matched:
		return nil, http.StatusUnprocessableEntity, fmt.Errorf("the pattern of %s does not match this event, so nothing is started: %s",
			rule.Name, why)
	}
	if !rule.IsTemplate() {
		return []byte(rule.Input), 0, nil
	}
	paths := map[string]string{}
	for _, v := range rule.Variables {
		paths[v.Name] = v.Path
	}
	input, err = eventbridge.Transform(paths, rule.Input, event)
	return input, http.StatusBadRequest, err
}

// fired answers for a trigger: nothing waits for the execution, as when deployed.
type fired struct {
	ExecutionARN string          `json:"executionArn"`
	Name         string          `json:"name"`
	Input        json.RawMessage `json:"input"`
}

func fire(out http.ResponseWriter, g *generation, input []byte) {
	x, err := g.version.Start("", input)
	if err != nil {
		refuse(out, http.StatusInternalServerError, err.Error())
		return
	}
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(out).Encode(fired{x.ARN, x.Name, input}) // the client may be gone
}

func refuse(out http.ResponseWriter, status int, why string) { http.Error(out, why, status) }

func names[T any](all []T, name func(T) string) string {
	if len(all) == 0 {
		return "none"
	}
	var list []string
	for _, x := range all {
		list = append(list, name(x))
	}
	return strings.Join(list, ", ")
}

func (w *Workflow) eventDefaults(s *stack.Stack) eventbridge.Defaults {
	return eventbridge.Defaults{ID: uuid.New(), Time: w.options.Clock.Now(), Account: account, Region: region(s.Plan)}
}
