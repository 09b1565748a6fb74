package review

import (
	"iter"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// entries are the entries of a mapping, in its order; none of any other node.
func entries(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

// items are those of a list, a value that stands in place of a list of one, or none.
func items(n *yaml.Node) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	}
	return []*yaml.Node{n}
}

// field is the value at a path of keys; nil where there is none.
func field(n *yaml.Node, path ...string) *yaml.Node {
	for _, name := range path {
		var found *yaml.Node
		for key, value := range entries(n) {
			if key == name {
				found = value
			}
		}
		n = found
	}
	return n
}

// text is the text at a path; "" where there is none.
func text(n *yaml.Node, path ...string) string {
	if found := field(n, path...); found != nil {
		return plain(found)
	}
	return ""
}

// plain writes a value in one line, the same for the same meaning: the keys of mappings
// are sorted. CloudFormation's short functions keep their tag.
func plain(n *yaml.Node) string {
	value := n.Value
	switch n.Kind {
	case yaml.SequenceNode:
		parts := make([]string, len(n.Content))
		for i, item := range n.Content {
			parts[i] = plain(item)
		}
		value = "[" + strings.Join(parts, ", ") + "]"
	case yaml.MappingNode:
		var parts []string
		for key, item := range entries(n) {
			parts = append(parts, key+": "+plain(item))
		}
		slices.Sort(parts)
		value = "{" + strings.Join(parts, ", ") + "}"
	}
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return n.Tag + " " + value
	}
	return value
}

// isPlain reports whether a list holds nothing but texts, numbers and the like.
func isPlain(n *yaml.Node) bool {
	return !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return item.Kind != yaml.ScalarNode })
}
