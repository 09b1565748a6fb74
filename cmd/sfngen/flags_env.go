package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/spec"
)

// envFlag is --env of the commands that read specs: the environments that are meant.
type envFlag struct{ names []string }

// addAny adds it to a command for which no environment means all.
func (f *envFlag) addAny(c *cobra.Command) {
	c.Flags().Func("env", "only this `environment` of the spec; several by comma, or the flag again; else all", f.add)
	_ = c.RegisterFlagCompletionFunc("env", environmentsOfSpecs) // it was added a line above
}

// addOne adds it to a command that is about one stack.
func (f *envFlag) addOne(c *cobra.Command) {
	c.Flags().Func("env", "the `environment` of the spec, where it has several", func(text string) error {
		f.names = nil
		if err := f.add(text); err != nil {
			return err
		}
		if len(f.names) > 1 {
			return errors.New("takes one environment here")
		}
		return nil
	})
	_ = c.RegisterFlagCompletionFunc("env", environmentsOfSpecs) // it was added a line above
}

// addSome adds it to a command that is about one stack, or about all of these environments.
func (f *envFlag) addSome(c *cobra.Command) {
	c.Flags().Func("env", "the `environment` of the spec, where it has several; of all stacks also some of them, by comma, or the flag again",
		f.add)
	_ = c.RegisterFlagCompletionFunc("env", environmentsOfSpecs) // it was added a line above
}

func (f *envFlag) add(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			return errors.New("is empty; leave the flag out, or name an environment")
		}
		if !slices.Contains(f.names, name) {
			f.names = append(f.names, name)
		}
	}
	return nil
}

// choose gives the specs that have one of the environments; without --env all of them.
// Among several specs, those without it are left out with a note. What cannot be read
// stays: its findings say why.
func (f *envFlag) choose(stderr io.Writer, sources []stack.Source) ([]stack.Source, error) {
	if len(f.names) == 0 {
		return sources, nil
	}
	var chosen []stack.Source
	var known, without []string
	readable := true
	for _, s := range sources {
		names, ok := spec.EnvironmentsIn(s.Text)
		known, readable = append(known, names...), readable && ok
		if !ok || slices.ContainsFunc(names, func(name string) bool { return slices.Contains(f.names, name) }) {
			chosen = append(chosen, s)
		} else {
			without = append(without, s.Name)
		}
	}
	for _, name := range f.names {
		if readable && !slices.Contains(known, name) {
			return nil, fmt.Errorf("--env: %w", noEnvironment(name, sources, known))
		}
	}
	for _, file := range without {
		fmt.Fprintf(stderr, "sfngen: note: %s has no environment %s, and is left out\n", printable.Line(file), count.Or(f.names...))
	}
	return chosen, nil
}

// noEnvironment is the error for an environment that no spec has.
func noEnvironment(name string, sources []stack.Source, known []string) error {
	where := "none of the specs"
	if len(sources) == 1 {
		where = sources[0].Name
	}
	slices.Sort(known)
	known = slices.Compact(known)
	switch near := spec.Near(name, known); {
	case len(known) == 0 && len(sources) == 1:
		return fmt.Errorf("%s has no environments: leave out the flag, or write 'environments: {%s: {}}' into it", where, name)
	case len(known) == 0:
		return fmt.Errorf("%s has environments: leave out the flag, or write 'environments: {%s: {}}' into one", where, name)
	case len(sources) == 1 && near != "":
		return fmt.Errorf("%s has no environment %q; did you mean %s?", where, name, near)
	case near != "":
		return fmt.Errorf("%s has an environment %q; did you mean %s?", where, name, near)
	case len(sources) == 1:
		return fmt.Errorf("%s has no environment %q, but %s", where, name, count.And(known...))
	}
	return fmt.Errorf("%s has an environment %q; they have %s", where, name, count.And(known...))
}

// one is the environment of a spec that a command about one stack means: that of --env,
// or the only one; "" for a spec without any.
func (f *envFlag) one(source stack.Source) (string, error) {
	names, ok := spec.EnvironmentsIn(source.Text)
	switch {
	case !ok:
		return "", nil // its findings say why
	case len(f.names) > 0 && !slices.Contains(names, f.names[0]):
		return "", fmt.Errorf("--env: %w", noEnvironment(f.names[0], []stack.Source{source}, names))
	case len(f.names) > 0:
		return f.names[0], nil
	case len(names) > 1:
		return "", fmt.Errorf("%s has the environments %s: say which one by --env, such as --env %s", source.Name, count.And(names...), names[0])
	}
	return strings.Join(names, ""), nil
}

// only are the environments as stack.LoadWith takes them.
func only(environment string) []string {
	if environment == "" {
		return nil
	}
	return []string{environment}
}

// stack is what STACK means with --env; as it is without. What follows takes it as it is.
func (f *envFlag) stack(ctx context.Context, arg string) (string, error) {
	if len(f.names) == 0 || arg == "" {
		return arg, nil
	}
	if len(f.names) > 1 {
		return "", fmt.Errorf("--env names %s, but a STACK means one of them; several are for all stacks", count.And(f.names...))
	}
	p, err := projectOf(ctx)
	if err != nil {
		return "", err
	}
	name, err := folder.InEnvironment(p.Stacks(), arg, f.names[0])
	if err != nil {
		return "", fmt.Errorf("--env: %w", err)
	}
	return name, nil
}

// environmentsOfSpecs offers the environments of the specs or stacks before the flag, or
// of all specs here. Behind a comma it offers the next one.
func environmentsOfSpecs(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, file := range specsMeant(c.Context(), args) {
		if text, err := os.ReadFile(file); err == nil && len(text) <= spec.MaxSize {
			found, _ := spec.EnvironmentsIn(text)
			names = append(names, found...)
		}
	}
	slices.Sort(names)
	before := begun[:strings.LastIndexByte(begun, ',')+1]
	var offered []string
	for _, name := range slices.Compact(names) {
		if !slices.Contains(strings.Split(before, ","), name) {
			offered = append(offered, before+name)
		}
	}
	return offered, cobra.ShellCompDirectiveNoFileComp
}

// specsMeant are the specs among the arguments; if there are none, those of the
// project, or those here.
func specsMeant(ctx context.Context, args []string) []string {
	files := slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return !isSpecName(arg) || arg == "-" })
	if len(files) > 0 {
		return files
	}
	if p, err := projectOf(ctx); err == nil && p.Exists() {
		files, _ = p.Specs() // none is offered where they are wrong
		return files
	}
	for _, pattern := range []string{"*.yaml", "*.yml", "specs/*.yaml", "specs/*.yml"} {
		found, _ := filepath.Glob(pattern) // the patterns are right
		files = append(files, found...)
	}
	return files
}
