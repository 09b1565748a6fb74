package dev

import (
	"net/http"
	"sync"

	"github.com/sfngen/sfngen/internal/dropped"
)

// mostDrops bounds what is remembered of callers who invent names.
const mostDrops = 100

// drops are the headers of callers that did not reach the API and were mentioned.
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
		if !d.names[f.Name] && len(d.names) < mostDrops {
			d.names[f.Name] = true
			list = append(list, f)
		}
	}
	return list
}

// noteDropped mentions each header once, not for each request.
func (s *session) noteDropped(header http.Header) {
	fields := s.drops.fresh(s.stack.Load().Plan.HeaderRules().Of(header, nil))
	for _, sentence := range dropped.Sentences("the API does not get", fields) {
		s.say("%s", sentence)
	}
}
