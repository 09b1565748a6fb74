package orchestrator

import (
	"errors"
	"maps"
	"strconv"

	"github.com/sfngen/sfngen/runtime/contract"
)

// retryAfterSeconds is the Retry-After for a caller when AWS was busy or an
// execution is still going on. Each look takes from the account's small
// DescribeExecution quota (Step Functions quotas: 10 to 15 a second).
const retryAfterSeconds = 5

// problem is an answer without an upstream's answer in it (RFC 9457), as an
// error. All that its fields but cause say goes to the caller.
type problem struct {
	kind      kind
	detail    string
	execution string // its name; "" when none was started
	errorName string // the execution's error, such as Upstream.Rejected
	status    string // the execution's status, for the log
	attempts  []contract.Attempt
	headers   map[string]string
	cause     error // for the operator only
}

// problem makes one of this kind. Detail is a whole sentence for the caller.
func (k kind) problem(detail string) *problem {
	return &problem{kind: k, detail: detail}
}

func (p *problem) because(err error) *problem {
	p.cause = err
	return p
}

// of says which execution the problem is about.
func (p *problem) of(execution string) *problem {
	p.execution = execution
	return p
}

func (p *problem) header(name, value string) *problem {
	if p.headers == nil {
		p.headers = map[string]string{}
	}
	p.headers[name] = value
	return p
}

func (p *problem) retryLater() *problem { return p.retryAfter(retryAfterSeconds) }

func (p *problem) retryAfter(seconds int) *problem {
	return p.header("retry-after", strconv.Itoa(seconds))
}

func (p *problem) Error() string { return p.kind.slug + ": " + p.detail }
func (p *problem) Unwrap() error { return p.cause }

// problemOf is the boundary where an error becomes an answer.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return workflowUnavailable.problem("The request could not be handled.").because(err)
}

// problemBody is a problem as the caller reads it (RFC 9457 3.1, and two
// members of our own).
type problemBody struct {
	Type     string             `json:"type"`
	Title    string             `json:"title"`
	Status   int                `json:"status"`
	Detail   string             `json:"detail"`
	Instance string             `json:"instance,omitempty"` // the execution's name
	Error    string             `json:"error,omitempty"`    // the execution's error
	Attempts []contract.Attempt `json:"attempts,omitempty"`
}

func (p *problem) answer() answer {
	body := bodyOf(problemBody{
		Type: p.kind.uri(), Title: p.kind.title, Status: p.kind.status, Detail: p.detail,
		Instance: p.execution, Error: p.errorName, Attempts: p.attempts,
	})
	headers := map[string]string{"content-type": "application/problem+json"}
	maps.Copy(headers, p.headers)
	return answer{
		status: p.kind.status, headers: headers, body: body,
		execution: p.execution, executionStatus: p.status, errorName: p.errorName,
		attempts: p.attempts, problem: p.kind.slug, cause: p.cause,
	}
}
