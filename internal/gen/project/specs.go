package project

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// ErrNoSpecs says that a project has no spec at all: the last one may just have been
// removed. Where one of several places has none, it is another error.
var ErrNoSpecs = errors.New("no specs")

// Specs are the files of all specs, sorted. Without specs in the project file they are
// those of its folder and of the folder specs in that.
func (p *Project) Specs() ([]string, error) {
	if len(p.sources) == 0 {
		return p.usual()
	}
	var all []string
	var empty error
	for i, source := range p.sources {
		found, err := p.from(source)
		place := p.places[fmt.Sprintf("specs[%d]", i)]
		switch {
		case errors.Is(err, ErrNoSpecs):
			empty = cmp.Or(empty, fmt.Errorf("%s: specs: %w", place, err))
		case err != nil:
			return nil, fmt.Errorf("%s: specs: %w", place, err)
		}
		all = append(all, found...)
	}
	switch {
	case empty != nil && len(all) == 0:
		return nil, empty
	case empty != nil:
		return nil, errors.New(empty.Error())
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func (p *Project) usual() ([]string, error) {
	all, err := In(p.Dir)
	if err != nil {
		return nil, err
	}
	below, err := In(filepath.Join(p.Dir, "specs"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if all = append(all, below...); len(all) == 0 {
		return nil, fmt.Errorf("%s: %w in its folder, nor in the folder specs there: 'sfngen init NAME' writes one, and "+
			"specs: [FOLDER] says where others are", p.File, ErrNoSpecs)
	}
	return all, nil
}

// from takes a file as it is: what is wrong with it is to be said. Of a folder, and of
// what a pattern matches, it takes the specs.
func (p *Project) from(source string) ([]string, error) {
	name := filepath.Join(p.Dir, filepath.FromSlash(source))
	if _, err := os.Lstat(name); err != nil && strings.ContainsAny(source, "*?[") {
		return matching(source, name)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no file or folder %s", name)
	case err != nil:
		return nil, err
	case info.IsDir():
		return someIn(name)
	}
	return []string{name}, nil
}

func matching(source, pattern string) ([]string, error) {
	names, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fmt.Errorf("%s is no pattern: %w", source, err)
	}
	var all []string
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return nil, err
		case info.IsDir():
			found, err := In(name)
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		case isSpec(name):
			all = append(all, name)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w that %s matches", ErrNoSpecs, source)
	}
	return all, nil
}

func someIn(dir string) ([]string, error) {
	found, err := In(dir)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%w in the folder %s", ErrNoSpecs, dir)
	}
	return found, err
}

// Of is what a name on the command line means: a folder's specs, or the file itself.
func Of(name string) ([]string, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return someIn(name)
	}
	return []string{name}, nil
}

// In are the specs in a folder, not in those below it. Other YAML files are left out.
func In(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		name := filepath.Join(dir, entry.Name())
		if specfile.HasExtension(name) && entry.Name() != FileName && isSpec(name) {
			found = append(found, name)
		}
	}
	return found, nil
}

// The keys of a spec at the beginning of a line: at least upstream, here or in its
// environments, and one more. A spec that is not YAML must not be left out without a word.
var (
	withUpstream     = lazyregexp.New(`(?m)^["']?upstream["']?[ \t]*:`)
	withOthers       = lazyregexp.New(`(?m)^["']?(?:version|name|retry|egress|environments)["']?[ \t]*:`)
	withEnvironments = lazyregexp.New(`(?ms)^["']?environments["']?[ \t]*:.*[\s{,]["']?upstream["']?[ \t]*:`)
	withName         = lazyregexp.New(`(?m)^["']?name["']?[ \t]*:`)
)

// isSpec also knows a spec in the flow style, {name: …}, and one that cannot be read:
// reading it says why not.
func isSpec(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return errors.Is(err, fs.ErrPermission)
	}
	file, err := os.Open(name)
	if err != nil {
		return true
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, spec.MaxSize))
	if err != nil {
		return true
	}
	s := string(text)
	if withUpstream.MatchString(s) && withOthers.MatchString(s) || withEnvironments.MatchString(s) && withName.MatchString(s) {
		return true
	}
	return bytes.Contains(text, []byte("upstream")) && len(specfile.NamesIn(bytes.NewReader(text))) > 0
}

// Beside are words about the specs that a command without arguments could have meant:
// those of the working directory and of its folder specs; "" for none.
func Beside() string {
	const most = 4
	here, _ := In(".")
	below, _ := In("specs")
	all := append(here, below...)
	switch {
	case len(all) == 0:
		return ""
	case len(all) > most:
		all = append(all[:most:most], "…")
	}
	return count.And(all...)
}
