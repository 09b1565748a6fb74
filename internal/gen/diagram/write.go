package diagram

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/asl"
)

// Mermaid draws the machine as a Mermaid state diagram.
func Mermaid(m asl.Machine) string {
	g, b := newGraph(m), &strings.Builder{}
	fmt.Fprintln(b, "stateDiagram-v2")
	for _, name := range g.nodes {
		if id := mermaidID(name); id != name {
			fmt.Fprintf(b, "    state %q as %s\n", name, id)
		}
	}
	for _, name := range g.nodes {
		if note := g.notes[name]; note != "" {
			fmt.Fprintf(b, "    note right of %s: %s\n", mermaidID(name), mermaidText(note))
		}
	}
	for _, e := range g.edges {
		fmt.Fprintf(b, "    %s --> %s", mermaidID(e.from), mermaidID(e.to))
		if e.label() != "" {
			fmt.Fprintf(b, ": %s", e.label())
		}
		fmt.Fprintln(b)
	}
	return b.String()
}

// mermaidID is a state's identifier; the empty name is the start and the end.
func mermaidID(name string) string {
	if name == "" {
		return "[*]"
	}
	return strings.ReplaceAll(name, " ", "")
}

// mermaidText is text in which nothing means something to Mermaid: ; ends a statement, #
// begins an entity, <> are HTML.
func mermaidText(text string) string {
	return strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#60;", ">", "#62;", "&", "#38;", `"`, "#34;", "`", "#96;").Replace(text)
}

// DOT draws the machine for Graphviz.
func DOT(m asl.Machine) string {
	g, b := newGraph(m), &strings.Builder{}
	fmt.Fprintln(b, "digraph statemachine {")
	fmt.Fprintln(b, "  node [shape=box, style=rounded, fontname=Helvetica];")
	fmt.Fprintln(b, "  edge [fontname=Helvetica, fontsize=10];")
	fmt.Fprintln(b, `  request [shape=plaintext]; answer [shape=plaintext];`)
	for _, name := range g.nodes {
		if note := g.notes[name]; note != "" {
			fmt.Fprintf(b, "  %q [label=%q];\n", name, name+"\n"+note)
			continue
		}
		fmt.Fprintf(b, "  %q;\n", name)
	}
	for _, e := range g.edges {
		fmt.Fprintf(b, "  %q -> %q [label=%q];\n", cmp.Or(e.from, "request"), cmp.Or(e.to, "answer"), e.label())
	}
	fmt.Fprintln(b, "}")
	return b.String()
}
