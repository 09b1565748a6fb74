package stack

import (
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/sfngen/sfngen/spec"
)

// Source is a spec's text under the name that findings give it.
type Source struct {
	Name string
	Text []byte
}

// LoadAll loads every spec. Two specs of one name are an error: the second stack
// would overwrite the first.
func LoadAll(sources []Source) ([]*Stack, []spec.Finding) {
	var stacks []*Stack
	var findings []spec.Finding
	first := map[string]string{} // stack name -> spec
	for _, l := range loadEach(sources) {
		findings = append(findings, l.findings...)
		s, source := l.stack, l.source
		if s == nil {
			continue
		}
		if other, taken := first[s.Name]; taken {
			findings = append(findings, spec.Finding{
				File: source.Name, Severity: spec.Error, Path: "name", Rule: "duplicate-stack",
				Message: duplicateMessage(s.Name, source.Name, other),
			})
		}
		first[s.Name] = source.Name
		stacks = append(stacks, s)
	}
	return stacks, findings
}

func duplicateMessage(name, file, other string) string {
	if file == other {
		return fmt.Sprintf("%q would be built twice: this spec is given twice", name)
	}
	return fmt.Sprintf("%q is the name of %s too: each spec needs its own name", name, other)
}

// loaded is one source's outcome; stack is nil when a finding is an error.
type loaded struct {
	source   Source
	stack    *Stack
	findings []spec.Finding
}

func loadEach(sources []Source) []*loaded {
	go runtimeFiles() // which no spec changes, on another processor while specs are parsed: 3 % of a build's time
	all := make([]*loaded, len(sources))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, source := range sources {
		group.Go(func() error {
			s, findings := Load(source.Name, source.Text)
			all[i] = &loaded{source, s, findings}
			return nil // what is wrong is in the findings
		})
	}
	_ = group.Wait()
	return all
}
