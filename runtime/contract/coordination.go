package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Coordination is what a definition says of a stack whose executions know of each other
// (egress.coordination in the spec). Who calls next is then not fixed by the number of the
// attempt: an execution's input, and every report of an egress, say it.
type Coordination struct {
	// Limits are those that calls keep, by booking slots; empty: cool-downs alone are shared.
	Limits []Limit `json:"limits,omitempty"`
}

// Limit is what the upstream documents: so many requests in a window.
type Limit struct {
	Requests      int   `json:"requests"`      // >= 1
	WindowSeconds int   `json:"windowSeconds"` // >= 1
	Per           Scope `json:"per"`           // what the upstream counts
	// Burst is the size of the upstream's bucket, which Requests in each window fill: so
	// many may go at once. 0: it documents none, and no span of the window's length gets
	// more than Requests.
	Burst int `json:"burst,omitempty"`
}

// NamesCredential reports whether a header or parameter of that name is what an API knows
// its callers by: Authorization, X-Api-Key, access_token. Where the spec itself sends one
// all callers share it, and an orchestrator books what is counted per credential.
func NamesCredential(name string) bool {
	name = strings.ToLower(name)
	return name == "authorization" || name == "cookie" || strings.HasSuffix(name, "key") || strings.HasSuffix(name, "token")
}

// Start is who makes the first attempt, as an orchestrator has chosen; in the input of an
// execution. Who does not know it draws one.
type Start struct {
	// Next are the egresses (from 1) that may go, the first one first: as Turn.Next.
	Next []int `json:"next,omitempty"`
	// WaitSeconds is the wait before the first attempt: whole, >= 0.
	WaitSeconds int `json:"waitSeconds"`
	// Slot is booked for the first of Next; nil: none is.
	Slot *Slot `json:"slot,omitempty"`
}

// Slot is the moment at which a paced call of an egress may go.
type Slot struct {
	Egress int       `json:"egress"` // from 1
	At     time.Time `json:"at"`     // RFC 3339, UTC, to the millisecond
}

// Turn says which egress makes an attempt of a coordinated execution: Next[Index].
type Turn struct {
	// Next are egresses, from 1, in the order in which they are to go: what the last report
	// or the input says. Each time an egress dies the one behind it takes over.
	Next []int `json:"next"`
	// Index counts from 0; above 0 the egresses before it have died without a report.
	Index int `json:"index"`
}

// Report is the errorMessage of a failed attempt.
//
// In a coordinated execution it is a JSON array, because in a definition an item of an
// array can be read where it is needed, without a state of its own:
//
//	[[2, 3, 1], 5, {"reason": …}]
//
// These are the egresses that go next, the seconds to wait before, and the Failure. In
// every other execution it is the Failure alone.
type Report struct {
	// Next are the egresses that go next, the first one first, at least as many as attempts
	// follow; nil: the report is of an execution without coordination.
	Next    []int
	Failure Failure
}

// MarshalJSON writes the form that the execution's definition reads.
func (r Report) MarshalJSON() ([]byte, error) { return json.Marshal(r.Form()) }

// Form is the value whose JSON the definition reads, for an encoder of one's own.
func (r Report) Form() any {
	if r.Next == nil {
		return r.Failure
	}
	return []any{r.Next, r.Failure.WaitSeconds, r.Failure}
}

// UnmarshalJSON reads both forms.
func (r *Report) UnmarshalJSON(text []byte) error {
	*r = Report{}
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return json.Unmarshal(text, &r.Failure)
	}
	var items []json.RawMessage
	if err := json.Unmarshal(text, &items); err != nil {
		return err
	}
	if len(items) != 3 {
		return fmt.Errorf("a report has 3 items (next egresses, seconds to wait, failure), this one %d", len(items))
	}
	if err := json.Unmarshal(items[0], &r.Next); err != nil {
		return err
	}
	return json.Unmarshal(items[2], &r.Failure)
}
