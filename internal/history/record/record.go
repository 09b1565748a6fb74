// Package record is what `sfngen run --json` writes of a request, and reading it
// again.
package record

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/dropped"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Record is all that happened to one request: what `sfngen run --json` writes.
type Record struct {
	Stack    string             `json:"stack"`
	Upstream string             `json:"upstream"`
	Request  curl.RequestRecord `json:"request"`
	// DroppedHeaders and DroppedParameters are those of the request that the API does not
	// get, and DroppedAnswerHeaders those of the API's answer that the caller does not get.
	DroppedHeaders       []dropped.Field `json:"droppedHeaders,omitempty"`
	DroppedParameters    []dropped.Field `json:"droppedParameters,omitempty"`
	DroppedAnswerHeaders []dropped.Field `json:"droppedAnswerHeaders,omitempty"`
	// Response is what the caller got; null when the run was interrupted before.
	Response *curl.AnswerRecord `json:"response"`
	// Execution is null when the request was refused before one was started.
	Execution *Execution    `json:"execution"`
	Attempts  []Attempt     `json:"attempts"`
	History   []event.Event `json:"history"` // as GetExecutionHistory returns it
}

// Execution is what DescribeExecution returns of it.
type Execution struct {
	ExecutionARN string       `json:"executionArn"`
	Name         string       `json:"name"`
	Status       event.Status `json:"status"`
	StartDate    time.Time    `json:"startDate"`
	StopDate     time.Time    `json:"stopDate"`
	Error        string       `json:"error,omitempty"`
	Cause        string       `json:"cause,omitempty"`
	Transitions  int          `json:"transitions"`
	// SkippedSeconds is how long --fast has not waited.
	SkippedSeconds float64 `json:"skippedSeconds,omitempty"`
}

// Attempt is one of them, as the timeline reads it.
type Attempt struct {
	Attempt int    `json:"attempt"`
	Egress  int    `json:"egress"`
	Source  string `json:"source,omitempty"` // the address that the upstream saw
	// Outcome is as in the log of an egress: success, or the error's name. Of an egress
	// that has not reported it is crashed, of an attempt that has not ended "".
	Outcome    string         `json:"outcome"`
	StatusCode int            `json:"statusCode,omitempty"`
	RequestID  RequestID      `json:"requestId,omitzero"` // of a failure
	Fault      contract.Fault `json:"fault,omitempty"`
	Rule       string         `json:"rule,omitempty"` // of the spec, that said what the answer means
	Reason     string         `json:"reason,omitempty"`
	Final      string         `json:"final,omitempty"`
	Repeats    []string       `json:"repeats,omitempty"` // Lambda's own errors, after which it was called again
	Began      time.Time      `json:"began,omitzero"`    // left out when no log has it
	DurationMs int64          `json:"durationMs"`
	RetryAt    *time.Time     `json:"retryAt,omitempty"`
	UnreadWait string         `json:"unreadWait,omitempty"` // "name: value", of a header or in a body, that could not be read
	// WaitSeconds is the wait that followed, WaitReason what decided it, if that is known,
	// JitterSeconds the part of it that lies on top of a requested wait.
	WaitSeconds   float64             `json:"waitSeconds"`
	WaitReason    contract.WaitReason `json:"waitReason,omitempty"`
	JitterSeconds float64             `json:"jitterSeconds,omitempty"`
}

// RequestID is the name that the upstream gave to a call.
type RequestID struct {
	Header string `json:"header"` // in lower case
	Value  string `json:"value"`
}

// UnmarshalJSON also takes "header: value": an older sfngen has written that.
func (r *RequestID) UnmarshalJSON(text []byte) error {
	var old string
	if json.Unmarshal(text, &old) == nil {
		r.Header, r.Value, _ = strings.Cut(old, ": ")
		return nil
	}
	type plain RequestID
	return json.Unmarshal(text, (*plain)(r))
}

// outcomeName is what the log calls an outcome.
func outcomeName(o timeline.Outcome) string {
	return cmp.Or(timeline.ErrorOf(o), string(o))
}

// Attempts returns those of a timeline; source is the address of an egress, "" when it
// is not known.
func Attempts(t *timeline.Timeline, source func(egress int) string) []Attempt {
	list := make([]Attempt, len(t.Attempts))
	for i, a := range t.Attempts {
		list[i] = Attempt{
			Attempt: a.Number, Egress: a.Egress, Source: source(a.Egress),
			Outcome: outcomeName(a.Outcome), StatusCode: a.StatusCode, RequestID: RequestID(a.RequestID), Fault: a.Fault,
			Rule: a.Rule, Reason: a.Reason, Final: a.Final, Repeats: a.Repeats, Began: a.Began,
			UnreadWait: a.UnreadWait,
		}
		if !a.Ended.IsZero() {
			list[i].DurationMs = a.Ended.Sub(a.Began).Milliseconds()
		}
		if !a.RetryAt.IsZero() {
			list[i].RetryAt = &a.RetryAt
		}
		if a.Wait != nil {
			list[i].WaitSeconds, list[i].WaitReason = a.Wait.Duration().Seconds(), a.Wait.Reason
			list[i].JitterSeconds = a.Wait.Jitter.Seconds()
		}
	}
	return list
}
