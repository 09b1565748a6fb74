package spec

import (
	"slices"

	"github.com/sfngen/sfngen/schema"
)

// Parse reads the spec in src. It returns the file, nil when a finding is an
// error, and all that there is to say about it, sorted by position; name is
// in the findings. Of a spec with environments it is the first of them: ParseAll
// gives all.
func Parse(name string, src []byte) (*File, []Finding) {
	files, findings := ParseAll(name, src)
	if HasErrors(findings) {
		return nil, findings
	}
	return files[0], findings
}

// ParseAll reads the spec in src with its environments: one file for each, in the order
// of the spec, or one file for a spec that has none. only, if given, are the names of
// the environments that are wanted; others are left out, with what is said of them
// alone. An environment with errors has no file.
//
// The order of the steps is what keeps one mistake from causing a second
// finding: what cannot be read at all ends the parse, what breaks the schema is
// left out of the values, and the rules between fields look only at fields that
// are sound.
func ParseAll(name string, src []byte, only ...string) ([]*File, []Finding) {
	r := &reader{source: &source{name: name}, trust: &trust{map[string]bool{}}, shape: rootShape()}
	root := r.read(src)
	if root == nil {
		Sort(r.findings)
		return nil, r.findings
	}
	p := &parsing{reader: r, ignores: ignoresOf(r.readIgnores())}
	base, overlays := r.environmentsOf(root)
	var files []*File
	var findings []Finding
	var looked []string
	for _, o := range overlays {
		if len(only) > 0 && !slices.Contains(only, o.name) {
			continue
		}
		file, found := p.environment(base, o)
		looked, findings = append(looked, o.name), append(findings, found...)
		if file != nil {
			files = append(files, file)
		}
	}
	findings = combine(findings, map[string][]string{name: looked})
	if len(looked) == len(overlays) && len(overlays) > 1 {
		findings = append(findings, p.unused(base, findings)...)
	}
	Sort(findings)
	return files, withheld(findings, root)
}

// parsing is a spec that has been read, and is now checked for each environment.
type parsing struct {
	*reader // with what was found while reading
	ignores ignores
}

// environment lays an overlay over the spec and checks what comes of it.
func (p *parsing) environment(base *node, o overlay) (*File, []Finding) {
	root := o.laid(base)
	v := p.validated(root, o)
	c := &checker{places: v.places, trust: v.trust, spec: decode(root, v.sound), findings: v.findings}
	baseName := c.spec.Name
	c.spec.Name = c.spec.stackName(o.name)
	c.check()
	if HasErrors(c.findings) {
		return nil, c.findings
	}
	return &File{spec: c.spec, baseName: baseName, places: v.places}, c.findings
}

// validated checks values against the schema. What was found while reading them is
// among the findings, if it is about this environment.
func (p *parsing) validated(root *node, o overlay) *reader {
	places := placesOf(p.source, root, p.ignores)
	places.environment = o.name
	v := &reader{source: p.source, trust: p.trustIn(places), shape: p.shape, places: places}
	for _, f := range p.findings {
		if o.concerns(f.Path) {
			v.findings = append(v.findings, f)
		}
	}
	v.validate(root)
	return v
}

// unused checks what every environment replaces: it counts nowhere, but whoever writes
// the next environment relies on it. Only what is required may be missing.
func (p *parsing) unused(base *node, known []Finding) []Finding {
	var findings []Finding
	for _, f := range p.validated(base, overlay{}).findings {
		said := func(k Finding) bool { return k.Position == f.Position && k.Rule == f.Rule }
		if f.Rule != "missing-key" && !slices.ContainsFunc(known, said) {
			findings = append(findings, f)
		}
	}
	return findings
}

// trustIn is what of the values broke a rule while they were read.
func (p *parsing) trustIn(places *places) *trust {
	if places.environment == "" {
		return p.trust.copied()
	}
	t := &trust{map[string]bool{}}
	for path, n := range places.written {
		if p.broken[n.readAt()] || n.over != "" && p.broken[n.over] {
			t.distrust(path)
		}
	}
	return t
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
