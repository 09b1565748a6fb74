package trace

import (
	"errors"
	"fmt"
	"io"

	"github.com/sfngen/sfngen/internal/history/record"
)

// ReadRecord reads what `sfngen run --json` has written. name is for its errors.
func ReadRecord(name string, from io.Reader) (*Execution, error) {
	r, err := record.Read(name, from)
	if err != nil {
		return nil, err
	}
	return fromRecord(name, r)
}

func fromRecord(name string, r record.Record) (*Execution, error) {
	switch {
	case r.Execution == nil && r.Response != nil:
		return nil, fmt.Errorf("%s has no execution: the request was refused with %d before one was started", name, r.Response.StatusCode)
	case r.Execution == nil:
		return nil, errors.New(name + " has no execution: the run was interrupted before one was started")
	}
	x := &Execution{Stack: r.Stack, ARN: r.Execution.ExecutionARN, Name: r.Execution.Name, Now: r.Execution.StopDate, Local: true, Address: addresses(r)}
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

func addresses(r record.Record) func(egress int) string {
	known := map[int]string{}
	for _, a := range r.Attempts {
		known[a.Egress] = a.Source
	}
	return func(k int) string { return known[k] }
}
