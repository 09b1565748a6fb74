// Package diagram draws a state machine: as Mermaid, which GitHub and GitLab
// render, and as DOT for Graphviz.
package diagram

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/runtime/contract"
)

// graph is a machine as nodes and labelled edges, in the order of its states.
type graph struct {
	nodes []string
	edges []edge
	notes map[string]string // beside nodes, by their name
}

// edge leads from one state to another; "" is the start of the execution, and its
// successful end.
type edge struct {
	from, to string
	labels   []string
}

func newGraph(m asl.Machine) graph {
	g := graph{notes: map[string]string{}}
	g.connect("", m.StartAt, "")
	for _, state := range m.States {
		g.nodes = append(g.nodes, state.Name)
		g.connectState(state.Name, state.Value)
	}
	return g
}

func (g *graph) connectState(name string, state any) {
	switch s := state.(type) {
	case asl.Pass:
		g.connect(name, s.Next, "")
		g.noteRules(name, s.RuleNames())
	case asl.Choice:
		g.connectChoice(name, s)
	case asl.Wait:
		g.connect(name, s.Next, "")
	case asl.Task:
		g.connect(name, "", "success")
		g.connectCatchers(name, s.Catch)
	}
}

// connectChoice labels the edge to a wait.
func (g *graph) connectChoice(name string, s asl.Choice) {
	g.noteRules(name, s.RuleNames())
	for _, rule := range s.Choices {
		label := ""
		if rule.NumericGreaterThan != nil {
			label = "may go later"
		}
		g.connect(name, rule.Next, label)
	}
}

func (g *graph) noteRules(name string, rules []string) {
	if len(rules) > 0 {
		g.notes[name] = "rules: " + strings.Join(rules, ", ")
	}
}

// connectCatchers labels each edge with the errors that take it. If States.ALL is
// the only catcher, it means every failure; after others it means that the egress
// died.
func (g *graph) connectCatchers(name string, catchers []asl.Catcher) {
	rest := "any failure"
	for _, c := range catchers {
		for _, err := range c.ErrorEquals {
			switch err {
			case contract.ErrRateLimited, contract.ErrAllLimited, contract.ErrTransient, contract.ErrSkipped, contract.ErrRejected:
				rest = restAfter(err, rest)
				g.connect(name, c.Next, label(err))
			case "States.DataLimitExceeded", "States.ALL":
				g.connect(name, c.Next, rest)
			default:
				g.connect(name, c.Next, err)
			}
		}
	}
}

// restAfter is what States.ALL means after a catcher of this error. A skip leads back to
// the same attempt, so that every failure is left.
func restAfter(err, rest string) string {
	if err == contract.ErrSkipped {
		return rest
	}
	return "egress died"
}

// connect adds an edge, or a label to the edge that exists.
func (g *graph) connect(from, to, label string) {
	i := slices.IndexFunc(g.edges, func(e edge) bool { return e.from == from && e.to == to })
	if i < 0 {
		i = len(g.edges)
		g.edges = append(g.edges, edge{from: from, to: to})
	}
	if label != "" && !slices.Contains(g.edges[i].labels, label) {
		g.edges[i].labels = append(g.edges[i].labels, label)
	}
}

// label is the readable name of an egress's error.
func label(errorName string) string {
	switch errorName {
	case contract.ErrRateLimited:
		return "rate-limited"
	case contract.ErrAllLimited:
		return "all cooling"
	case contract.ErrSkipped:
		return "skipped"
	case contract.ErrTransient:
		return "transient"
	}
	return "rejected"
}

func (e edge) label() string { return strings.Join(e.labels, ", ") }
