package dev

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/sfngen/sfngen/internal/dropped"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/runtime/contract"
)

// mostDrops bounds what is remembered of callers who invent names.
const mostDrops = 100

// drops are the headers and parameters that did not pass and were mentioned, of one direction.
type drops struct {
	mu    sync.Mutex
	names map[string]bool
}

// fresh are the fields that were not mentioned yet; they are now.
func (d *drops) fresh(fields []dropped.Field) []dropped.Field {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names == nil {
		d.names = map[string]bool{}
	}
	var list []dropped.Field
	for _, f := range fields {
		name := f.Name
		if f.Parameter {
			name = "?" + name
		}
		if !d.names[name] && len(d.names) < mostDrops {
			d.names[name] = true
			list = append(list, f)
		}
	}
	return list
}

// noteDropped mentions each header and parameter once, not for each request.
func (s *session) noteDropped(header http.Header, query string) {
	rules := s.rules()
	s.note(&s.drops, "the API does not get", append(rules.Of(header, nil), rules.OfQuery(query)...))
}

// noteLost mentions what the caller does not get of the API's answer. An execution that
// a schedule or an event started has no caller.
func (s *session) noteLost(x stepfunctions.Execution, r engine.Result) {
	var input contract.ExecutionInput
	if json.Unmarshal([]byte(x.Input), &input) == nil && input.Trigger == "" {
		s.note(&s.lost, "the caller does not get the API's own of", s.rules().FromAnswer(local.UpstreamHeaders(r)))
	}
}

func (s *session) rules() dropped.Rules { return s.stack.Load().Plan.HeaderRules() }

func (s *session) note(said *drops, what string, fields []dropped.Field) {
	for _, sentence := range dropped.Sentences(what, said.fresh(fields)) {
		s.say("%s", sentence)
	}
}
