package spec

import (
	"github.com/sfngen/sfngen/schema"
)

// Parse reads the spec in src. It returns the file, nil when a finding is an
// error, and all that there is to say about it, sorted by position; name stands
// in the findings.
//
// The order of the steps is what keeps one mistake from causing a second
// finding: what cannot be read at all ends the parse, what breaks the schema is
// left out of the values, and the rules between fields look only at fields that
// are sound.
func Parse(name string, src []byte) (*File, []Finding) {
	f := &File{Name: name, broken: map[string]bool{}}
	text, ok := f.readText(src)
	if !ok {
		return nil, f.findings
	}
	document, ok := f.readDocument(text)
	if !ok {
		return nil, f.findings
	}
	root, ok := f.readTree(document)
	if !ok {
		Sort(f.findings)
		return nil, f.findings
	}
	f.place(root)
	f.validate(root)
	f.Spec = decode(root, f.sound)
	f.check()
	Sort(f.findings)
	if HasErrors(f.findings) {
		return nil, f.findings
	}
	return f, f.findings
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
