package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sfngen/sfngen/internal/trial"
)

// recordLimit is more than the longest history that Step Functions allows has of
// small states.
const recordLimit = 256 << 20

// ReadRecord reads what `sfngen run --json` has written. name is for its errors:
// of anything else they say what it is, as far as that can be told, and what to do.
func ReadRecord(name string, from io.Reader) (*Execution, error) {
	text, err := io.ReadAll(io.LimitReader(from, recordLimit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the record: %w", err)
	case len(text) > recordLimit:
		return nil, fmt.Errorf("%s is larger than %d MiB, which no record of sfngen run --json is", name, recordLimit>>20)
	}
	r, err := parseRecord(text)
	if err != nil {
		return nil, fmt.Errorf("%s %w", name, err)
	}
	return fromRecord(name, r)
}

// parseRecord has errors that go on after a file's name. An UTF-8 byte order mark,
// which editors and shells of Windows write, is no part of the text.
func parseRecord(text []byte) (trial.Record, error) {
	var r trial.Record
	members, err := membersOf(bytes.TrimPrefix(text, []byte("\ufeff")))
	if err == nil {
		err = refuse(members)
	}
	if err != nil {
		return r, err
	}
	for _, part := range []struct {
		name string
		to   any
	}{{"stack", &r.Stack}, {"response", &r.Response}, {"execution", &r.Execution}, {"attempts", &r.Attempts}, {"history", &r.History}} {
		if raw := members[part.name]; raw != nil {
			if err := json.Unmarshal(raw, part.to); err != nil {
				return r, damage(part.name, err)
			}
		}
	}
	return r, nil
}

// damage says which member of a record cannot be read; Go's names for that mean
// nothing to its reader.
func damage(member string, err error) error {
	const what = "is a damaged record of sfngen run --json: "
	var at *time.ParseError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &at):
		return fmt.Errorf("%s%s: %q is no time such as 2026-11-24T03:17:23.877Z", what, member, at.Value)
	case member == "history" && !errors.As(err, &kind):
		return fmt.Errorf("%s%w", what, err) // the engine's words
	}
	return fmt.Errorf("%s%s is not what that writes there", what, member)
}

func fromRecord(name string, r trial.Record) (*Execution, error) {
	switch {
	case r.Execution == nil && r.Response != nil:
		return nil, fmt.Errorf("%s has no execution: the request was refused with %d before one was started", name, r.Response.StatusCode)
	case r.Execution == nil:
		return nil, errors.New(name + " has no execution: the run was interrupted before one was started")
	}
	x := &Execution{Stack: r.Stack, ARN: r.Execution.ExecutionARN, Name: r.Execution.Name, Now: r.Execution.StopDate, Address: addresses(r)}
	if parsed, ok := parseExecution(x.ARN); ok {
		x.Express = parsed.resource == expressResource
	}
	for _, e := range r.History {
		x.add(e)
	}
	if r.Response != nil {
		x.Answer = &Answer{Status: r.Response.StatusCode, Problem: problemOf(r.Response)}
	}
	if r.Execution.SkippedSeconds > 0 {
		x.note("the waits were skipped (--fast), and the times moved with them")
	}
	return x, nil
}

func addresses(r trial.Record) func(egress int) string {
	known := map[int]string{}
	for _, a := range r.Attempts {
		known[a.Egress] = a.Source
	}
	return func(k int) string { return known[k] }
}
