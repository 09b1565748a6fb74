package spec

import (
	"github.com/sfngen/sfngen/schema"
)

// Parse reads the spec in src. It returns the file, nil when a finding is an
// error, and all that there is to say about it, sorted by position; name is
// in the findings.
//
// The order of the steps is what keeps one mistake from causing a second
// finding: what cannot be read at all ends the parse, what breaks the schema is
// left out of the values, and the rules between fields look only at fields that
// are sound.
func Parse(name string, src []byte) (*File, []Finding) {
	r := &reader{source: &source{name: name}, trust: &trust{map[string]bool{}}, shape: rootShape()}
	root := r.read(src)
	if root == nil {
		Sort(r.findings)
		return nil, r.findings
	}
	r.validate(root)
	places := placesOf(r.source, root, ignoresOf(r.readIgnores()))
	c := &checker{places: places, trust: r.trust, spec: decode(root, r.sound), findings: r.findings}
	c.check()
	Sort(c.findings)
	if HasErrors(c.findings) {
		return nil, c.findings
	}
	return &File{spec: c.spec, places: places}, c.findings
}

// rootShape is the schema of a whole spec. The schema is part of the program
// and a test compiles it, so that it cannot fail here for any input.
func rootShape() shape {
	root, err := schema.Compiled()
	if err != nil {
		panic(err)
	}
	return shape{root}
}
