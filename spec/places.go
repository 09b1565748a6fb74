package spec

// places are the positions of a spec's values in its source.
type places struct {
	*source
	root    *node
	written map[string]*node // every leaf and container but the root, by path
	gone    map[string]*node // what an environment takes away, by path
	ignores ignores
	// environment is that whose values these are; "" for a spec without any.
	environment string
}

// placesOf records the positions of the value and of all in it.
func placesOf(s *source, root *node, ignores ignores) *places {
	p := &places{source: s, root: root, written: map[string]*node{}, gone: map[string]*node{}, ignores: ignores}
	p.add(root)
	delete(p.written, "")
	return p
}

func (p *places) add(n *node) {
	p.written[n.path] = n
	for _, gone := range n.gone {
		p.gone[gone.path] = gone
	}
	for _, field := range n.fields {
		p.add(field.value)
	}
	for _, item := range n.items {
		p.add(item)
	}
}

func (p *places) has(path string) bool {
	_, ok := p.written[path]
	return ok
}

// position is that of the value at path, or of the nearest parent that is written.
func (p *places) position(path string) Position {
	if n := p.nearest(path); n != nil {
		return n.position()
	}
	return Position{Line: 1, Column: 1}
}

// nearest is the value at path, or the nearest parent that is written; nil for the
// root. What an environment takes away is written there, as null.
func (p *places) nearest(path string) *node {
	for path != "" {
		if n, ok := p.written[path]; ok {
			return n
		}
		if n, ok := p.gone[path]; ok {
			return n
		}
		path = parentPath(path)
	}
	return nil
}

// shown is a path as findings give it: where the value is written.
func (p *places) shown(path string) string {
	if n := p.nearest(path); n != nil && n.from != "" {
		return n.from + path[len(n.path):]
	}
	return path
}

// finding makes a finding about the field at path. A warning that a comment silences
// is made too, and says so.
func (p *places) finding(severity Severity, rule, path, message, hint string) Finding {
	f := p.findingAt(severity, rule, path, p.position(path), message, hint)
	if severity == Warning {
		f.Ignored = p.ignored(rule, path)
	}
	return f
}

// findingAt makes a finding about the field at path, at another place.
func (p *places) findingAt(severity Severity, rule, path string, at Position, message, hint string) Finding {
	f := p.source.finding(severity, rule, p.shown(path), at, message, hint)
	if p.environment != "" {
		f.Environments = []string{p.environment}
	}
	return f
}

// keysOf are the keys of the free mapping at path, as written and in the order
// of the file.
func (p *places) keysOf(path string) []string {
	n := p.root.at(path)
	if n == nil {
		return nil
	}
	var keys []string
	for _, field := range n.fields {
		keys = append(keys, field.name)
	}
	return keys
}
