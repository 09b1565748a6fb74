package event

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// UnmarshalJSON reads an event as MarshalJSON writes it, or as AWS's command line
// prints it. Details of a kind that the local engine never records are left out.
func (e *Event) UnmarshalJSON(text []byte) error {
	root, err := jsonvalue.Parse(text)
	if err != nil {
		return fmt.Errorf("an event of a history: %w", err)
	}
	r := reader{root, &err}
	at, parseErr := time.Parse(time.RFC3339Nano, r.text("timestamp"))
	if parseErr != nil {
		return fmt.Errorf("an event of a history: timestamp: %w", parseErr)
	}
	*e = Event{
		Timestamp:       at.UTC(),
		Type:            r.text("type"),
		ID:              r.number("id"),
		PreviousEventID: r.number("previousEventId"),
		Details:         r.details(),
	}
	if err != nil {
		return fmt.Errorf("event %d of a history: %w", e.ID, err)
	}
	return nil
}

// reader returns the members of an object, and keeps the first error.
type reader struct {
	object jsonvalue.Value
	err    *error
}

// details reads the known details that the event has.
func (r reader) details() Details {
	for name, v := range r.object.Members() {
		if read, ok := detailReaders[name]; ok {
			return read(reader{v, r.err})
		}
	}
	return nil
}

// detailReaders are by the name of their field in the API.
var detailReaders = map[string]func(reader) Details{
	ExecutionStartedDetails{}.Field(): func(r reader) Details {
		return ExecutionStartedDetails{Input: r.json("input"), RoleARN: r.text("roleArn")}
	},
	ExecutionSucceededDetails{}.Field(): func(r reader) Details {
		return ExecutionSucceededDetails{Output: r.json("output")}
	},
	ExecutionFailedDetails{}.Field(): func(r reader) Details {
		return ExecutionFailedDetails{Error: r.text("error"), Cause: r.text("cause")}
	},
	ExecutionAbortedDetails{}.Field(): func(r reader) Details {
		return ExecutionAbortedDetails{Error: r.text("error"), Cause: r.text("cause")}
	},
	ExecutionTimedOutDetails{}.Field(): func(r reader) Details {
		return ExecutionTimedOutDetails{Error: r.text("error"), Cause: r.text("cause")}
	},
	StateEnteredDetails{}.Field(): func(r reader) Details {
		return StateEnteredDetails{Name: r.text("name"), Input: r.json("input")}
	},
	StateExitedDetails{}.Field(): func(r reader) Details {
		return StateExitedDetails{Name: r.text("name"), Output: r.json("output"), Assigned: r.assigned()}
	},
	TaskScheduledDetails{}.Field(): func(r reader) Details {
		return TaskScheduledDetails{ResourceType: r.text("resourceType"), Resource: r.text("resource"),
			Region: r.text("region"), Parameters: r.json("parameters"), TimeoutSeconds: int(r.number("timeoutInSeconds"))}
	},
	TaskStartedDetails{}.Field(): func(r reader) Details {
		return TaskStartedDetails{ResourceType: r.text("resourceType"), Resource: r.text("resource")}
	},
	TaskSucceededDetails{}.Field(): func(r reader) Details {
		return TaskSucceededDetails{ResourceType: r.text("resourceType"), Resource: r.text("resource"), Output: r.json("output")}
	},
	TaskFailedDetails{}.Field(): func(r reader) Details {
		return TaskFailedDetails{ResourceType: r.text("resourceType"), Resource: r.text("resource"),
			Error: r.text("error"), Cause: r.text("cause")}
	},
	TaskTimedOutDetails{}.Field(): func(r reader) Details {
		return TaskTimedOutDetails{ResourceType: r.text("resourceType"), Resource: r.text("resource"),
			Error: r.text("error"), Cause: r.text("cause")}
	},
}

func (r reader) fail(name string, why error) {
	if *r.err == nil {
		*r.err = fmt.Errorf("%s: %w", name, why)
	}
}

// get returns a member of a kind, or nothing if it is missing.
func (r reader) get(name string, want jsonvalue.Kind) (jsonvalue.Value, bool) {
	v, ok := r.object.Get(name)
	if ok && v.Kind() != want {
		r.fail(name, fmt.Errorf("must be %s, not %s", want.WithArticle(), v.Kind().WithArticle()))
		return v, false
	}
	return v, ok
}

func (r reader) text(name string) string {
	v, ok := r.get(name, jsonvalue.String)
	if !ok {
		return ""
	}
	return v.Text()
}

func (r reader) number(name string) int64 {
	v, ok := r.get(name, jsonvalue.Number)
	if !ok {
		return 0
	}
	n, whole := v.Int()
	if !whole {
		r.fail(name, fmt.Errorf("must be a whole number, not %s", v))
	}
	return n
}

// json reads a value that is written as text.
func (r reader) json(name string) jsonvalue.Value {
	v, ok := r.get(name, jsonvalue.String)
	if !ok {
		return jsonvalue.Value{}
	}
	parsed, err := jsonvalue.ParseString(v.Text())
	if err != nil {
		r.fail(name, err)
	}
	return parsed
}

func (r reader) assigned() jsonvalue.Value {
	v, ok := r.get("assignedVariables", jsonvalue.Object)
	if !ok {
		return jsonvalue.Value{}
	}
	var set []jsonvalue.Member
	texts := reader{v, r.err}
	for name := range v.Members() {
		set = append(set, jsonvalue.Member{Name: name, Value: texts.json(name)})
	}
	return jsonvalue.OfObject(set...)
}
