package stepfunctions

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/sfngen/sfngen/internal/history/event"
)

type getExecutionHistoryInput struct {
	ExecutionARN         *string `json:"executionArn"`
	IncludeExecutionData *bool   `json:"includeExecutionData"` // default true
	ReverseOrder         bool    `json:"reverseOrder"`
	MaxResults           int     `json:"maxResults"`
	NextToken            *string `json:"nextToken"`
}

func (in getExecutionHistoryInput) check(c *constraints) {
	c.arn("executionArn", in.ExecutionARN)
	c.results(in.MaxResults)
	c.length("nextToken", in.NextToken, 1, 1024)
}

func (in getExecutionHistoryInput) request() string {
	return "GetExecutionHistory " + *in.ExecutionARN + " " + strconv.FormatBool(in.ReverseOrder)
}

type getExecutionHistoryOutput struct {
	Events    []historyEvent `json:"events"`
	NextToken string         `json:"nextToken,omitempty"`
}

// getExecutionHistory also returns the events so far of a running execution.
func (s *Service) getExecutionHistory(_ context.Context, in getExecutionHistoryInput) (any, error) {
	x, err := s.execution(*in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	events, next, err := in.page(x.events())
	if err != nil {
		return nil, err
	}
	out := getExecutionHistoryOutput{Events: make([]historyEvent, 0, len(events))}
	for _, event := range events {
		out.Events = append(out.Events, historyEvent{event, in.IncludeExecutionData == nil || *in.IncludeExecutionData})
	}
	if next >= 0 {
		out.NextToken = tokenAt(strconv.Itoa(next), in.request())
	}
	return out, nil
}

// page returns the requested page of all events. A position counts events from the
// execution's start in both orders, because a history only grows at its end. next
// is -1 after the last page.
func (in getExecutionHistoryInput) page(all []event.Event) (events []event.Event, next int, err error) {
	begin := 0
	if in.ReverseOrder {
		begin = len(all)
	}
	position, err := numberAt(in.NextToken, in.request(), int64(begin))
	if err != nil || position > int64(len(all)) {
		return nil, -1, invalidToken(textOf(in.NextToken))
	}
	at, size := int(position), pageSize(in.MaxResults)
	if in.ReverseOrder {
		from := max(at-size, 0)
		events = slices.Clone(all[from:at])
		slices.Reverse(events)
		return events, previous(from), nil
	}
	to := min(at+size, len(all))
	if to == len(all) {
		return all[at:], -1, nil
	}
	return all[at:to], to, nil
}

// previous: nothing comes before the first event.
func previous(from int) int {
	if from == 0 {
		return -1
	}
	return from
}

// historyEvent is an event on the wire: the engine's shape, with the API's
// timestamp.
type historyEvent struct {
	event.Event
	data bool
}

// dataFields are the fields that includeExecutionData=false omits: inputs and
// outputs in any event's details.
var dataFields = []string{"input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails"}

// MarshalJSON is the engine's except for these differences.
func (e historyEvent) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(e.Event)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	fields["timestamp"], _ = timestamp(e.Timestamp).MarshalJSON()
	if !e.data && e.Details != nil {
		if err := dropData(fields, e.Details.Field()); err != nil {
			return nil, err
		}
	}
	return json.Marshal(fields)
}

func dropData(fields map[string]json.RawMessage, details string) error {
	var inside map[string]json.RawMessage
	err := json.Unmarshal(fields[details], &inside)
	if err != nil {
		return err
	}
	for _, name := range dataFields {
		delete(inside, name)
	}
	fields[details], err = json.Marshal(inside)
	return err
}
