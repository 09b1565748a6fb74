package spec

import (
	"slices"
	"strings"
)

// laid gives the values of an environment: the fields of the spec with those of the
// overlay in their place. Mappings merge, lists and scalars replace, and null takes a
// field away, so that its default counts. Every value has the path at which it counts,
// and keeps the place at which it is written.
func (o overlay) laid(base *node) *node {
	if o.fields == nil || len(o.fields.fields) == 0 {
		return base
	}
	return merge(base, o.fields, rootShape())
}

// merge lays a mapping over another one.
func merge(base, over *node, at shape) *node {
	merged := base.emptied()
	merged.over, merged.gone = over.path, map[string]*node{}
	left := slices.Clone(over.fields)
	for _, f := range base.fields {
		i := slices.IndexFunc(left, func(o field) bool { return at.isSameKey(o.name, f.name) })
		if i < 0 {
			merged.add(f.name, f.value)
			continue
		}
		merged.lay(left[i], f.value, at)
		left = slices.Delete(left, i, i+1)
	}
	for _, f := range left {
		merged.lay(f, nil, at)
	}
	return merged
}

// lay puts an overlay's field into a mapping; base is what it stands over, nil for
// nothing.
func (n *node) lay(f field, base *node, at shape) {
	path := keyPath(n.path, f.name)
	inner, _ := at.field(f.name)
	switch {
	case f.value.kind == isNothing && !f.value.unread && (base != nil || slices.Contains(at.keys(), f.name)):
		n.gone[f.name] = f.value.moved(path)
	case base != nil && base.kind == isMapping && f.value.kind == isMapping:
		n.add(f.name, merge(base, f.value, inner))
	case f.value.kind == isMapping && inner.schema != nil && len(inner.keys()) > 0: // it may hold null
		own := f.value.emptied()
		own.path, own.from = path, f.value.path
		n.add(f.name, merge(own, f.value, inner))
	default:
		n.add(f.name, f.value.moved(path))
	}
}

// isSameKey compares keys as the schema does: names of headers, and of tags, are the
// same in any case.
func (s shape) isSameKey(a, b string) bool {
	return a == b || s.schema != nil && s.names().schema != nil && strings.EqualFold(a, b)
}

// moved is the value at another path, with all that it holds; it remembers where it is
// written.
func (n *node) moved(path string) *node {
	m := *n
	m.path, m.from = path, n.path
	if n.kind == isMapping {
		m.fields, m.named = nil, make(map[string]*node, len(n.fields))
		for _, f := range n.fields {
			m.add(f.name, f.value.moved(keyPath(path, f.name)))
		}
	}
	m.items = nil
	for i, item := range n.items {
		m.items = append(m.items, item.moved(itemPath(path, i)))
	}
	return &m
}
