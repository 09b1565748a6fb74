package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/spec"
)

// What a shell offers for the arguments and flags of a command. Nothing here fails: a
// completion that is not known is none.

// argumentsOf says what the arguments of each command are. init names what is not there
// yet, and probe's own function knows which of its two arguments is meant.
var argumentsOf = map[string]completer{
	"validate": specFiles, "build": specFiles, "diff": specFiles, "list": specFiles,
	"plan": specFiles, "graph": inTurn(specFiles), "dev": inTurn(specFiles),
	"run":     inTurn(specFiles, methodsOfSpec, nothing),
	"judge":   inTurn(specFiles),
	"package": inTurn(builtStacks), "deploy": furtherStacks, "status": furtherStacks, "destroy": inTurn(builtStacks),
	"invoke": inTurn(builtStacks, anyMethod, nothing), "explain": inTurn(ruleNames),
	"init": nothing, "credentials": nothing, "schema": nothing, "demo": nothing, "mockapi": nothing, "version": nothing,
}

// completeArguments gives the commands their completions.
func completeArguments(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.ValidArgsFunction == nil {
			c.ValidArgsFunction = argumentsOf[c.Name()]
		}
	}
}

// completer is cobra's: it gets the arguments before the one that is typed.
type completer = cobra.CompletionFunc

// oneOf offers the words of an enumeration.
func oneOf(words ...string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// commits offers the branches and tags of the repository here.
func commits(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return revision.Names(c.Context(), "."), cobra.ShellCompDirectiveNoFileComp
}

// inTurn completes each argument by its own; what follows the last one is nothing.
func inTurn(each ...completer) completer {
	return func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(each) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return each[len(args)](c, args, begun)
	}
}

// specFiles offers the specs of the project, and where there are none that begin so the
// files that can be specs.
func specFiles(c *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if p, err := projectOf(c.Context()); err == nil && p.Exists() {
		names, _ := p.Specs()
		names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, begun) })
		if len(names) > 0 {
			return names, cobra.ShellCompDirectiveNoFileComp
		}
	}
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}

// builtStacks offers the stacks of the project, or below stacks/, and folders for others.
func builtStacks(c *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if strings.ContainsAny(begun, `/\`) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	var names []string
	if stacks, err := stacksOf(c.Context(), ""); err == nil {
		names, _ = folder.StacksIn(stacks) // no folder, no stacks
	}
	if len(names) == 0 {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// furtherStacks offers those that are not named yet.
func furtherStacks(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	names, directive := builtStacks(c, args, begun)
	left := slices.DeleteFunc(names, func(name string) bool { return slices.Contains(args, name) })
	return left, directive
}

// stackOrSpec offers specs to --local, and stacks else.
func (f *probeFlags) stackOrSpec(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if f.local {
		return specFiles(c, args, begun)
	}
	return builtStacks(c, args, begun)
}

// methodsOfSpec offers the methods that the spec before it takes.
func methodsOfSpec(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if p := planOfFirst(args); p != nil {
		return p.OrchestratorConfig().Methods, cobra.ShellCompDirectiveNoFileComp
	}
	return anyMethod(nil, nil, "")
}

// triggersOfSpec offers the schedules and events of the spec before it.
func triggersOfSpec(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if p := planOfFirst(args); p != nil {
		return p.TriggerNames(), cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// planOfFirst is the plan of the spec that is the first argument; nil where there is none.
func planOfFirst(args []string) *plan.Plan {
	if len(args) == 0 {
		return nil
	}
	text, err := os.ReadFile(args[0])
	if err != nil || len(text) > spec.MaxSize {
		return nil
	}
	if s, _ := stack.LoadWith(sourceOf(args[0], text), nil); s != nil {
		return s.Plan
	}
	return nil
}

func anyMethod(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}, cobra.ShellCompDirectiveNoFileComp
}

// nothing is offered for a PATH: files would be wrong.
func nothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// completeMockAPI offers the words of mockapi's enumerations.
func completeMockAPI(c *cobra.Command) {
	for name, words := range mockapi.Choices() {
		_ = c.RegisterFlagCompletionFunc(name, oneOf(words...)) // mockapi has each of them
	}
}

// askedFor is how long a shell waits for AWS before it offers nothing.
const askedFor = 3 * time.Second

// executions offers the latest ones of the stack before it.
func (f *traceFlags) executions(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(c.Context(), askedFor)
	defer cancel()
	arg, err := f.aws.env.stack(c.Context(), args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	source, err := f.open(ctx, io.Discard, arg)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	list, err := source.Latest(ctx, f.want)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, e := range list.Executions {
		names = append(names, e.Name+"\t"+string(e.Timeline.Status))
	}
	return slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, begun) }), cobra.ShellCompDirectiveNoFileComp
}
