package folder

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// record is what is read of a folder's plan.json.
type record struct {
	Name        string `json:"name"`
	Environment string `json:"environment"`
	Upstream    struct {
		URL string `json:"url"`
	} `json:"upstream"`
}

// recordIn reads the plan of a folder; it is empty where there is none.
func recordIn(dir string) record {
	var r record
	if text, err := os.ReadFile(filepath.Join(dir, stack.PlanFile)); err == nil && json.Unmarshal(text, &r) != nil {
		return record{}
	}
	return r
}

// EnvironmentIn is the environment of a stack's folder; "" where its spec has none.
func EnvironmentIn(dir string) string { return recordIn(dir).Environment }

// isOf reports whether the stack is that of a spec's name in the environment of its plan,
// which may keep the name alone.
func (r record) isOf(name string) bool {
	return r.Environment != "" && (r.Name == name || r.Name == spec.StackName(name, r.Environment))
}

// environmentsOf are the stacks in a folder of stacks that a spec's name means, one for
// each environment.
func environmentsOf(dir, name string) []record {
	var found []record
	entries, _ := os.ReadDir(dir) // no folder, no stacks
	for _, entry := range entries {
		built := filepath.Join(dir, entry.Name())
		if r := recordIn(built); manifest.In(built) && r.Name == entry.Name() && r.isOf(name) {
			found = append(found, r)
		}
	}
	return found
}

// InEnvironment gives the stack that arg means in one environment, as Open takes it. arg
// is the name in the spec, the spec's file or the folder of a stack; where nothing of
// that is here, it is the name of the spec of a deployed stack.
func InEnvironment(stacks, arg, environment string) (string, error) {
	if named := specfile.NamesInFile(arg); len(named) > 0 {
		return stackOf(named, arg, environment)
	}
	dir, name := filepath.Split(filepath.Clean(arg))
	found := environmentsOf(filepath.Join(".", dir), name)
	if dir == "" && len(found) == 0 {
		found = environmentsOf(stacks, name)
	}
	for _, r := range found {
		if r.Environment == environment {
			return dir + r.Name, nil
		}
	}
	switch {
	case len(found) > 0:
		return "", unknownEnvironment(environment, arg+" is built", environmentsIn(found))
	case dir != "":
		return "", fmt.Errorf("there is no stack of %s in %s for the environment %s; sfngen build writes it from a spec", name,
			filepath.Clean(dir), environment)
	}
	return spec.StackName(name, environment), nil
}

// Ambiguous is the error for the name of a spec of which only stacks with environments are
// here; nil for any other name.
func Ambiguous(stacks, arg string) error {
	found := environmentsOf(stacks, arg)
	if len(found) == 0 || manifest.In(arg) || manifest.In(filepath.Join(stacks, arg)) {
		return nil
	}
	var names []string
	for _, r := range found {
		names = append(names, r.Name)
	}
	return fmt.Errorf("%s is a stack for each of its environments: name %s, or add --env %s", arg, count.Or(names...),
		strings.Join(environmentsIn(found), "|"))
}

func environmentsIn(list []record) []string {
	var names []string
	for _, r := range list {
		names = append(names, r.Environment)
	}
	return names
}

func unknownEnvironment(name, where string, known []string) error {
	if near := spec.Near(name, known); near != "" {
		return fmt.Errorf("%s for no environment %s; did you mean %s?", where, name, near)
	}
	return fmt.Errorf("%s for no environment %s, but for %s", where, name, count.And(known...))
}

// stackOf is the stack of an environment of a file's spec, which gives these.
func stackOf(names specfile.Names, file, environment string) (string, error) {
	i := slices.IndexFunc(names, func(n specfile.Name) bool { return n.Environment == environment })
	switch {
	case i >= 0:
		return names[i].Stack, nil
	case names[0].Environment == "":
		return "", fmt.Errorf("%s has no environments: leave out --env, or write 'environments: {%s: {}}' into it", file, environment)
	}
	var known []string
	for _, n := range names {
		known = append(known, n.Environment)
	}
	return "", unknownEnvironment(environment, file+" is written", known)
}
