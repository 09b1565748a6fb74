package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/term/printable"
)

func packageCommand() *cobra.Command {
	var flags packageFlags
	c := &cobra.Command{
		Use:   "package STACK",
		Short: "Compile a stack's Lambdas into the zips that AWS runs",
		Long: `Compile a stack's Lambdas into the zips that AWS runs: dist/egress.zip and
dist/orchestrator.zip. deploy does all of this too.

` + stackIsFolder + `

The same files give the same bytes on every machine that has the same versions
of Go and sfngen. A zip that would not change is not written. It needs only the
go command, and the stack's modules: from Go's cache, or from the network.`,
		Example: `  sfngen package acme-orders
  sfngen package infra/stacks/acme-orders --out build
  sfngen package acme-orders --json | jq -r '.[].key'`,
		Args: exactlyOne("STACK"),
		RunE: func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) },
	}
	flags.env.addOne(c)
	c.Flags().FuncP("out", "o", "the `folder` for the zips; else dist in the stack's folder", given(&flags.out))
	addQuiet(c, &flags.quiet, "no lines about what is compiled")
	flags.format.add(c, "the list of zips; in JSON: Lambda, file, key in the bucket, hash, size, whether it is new", formatText, formatJSON)
	return c
}

type packageFlags struct {
	env    envFlag
	out    string
	format format
	quiet  bool
}

func (f *packageFlags) run(c *cobra.Command, name string) error {
	name, err := f.env.stack(c.Context(), name)
	if err != nil {
		return err
	}
	built, err := openFolder(c.Context(), name)
	if err != nil {
		return err
	}
	artifacts, err := pack.Stack(c.Context(), pack.Options{
		Dir: built.Dir, Architecture: built.Summary.Architecture, Out: f.out,
		Progress: f.progress(c.ErrOrStderr()),
	})
	if err != nil {
		return err
	}
	if f.format.isJSON() {
		return writeArtifactsJSON(c.OutOrStdout(), built.Name, artifacts)
	}
	return writeArtifacts(c.OutOrStdout(), artifacts)
}

// progress prints what is being done, unless --quiet; what it notes is always printed.
func (f *packageFlags) progress(stderr io.Writer) func(string) {
	return func(line string) {
		if !f.quiet || strings.HasPrefix(line, "note: ") {
			fmt.Fprintln(stderr, line)
		}
	}
}

// writeArtifacts has one line for each zip. The hash is as long as in its key.
func writeArtifacts(w io.Writer, list []pack.Artifact) error {
	var text strings.Builder
	for _, a := range list {
		state := "unchanged"
		if a.Changed {
			state = "new"
		}
		fmt.Fprintf(&text, "%s  %.1f MB  sha256 %.16s  %s\n", printable.Line(a.File), float64(a.Size)/1e6, a.SHA256, state)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func writeArtifactsJSON(w io.Writer, name string, list []pack.Artifact) error {
	type artifact struct {
		Lambda  string `json:"lambda"`
		File    string `json:"file"`
		Key     string `json:"key"`
		SHA256  string `json:"sha256"`
		Size    int64  `json:"size"`
		Changed bool   `json:"changed"`
	}
	all := make([]artifact, len(list))
	for i, a := range list {
		all[i] = artifact{a.Lambda, a.File, a.Key(name), a.SHA256, a.Size, a.Changed}
	}
	return printRecord(w, all)
}
