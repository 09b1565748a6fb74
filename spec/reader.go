package spec

// reader turns the text of a spec into values that fit the schema, and collects
// what does not.
type reader struct {
	*source
	*trust
	shape    shape   // of a whole spec
	places   *places // of what is read; nil until it is
	findings []Finding
}

// read gives the values of src as they are written; nil where it cannot be read
// at all.
func (r *reader) read(src []byte) *node {
	text, ok := r.readText(src)
	if !ok {
		return nil
	}
	document, ok := r.readDocument(text)
	if !ok {
		return nil
	}
	root, ok := r.readTree(document)
	if !ok {
		return nil
	}
	return root
}

// reject adds an error about a value, at its own position, and keeps every
// later rule off the value.
func (r *reader) reject(rule, path string, at Position, message, hint string) {
	if r.places != nil {
		r.findings = append(r.findings, r.places.findingAt(Error, rule, path, at, message, hint))
	} else {
		r.findings = append(r.findings, r.finding(Error, rule, path, at, message, hint))
	}
	r.distrust(path)
}
