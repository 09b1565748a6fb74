package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// place is the folders that hold the targets, locked against other builds. It
// remembers those that it created, to remove them again if they stay empty.
type place struct {
	unlock []func()
	made   []string
}

// takePlace creates the folders that hold the targets and waits until no other
// sfngen writes into them. They are locked in order, by their real paths, so that
// two builds never wait for each other and two names of a folder are one.
func takePlace(targets []Target) (*place, error) {
	p := &place{}
	var parents []string
	for _, t := range targets {
		parent, err := p.makeParent(filepath.Dir(t.Dir))
		if err != nil {
			p.leave()
			return nil, err
		}
		parents = append(parents, parent)
	}
	slices.Sort(parents)
	for _, parent := range slices.Compact(parents) {
		unlock, err := lock(parent)
		if err != nil {
			p.leave()
			return nil, err
		}
		p.unlock = append(p.unlock, unlock)
	}
	return p, nil
}

// makeParent creates dir and its missing parents, and returns its real path.
func (p *place) makeParent(dir string) (string, error) {
	var missing []string
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		_, err := os.Stat(at)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			break
		}
		missing = append(missing, at)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", placeError(err)
	}
	p.made = append(missing, p.made...)
	full, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(full)
}

// leave removes the created folders that stayed empty, and lets the next build in.
func (p *place) leave() {
	for _, dir := range p.made { // the deepest first
		_ = os.Remove(dir)
	}
	for _, unlock := range p.unlock {
		unlock()
	}
}
