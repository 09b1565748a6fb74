package project

import (
	"path/filepath"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/folder"
)

// Named are the files that names mean: specs, or folders of them; without names all specs
// of the project, which has to exist then.
func (p *Project) Named(names []string) ([]string, error) {
	if len(names) == 0 {
		return p.Specs()
	}
	var all []string
	folders := false
	for _, name := range names {
		files, err := Of(name)
		if err != nil {
			return nil, err
		}
		all, folders = append(all, files...), folders || !slices.Equal(files, []string{name})
	}
	if folders {
		all = eachOnce(all)
	}
	return all, nil
}

// eachOnce leaves out what is there already: a spec beside its folder. Files alone are
// taken as they are named, and one that is named twice is an error.
func eachOnce(names []string) (once []string) {
	known := map[string]bool{}
	for _, name := range names {
		if clean := filepath.Clean(name); !known[clean] {
			known[clean] = true
			once = append(once, name)
		}
	}
	return once
}

// SpecOf is the spec that a stack's folder was built from: of the project's, or of those
// where people keep them. It fails with a folder.SpecSearchError unless it is exactly one.
func (p *Project) SpecOf(built *folder.Folder) (string, error) {
	if !p.Exists() {
		return built.FindSpec()
	}
	names, err := p.Specs()
	if err != nil {
		return "", err
	}
	switch found := built.SpecsAmong(names); len(found) {
	case 0: // not of the project
		return built.FindSpec()
	case 1:
		return found[0], nil
	default:
		return "", &folder.SpecSearchError{Name: built.Name, Found: found}
	}
}
