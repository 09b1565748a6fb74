package spec

// Default is the spec of a file that writes nothing.
func Default() Spec {
	empty := &node{kind: isMapping}
	return decode(empty, func(string) bool { return true })
}
