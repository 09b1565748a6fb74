package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// SpecSearchError is a spec that was not found, or found more than once.
type SpecSearchError struct {
	Name   string
	Places []string // the folders where it was looked for
	Found  []string
}

func (e *SpecSearchError) Error() string {
	if len(e.Found) > 0 {
		return fmt.Sprintf("several files are specs of %s: %s; name the right one with --spec FILE", e.Name, strings.Join(e.Found, ", "))
	}
	return fmt.Sprintf("no spec of %s (a .yaml or .yml file with 'name: %s') in %s; name it with --spec FILE, or leave out the "+
		"comparison with it by --stale",
		e.Name, e.Name, strings.Join(e.Places, ", "))
}

// FindSpec looks for the spec that a stack's folder was built from, where people
// keep it: in the working directory and in the two folders above the stack's, and
// in a folder specs of each. It fails with a SpecSearchError unless it is exactly one.
func (f *Folder) FindSpec() (string, error) {
	e := &SpecSearchError{Name: f.Name}
	var known []os.FileInfo
	var dirs []string
	for _, dir := range []string{".", filepath.Join(f.Dir, ".."), filepath.Join(f.Dir, "..", "..")} {
		dirs = append(dirs, dir, filepath.Join(dir, "specs"))
	}
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || slices.ContainsFunc(known, func(other os.FileInfo) bool { return os.SameFile(info, other) }) {
			continue
		}
		known = append(known, info)
		e.Places = append(e.Places, dir)
		found, err := specsIn(dir, f.Name)
		if err != nil {
			return "", err
		}
		e.Found = append(e.Found, found...)
	}
	if len(e.Found) != 1 {
		return "", e
	}
	return e.Found[0], nil
}

// SpecsAmong are those of the files that are the folder's spec.
func (f *Folder) SpecsAmong(files []string) (found []string) {
	for _, file := range files {
		if isSpecOf(file, f.Name) {
			found = append(found, file)
		}
	}
	return found
}

func specsIn(dir, name string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		file := filepath.Join(dir, entry.Name())
		if ext := filepath.Ext(file); (ext == ".yaml" || ext == ".yml") && isSpecOf(file, name) {
			found = append(found, file)
		}
	}
	return found, nil
}

// isSpecOf reports whether a file is a spec of this stack.
func isSpecOf(file, name string) bool { return namesInFile(file).has(name) }

// Name is a stack of a spec.
type Name struct {
	Stack       string
	Environment string // "" for a spec without environments
}

// Names are the stacks of a spec: one, or one for each environment in the spec's order.
type Names []Name

func (n Names) has(stack string) bool {
	return slices.ContainsFunc(n, func(s Name) bool { return s.Stack == stack })
}

// Stacks lists their names for a sentence.
func (n Names) Stacks() string {
	var names []string
	for _, s := range n {
		names = append(names, s.Stack)
	}
	return count.Or(names...)
}

// Of is the stack of an environment; "" where there is none.
func (n Names) Of(environment string) string {
	for _, s := range n {
		if s.Environment == environment {
			return s.Stack
		}
	}
	return ""
}

// EnvironmentOf is the environment whose stack has the name; "" for none.
func (n Names) EnvironmentOf(stack string) string {
	for _, s := range n {
		if s.Stack == stack {
			return s.Environment
		}
	}
	return ""
}

// NamesInFile are the stacks of the spec in a file; none for what is no spec, or cannot
// be read.
func NamesInFile(file string) Names { return namesInFile(file) }

// namesInFile takes a file for a spec that has a name and an upstream: a Compose
// file has a name, too.
func namesInFile(file string) Names {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > spec.MaxSize {
		return nil
	}
	opened, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer opened.Close()
	return NamesIn(opened)
}

// NamesIn are the stacks of the spec in a text; none for what is no spec. What differs
// between environments may stand in them alone.
func NamesIn(text io.Reader) Names {
	var top struct {
		Name         string    `yaml:"name"`
		Upstream     yaml.Node `yaml:"upstream"`
		Retry        yaml.Node `yaml:"retry"`
		Environments yaml.Node `yaml:"environments"`
	}
	err := yaml.NewDecoder(io.LimitReader(text, spec.MaxSize)).Decode(&top)
	has := func(n yaml.Node) bool { return n.Kind != 0 }
	if err != nil || top.Name == "" || !has(top.Upstream) && !(has(top.Retry) && has(top.Environments)) {
		return nil
	}
	if top.Environments.Kind != yaml.MappingNode && top.Environments.Kind != yaml.AliasNode {
		return Names{{Stack: top.Name}}
	}
	return namesOf(top.Name, &top.Environments, 0)
}

// mostMerged bounds merges in merges, of which a file can make a circle.
const mostMerged = 8

// namesOf reads the environments: keys, then what is merged into them (YAML 1.1 merge
// key), which may be a list.
func namesOf(name string, environments *yaml.Node, depth int) (names Names) {
	if environments.Kind == yaml.AliasNode {
		environments = environments.Alias
	}
	var merged []*yaml.Node
	if environments.Kind == yaml.SequenceNode {
		merged, environments = environments.Content, &yaml.Node{}
	}
	for i := 0; i+1 < len(environments.Content); i += 2 {
		key, value := environments.Content[i], environments.Content[i+1]
		if key.ShortTag() == "!!merge" {
			merged = append(merged, value)
			continue
		}
		names = append(names, nameOf(name, key.Value, value))
	}
	for _, from := range merged {
		if depth == mostMerged {
			break
		}
		for _, n := range namesOf(name, from, depth+1) {
			if !slices.ContainsFunc(names, func(known Name) bool { return known.Environment == n.Environment }) {
				names = append(names, n)
			}
		}
	}
	return names
}

func nameOf(name, environment string, value *yaml.Node) Name {
	var head struct {
		KeepName bool `yaml:"keepName"`
	}
	_ = value.Decode(&head) // what is wrong with it, a build says
	if head.KeepName {
		return Name{Stack: name, Environment: environment}
	}
	return Name{Stack: name + "-" + environment, Environment: environment}
}
