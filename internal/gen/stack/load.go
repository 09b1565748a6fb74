package stack

import (
	"fmt"
	"runtime"
	"time"

	"github.com/sfngen/sfngen/internal/gen/parallel"
	"github.com/sfngen/sfngen/spec"
)

// Source is a spec's text under the name that findings give it.
type Source struct {
	Name string
	Text []byte
	// Beside reads a file that the spec names, by its path from the spec's folder; nil:
	// there is none.
	Beside func(path string) ([]byte, error)
	// Now is when certificates have to be valid; zero: nobody asks.
	Now time.Time
}

// LoadAll loads every spec with its environments, in their order: a stack for each
// environment, or one for a spec without any. environments, if given, are those that are
// wanted; others, and specs without environments, give no stack then. Two stacks of one
// name are an error: the second would overwrite the first.
func LoadAll(sources []Source, environments ...string) ([]*Stack, []spec.Finding) {
	var stacks []*Stack
	var findings []spec.Finding
	first := map[string]*Stack{}
	for _, l := range loadEach(sources, environments) {
		findings = append(findings, l.findings...)
		for _, s := range l.stacks {
			if other, taken := first[s.Name]; taken {
				findings = append(findings, duplicate(s, other))
			}
			first[s.Name] = s
			stacks = append(stacks, s)
		}
	}
	return stacks, findings
}

// duplicate is the finding about a stack whose name another one has already. In an
// environment it points there: the spec's own name may be right.
func duplicate(s, other *Stack) spec.Finding {
	path, hint := "name", "rename one of them"
	if environment := s.Origin.Environment(); environment != "" {
		path, hint = "environments."+environment, "rename the environment, or one of the specs"
	}
	message := fmt.Sprintf("%q is the name of %s too: each spec needs its own name", s.Name, other.Origin.Name())
	if s.Origin.Name() == other.Origin.Name() {
		message, hint = fmt.Sprintf("%q would be built twice: this spec is given twice", s.Name), ""
	}
	f := s.Origin.Error("duplicate-stack", path, message, hint)
	f.Environments = nil
	return f
}

// loaded is one source's outcome; an environment in which a finding is an error has no
// stack.
type loaded struct {
	stacks   []*Stack
	findings []spec.Finding
}

func loadEach(sources []Source, environments []string) []loaded {
	go Runtime() // on another processor while specs are parsed; with generate's, 4 % of a build's time
	all := make([]loaded, len(sources))
	busy := len(sources) >= runtime.GOMAXPROCS(0)
	parallel.Each(len(sources), func(i int) {
		all[i].stacks, all[i].findings = load(sources[i], nil, busy, environments)
	})
	return all
}

// load loads one spec. What is so in several environments is said once. busy is for
// generate.
func load(source Source, change func(*spec.Spec), busy bool, environments []string) ([]*Stack, []spec.Finding) {
	files, findings := spec.ParseAll(source.Name, source.Text, environments...)
	var stacks []*Stack
	var more []spec.Finding
	for _, file := range files {
		if change != nil {
			file = file.With(change)
		}
		s, found := generate(file, source, busy)
		more = append(more, found...)
		if s != nil {
			stacks = append(stacks, s)
		}
	}
	findings = append(findings, spec.Combine(more, files)...)
	if len(stacks) > 0 && areAll(stacks) {
		findings = append(findings, stacks[0].Origin.UnusedIgnores(findings)...)
	}
	spec.Sort(findings)
	return stacks, findings
}

// areAll reports whether no environment is missing: a comment that silences nothing in
// one may be about another.
func areAll(stacks []*Stack) bool {
	return len(stacks) == max(1, len(stacks[0].Origin.Environments()))
}
