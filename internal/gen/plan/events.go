package plan

import (
	"maps"
	"slices"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// EventRules say of each event what is not as usual: its bus, and what its request takes
// from it.
func (p *Plan) EventRules() []string {
	var rules []string
	for _, e := range p.Events {
		if !e.Bus.IsDefault() {
			rules = append(rules, "event "+e.Name+" comes from the bus "+e.Bus.Name+", which has to be there")
		}
		if taken := e.placeholders(); len(taken) > 0 {
			rules = append(rules, "event "+e.Name+" says "+count.And(taken...)+"; one that does not fails before anything is sent")
		}
	}
	return rules
}

// placeholders are those of the request, each once, in the order of path, query and
// headers.
func (e Event) placeholders() []string {
	texts := []string{e.Request.Path, e.Request.Query}
	for _, name := range slices.Sorted(maps.Keys(e.Request.Headers)) {
		texts = append(texts, e.Request.Headers[name])
	}
	var all []string
	for _, text := range texts {
		parts, _ := contract.ParseText(text) // validate has read it
		for _, part := range parts {
			if part.Placeholder != nil {
				all = append(all, part.Placeholder.Written)
			}
		}
	}
	return unique(all)
}
