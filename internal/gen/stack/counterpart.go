package stack

import (
	"slices"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/spec"
)

// Counterpart is the stack that another environment of the spec gives, called as s is, name
// and environment: what differs between the two is what the environments say. It is nil
// where the source does not give it.
func (s *Stack) Counterpart(source Source, environment string) *Stack {
	other, _ := LoadWith(source, func(of *spec.Spec) { of.Name = s.Name }, environment)
	if other == nil {
		return nil
	}
	other.Plan.Environment = s.Plan.Environment
	files := slices.DeleteFunc(other.Files, func(f File) bool { return f.Path == manifest.Name || f.Path == PlanFile })
	files = append(files, File{Path: PlanFile, Content: document.SpreadJSON(other.Plan.Record())})
	called := assemble(s.Name, other.Runtime.Name, files)
	called.Plan, called.Origin, called.Runtime = other.Plan, other.Origin, other.Runtime
	return called
}
