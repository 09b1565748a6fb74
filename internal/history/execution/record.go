package execution

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/history/story"
)

// FromRecord reads what `sfngen run --json` has written. name is for its errors.
func FromRecord(name string, from io.Reader) (*Execution, error) {
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
	x := &Execution{Stack: r.Stack, ARN: r.Execution.ExecutionARN, Name: r.Execution.Name, Now: r.Execution.StopDate, Address: addresses(r)}
	if parsed, ok := ParseARN(x.ARN); ok {
		x.Express = parsed.Express
	}
	for _, e := range r.History {
		x.Add(e)
	}
	if r.Response != nil {
		x.Answer = &Answer{Status: r.Response.StatusCode, Problem: problemOf(r.Response)}
	}
	if r.Execution.SkippedSeconds > 0 {
		x.Note("the waits were skipped (--fast), and the times moved with them")
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

// problemOf is the last part of the type of a problem document of sfngen's, which
// is its heading in docs/problems.md.
func problemOf(r *curl.AnswerRecord) string {
	var p struct {
		Type string `json:"type"`
	}
	if !strings.HasPrefix(r.Headers.Get("Content-Type"), "application/problem+json") || json.Unmarshal([]byte(r.Body), &p) != nil {
		return ""
	}
	page, heading, _ := strings.Cut(p.Type, "#")
	if path.Base(page) != "problems.md" {
		return ""
	}
	return story.OneLine(heading)
}
