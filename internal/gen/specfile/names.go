// Package specfile tells of a file, without checking it, whether it is a spec and which
// stacks it gives. Commands that look for a spec read many files, and wrong ones too.
package specfile

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// HasExtension reports whether a file is called as specs are: *.yaml or *.yml.
func HasExtension(file string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(file))
}

// Name is a stack of a spec.
type Name struct {
	Stack       string
	Environment string // "" for a spec without environments
}

// Names are the stacks of a spec: one, or one for each environment in the spec's order.
type Names []Name

// Has reports whether a stack is one of them.
func (n Names) Has(stack string) bool {
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
// be read. A spec is what has a name and an upstream: a Compose file has a name, too.
func NamesInFile(file string) Names {
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
	isSpec := isThere(top.Upstream) || isThere(top.Environments) && (isThere(top.Retry) || haveUpstream(&top.Environments))
	if err != nil || top.Name == "" || !isSpec {
		return nil
	}
	if top.Environments.Kind != yaml.MappingNode && top.Environments.Kind != yaml.AliasNode {
		return Names{{Stack: top.Name}}
	}
	return namesOf(top.Name, &top.Environments, 0)
}

func isThere(n yaml.Node) bool { return n.Kind != 0 }

// haveUpstream reports whether one of the environments has an upstream of its own.
func haveUpstream(environments *yaml.Node) bool {
	var all map[string]struct {
		Upstream yaml.Node `yaml:"upstream"`
	}
	_ = environments.Decode(&all) // what is wrong with it, a build says
	for _, one := range all {
		if isThere(one.Upstream) {
			return true
		}
	}
	return false
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
	return Name{Stack: spec.StackName(name, environment), Environment: environment}
}
