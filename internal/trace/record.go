package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/sfngen/sfngen/internal/trial"
)

// recordLimit is more than the longest history that Step Functions allows has of
// small states.
const recordLimit = 256 << 20

// ReadRecord reads what `sfngen run --json` has written. name is for its errors.
func ReadRecord(name string, from io.Reader) (*Execution, error) {
	text, err := io.ReadAll(io.LimitReader(from, recordLimit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the record: %w", err)
	case len(text) > recordLimit:
		return nil, fmt.Errorf("%s is larger than %d MiB, which no record of sfngen run --json is", name, recordLimit>>20)
	}
	var r trial.Record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s is no record of sfngen run --json: %w", name, err)
	}
	return fromRecord(name, r)
}

func fromRecord(name string, r trial.Record) (*Execution, error) {
	switch {
	case r.Execution == nil && r.Response != nil:
		return nil, fmt.Errorf("%s has no execution: the request was refused with %d before one was started", name, r.Response.StatusCode)
	case r.Execution == nil && r.Stack == "":
		return nil, fmt.Errorf("%s is no record of sfngen run --json: it has neither stack nor execution", name)
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
