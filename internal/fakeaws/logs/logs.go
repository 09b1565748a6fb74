// Package logs is CloudWatch Logs' FilterLogEvents on loopback, for tests (AWS
// JSON 1.1).
package logs

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/fakeaws/awsjson"
)

// Event is one of a log.
type Event struct {
	Time    time.Time
	Message string
}

// Service has log groups. Set its fields before the first call.
type Service struct {
	// PageSize is how many events a page has at most; 0: all.
	PageSize int
	// EmptyPages come before each page that has events, as AWS's do.
	EmptyPages int
	// OldestFirst ignores startFromHead, as endpoints do that don't know it.
	OldestFirst bool

	mu     sync.Mutex
	groups map[string][]Event
	calls  []Call
}

// Call is a request that was answered.
type Call struct{ Group, Pattern string }

// New has these groups.
func New(groups map[string][]Event) *Service { return &Service{groups: groups} }

// Calls returns the calls so far.
func (s *Service) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

type request struct {
	Group     string `json:"logGroupName"`
	Pattern   string `json:"filterPattern"`
	Start     int64  `json:"startTime"`
	End       int64  `json:"endTime"`
	FromHead  *bool  `json:"startFromHead"`
	NextToken string `json:"nextToken"`
}

type item struct {
	EventID   string `json:"eventId"`
	Stream    string `json:"logStreamName"`
	Timestamp int64  `json:"timestamp"`
	Ingestion int64  `json:"ingestionTime"`
	Message   string `json:"message"`
}

// ServeHTTP answers one call.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, refusal := s.answer(r)
	awsjson.Answer(w, awsjson.V1_1, out, refusal)
}

func (s *Service) answer(r *http.Request) (any, *awsjson.Refusal) {
	if target := r.Header.Get("X-Amz-Target"); target != "Logs_20140328.FilterLogEvents" {
		return nil, awsjson.Refuse("UnknownOperationException", target)
	}
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, awsjson.Refuse("SerializationException", err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{in.Group, in.Pattern})
	events, known := s.groups[in.Group]
	if !known {
		return nil, awsjson.Refuse("ResourceNotFoundException", "The specified log group does not exist.")
	}
	p, err := ParsePattern(in.Pattern)
	if err != nil {
		return nil, awsjson.Refuse("InvalidParameterException", err.Error())
	}
	return s.page(in, s.found(in, p, events))
}

// found are the events in the time that was asked for, both ends included.
func (s *Service) found(in request, p Pattern, events []Event) []item {
	items := []item{}
	for i, e := range events {
		at := e.Time.UnixMilli()
		if at >= in.Start && (in.End == 0 || at <= in.End) && p.Matches(e.Message) {
			items = append(items, item{strconv.Itoa(i), "stream", at, at, e.Message})
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return int(a.Timestamp - b.Timestamp) })
	if in.FromHead != nil && !*in.FromHead && !s.OldestFirst {
		slices.Reverse(items)
	}
	return items
}

// page cuts one out. A token is where it begins, and how many empty pages there
// were before it.
func (s *Service) page(in request, items []item) (any, *awsjson.Refusal) {
	at, empty, _ := strings.Cut(in.NextToken, "/")
	from, _ := strconv.Atoi(at)
	before, _ := strconv.Atoi(empty)
	if from > len(items) {
		return nil, awsjson.Refuse("InvalidParameterException", "The specified nextToken is invalid.")
	}
	if before < s.EmptyPages {
		return map[string]any{"events": []item{}, "nextToken": strconv.Itoa(from) + "/" + strconv.Itoa(before+1)}, nil
	}
	to := len(items)
	if s.PageSize > 0 {
		to = min(to, from+s.PageSize)
	}
	out := map[string]any{"events": items[from:to]}
	if to < len(items) {
		out["nextToken"] = strconv.Itoa(to) + "/0"
	}
	return out, nil
}
