package spec

// places are the positions of a spec's values in its source.
type places struct {
	*source
	root      *node
	positions map[string]Position // of every leaf and container, by path
}

// placesOf records the positions of the value and of all in it.
func placesOf(s *source, root *node) *places {
	p := &places{source: s, root: root, positions: map[string]Position{}}
	p.add(root)
	delete(p.positions, "")
	return p
}

func (p *places) add(n *node) {
	p.positions[n.path] = n.position()
	for _, field := range n.fields {
		p.add(field.value)
	}
	for _, item := range n.items {
		p.add(item)
	}
}

func (p *places) has(path string) bool {
	_, ok := p.positions[path]
	return ok
}

// position is that of the value at path, or of the nearest parent that is written.
func (p *places) position(path string) Position {
	for {
		if at, ok := p.positions[path]; ok {
			return at
		}
		parent := parentPath(path)
		if parent == path {
			return Position{Line: 1, Column: 1}
		}
		path = parent
	}
}

// finding makes a finding about the field at path.
func (p *places) finding(severity Severity, rule, path, message, hint string) Finding {
	return p.source.finding(severity, rule, path, p.position(path), message, hint)
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
