package execution

import (
	"io"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Report is an execution as --json writes it. Stack, execution and attempts are
// those of `sfngen run --json`.
type Report struct {
	Stack     string           `json:"stack"`
	Request   string           `json:"request,omitempty"` // GET /orders?page: of a query only the names
	Execution ReportExecution  `json:"execution"`
	Attempts  []record.Attempt `json:"attempts"`
	Notes     []string         `json:"notes,omitempty"` // what is not known
}

// ReportExecution is what DescribeExecution returns; what is not known is left out.
type ReportExecution struct {
	ExecutionARN string       `json:"executionArn,omitempty"`
	Name         string       `json:"name"`
	Status       event.Status `json:"status,omitempty"`
	StartDate    time.Time    `json:"startDate,omitzero"`
	StopDate     time.Time    `json:"stopDate,omitzero"`
	Error        string       `json:"error,omitempty"`
	Cause        string       `json:"cause,omitempty"`
	Transitions  int          `json:"transitions,omitempty"`
	RedriveCount int          `json:"redriveCount,omitempty"`
	// Answer is the status that the caller of the function URL got, Problem the
	// heading of docs/problems.md if it was one.
	Answer  int    `json:"answer,omitempty"`
	Problem string `json:"problem,omitempty"`
}

// ListReport is a list as --json writes it.
type ListReport struct {
	Stack      string    `json:"stack"`
	Since      time.Time `json:"since,omitzero"`
	Executions []Item    `json:"executions"`
	Notes      []string  `json:"notes,omitempty"`
}

// Item is one execution of a list.
type Item struct {
	ReportExecution
	Attempts   int    `json:"attempts"`
	StatusCode int    `json:"statusCode,omitempty"` // the API's last
	Request    string `json:"request,omitempty"`
}

// JSON writes the execution.
func (x *Execution) JSON(w io.Writer) error {
	address := x.Address
	if address == nil {
		address = func(int) string { return "" }
	}
	return printable.JSON(w, Report{
		Stack: x.Stack, Request: x.Request, Execution: x.report(),
		Attempts: record.Attempts(&x.Timeline, address), Notes: x.Notes,
	})
}

// JSON writes the list.
func (l *List) JSON(w io.Writer) error {
	r := ListReport{Stack: l.Stack, Since: l.Since, Executions: []Item{}, Notes: l.Notes}
	for _, x := range l.Executions {
		r.Executions = append(r.Executions, Item{ReportExecution: x.report(), Attempts: x.Timeline.Made(), StatusCode: x.LastStatus(),
			Request: x.Request})
	}
	return printable.JSON(w, r)
}

func (x *Execution) report() ReportExecution {
	t := &x.Timeline
	r := ReportExecution{
		ExecutionARN: x.ARN, Name: x.Name, Status: t.Status, StartDate: t.Began, StopDate: t.Ended,
		Error: t.Error, Cause: t.Cause, Transitions: t.Transitions, RedriveCount: t.Redrives,
	}
	if x.Answer != nil {
		r.Answer, r.Problem = x.Answer.Status, x.Answer.Problem
	}
	return r
}
