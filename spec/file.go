package spec

// File is a spec without errors: its values and their positions. It does not
// change.
type File struct {
	spec     Spec
	baseName string
	places   *places
	caBundle string
}

// Name is the file's, as the caller of Parse gave it.
func (f *File) Name() string { return f.places.name }

// Environment is the one whose values these are; "" for a spec without environments.
func (f *File) Environment() string { return f.places.environment }

// Environments are the names of all environments of the spec, in its order.
func (f *File) Environments() []string { return f.places.keysOf(environmentsKey) }

// BaseName is the name that the spec writes; Spec().Name may have the environment's
// behind it.
func (f *File) BaseName() string { return f.baseName }

// Spec gives the values. Its lists and maps are shared: change none of them.
func (f *File) Spec() Spec { return f.spec }

// With returns the file with changed values, at the positions of the old ones.
// The change may replace fields; it must not write into lists and maps.
func (f *File) With(change func(*Spec)) *File {
	changed := *f
	change(&changed.spec)
	return &changed
}

// WithCABundle returns the file with the text of the file that
// upstream.credentials.caBundle names.
func (f *File) WithCABundle(text string) *File {
	with := *f
	with.caBundle = text
	return &with
}

// CABundle is that text, PEM; "" for none.
func (f *File) CABundle() string { return f.caBundle }

// Position returns where the field at path is written, as in
// "retry.maxAttempts", "triggers.schedules[0].name" or, for a key with other
// characters than letters, digits, "-" and "_", `tags["cost.center"]`.
//
// A plain value is where it begins, a mapping or list is at its key, or where it
// begins if it is an item of a list. For a field that the spec leaves out it
// is the place of the nearest parent that is written.
func (f *File) Position(path string) Position { return f.places.position(path) }

// Has reports whether the spec itself writes the field at path.
func (f *File) Has(path string) bool { return f.places.has(path) }

// Error makes a finding that stops the build, about the field at path.
func (f *File) Error(rule, path, message, hint string) Finding {
	return f.places.finding(Error, rule, path, message, hint)
}

// Warning makes a finding that stops the build only with --strict.
func (f *File) Warning(rule, path, message, hint string) Finding {
	return f.places.finding(Warning, rule, path, message, hint)
}

// EnvironmentsIn are the names of the environments of the spec in src, in its order: none
// where it has none. ok is false where it cannot be read, as Parse then says.
func EnvironmentsIn(src []byte) (names []string, ok bool) {
	r := &reader{source: &source{}, trust: &trust{map[string]bool{}}, shape: rootShape()}
	root := r.read(src)
	if root == nil {
		return nil, false
	}
	if written := root.field(environmentsKey); written != nil {
		for _, f := range written.fields {
			names = append(names, f.name)
		}
	}
	return names, true
}
