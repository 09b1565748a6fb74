package spec

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// readMapping reads a mapping's own keys first: they win over merged ones
// (YAML 1.1 merge key), wherever the merge is written.
func (r *treeReader) readMapping(y *yaml.Node, n *node, depth int) {
	n.kind = isMapping
	if tag := y.ShortTag(); tag != "!!map" {
		r.rejectTag(y, n)
	}
	n.named = make(map[string]*node, len(y.Content)/2)
	var merges []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.ShortTag() == "!!merge" {
			merges = append(merges, value)
			continue
		}
		r.readField(key, value, n, depth)
	}
	for _, merge := range merges {
		r.merge(merge, n, depth)
	}
}

func (r *treeReader) readField(key, value *yaml.Node, n *node, depth int) {
	at := r.clamp(key.Line, key.Column)
	for key.Kind == yaml.AliasNode {
		key = key.Alias
	}
	if key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str" {
		r.rejectKey(key, n, at)
		return
	}
	if key.Value == "" {
		r.reject("key-not-text", n.path, at, "a key must not be empty", "")
		return
	}
	path := keyPath(n.path, key.Value)
	if first := n.field(key.Value); first != nil {
		r.reject("duplicate-key", path, at, fmt.Sprintf("written a second time; the first is on line %d", first.key.Line), "remove one of them")
		return
	}
	n.add(key.Value, r.read(value, path, at, depth+1))
}

func (r *treeReader) rejectKey(key *yaml.Node, n *node, at Position) {
	if key.Kind != yaml.ScalarNode {
		r.reject("key-not-text", n.path, at, "a key must be text, got a mapping or a list", "")
		return
	}
	r.reject("key-not-text", n.path, at, "a key must be text, got "+key.Value,
		fmt.Sprintf("put it in quotes: %q", key.Value))
}

// merge adds the fields of a merged mapping that are not there yet.
func (r *treeReader) merge(y *yaml.Node, n *node, depth int) {
	for _, source := range mergeSources(y) {
		from := r.read(source, n.path, n.key, depth+1)
		if from.kind != isMapping {
			r.reject("merge-key", n.path, from.begin, "<< takes a mapping or a list of mappings, got "+from.got(), "")
			continue
		}
		for _, f := range from.fields {
			if n.field(f.name) == nil {
				n.add(f.name, f.value)
			}
		}
	}
}

// mergeSources is what is behind <<: one mapping, or a list of them of which
// the first wins.
func mergeSources(y *yaml.Node) []*yaml.Node {
	list := y
	if list.Kind == yaml.AliasNode {
		list = list.Alias
	}
	if list.Kind == yaml.SequenceNode {
		return list.Content
	}
	return []*yaml.Node{y}
}
