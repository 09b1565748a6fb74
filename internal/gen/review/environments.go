package review

import (
	"fmt"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// BetweenEnvironments are the changes that make a stack of what another environment of its
// spec gives, names apart: what is called otherwise is no difference. The manifest, which
// has the hashes of the rest, is none either. source is the spec's file as it was read for
// the stack.
func BetweenEnvironments(s *stack.Stack, dir string, source stack.Source, environment string) ([]folder.Change, error) {
	other := s.Counterpart(source, environment)
	if other == nil {
		return nil, fmt.Errorf("%s changed while it was read", source.Name)
	}
	files := map[string][]byte{}
	for _, f := range other.Files {
		files[f.Path] = f.Content
	}
	changes, err := folder.CompareWith(s, dir, files)
	return slices.DeleteFunc(changes, func(c folder.Change) bool { return c.Path == manifest.Name }), err
}
