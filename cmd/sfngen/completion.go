package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/spec"
)

// What a shell offers for the arguments and flags of a command. Nothing here fails: a
// completion that is not known is none.

// argumentsOf says what the arguments of each command are. init names what is not there
// yet, and probe's own function knows which of its two arguments is meant.
var argumentsOf = map[string]completer{
	"validate": specFiles, "build": specFiles, "diff": specFiles,
	"plan": inTurn(specFiles), "graph": inTurn(specFiles), "dev": inTurn(specFiles),
	"run":     inTurn(specFiles, methodsOfSpec, nothing),
	"package": inTurn(builtStacks), "deploy": inTurn(builtStacks), "status": inTurn(builtStacks), "destroy": inTurn(builtStacks),
	"invoke": inTurn(builtStacks, anyMethod, nothing), "explain": inTurn(ruleNames),
	"init": nothing, "schema": nothing, "demo": nothing, "mockapi": nothing, "version": nothing,
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

// inTurn completes each argument by its own; what follows the last one is nothing.
func inTurn(each ...completer) completer {
	return func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(each) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return each[len(args)](c, args, begun)
	}
}

// specFiles offers the files that can be specs.
func specFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}

// builtStacks offers the stacks below stacks/, and folders for others.
func builtStacks(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if strings.ContainsAny(begun, `/\`) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	var names []string
	entries, _ := os.ReadDir(folder.DefaultDir) // no folder, no stacks
	for _, entry := range entries {
		if manifest.In(filepath.Join(folder.DefaultDir, entry.Name())) {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return names, cobra.ShellCompDirectiveNoFileComp
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
	if text, err := os.ReadFile(args[0]); err == nil && len(text) <= spec.MaxSize {
		if s, _ := stack.Load(args[0], text); s != nil {
			return s.Plan.OrchestratorConfig().Methods, cobra.ShellCompDirectiveNoFileComp
		}
	}
	return anyMethod(nil, nil, "")
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
	arg, err := f.aws.env.stack(args[0])
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
