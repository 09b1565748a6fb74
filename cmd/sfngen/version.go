package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/release"
)

func versionCommand() *cobra.Command {
	var format format
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version of sfngen, its commit, and the Go that built it",
		Long: `Print the version of sfngen, its commit, and the Go that built it.

The version is the release, or what it comes after: v0.4.1-0.TIME-COMMIT is a
build of a commit after v0.4.0. Files that were changed since the commit are said
as +dirty. --format json also has the release that a stack's manifest states, and
the versions of the layout and the contract that this sfngen writes.`,
		Example: `  sfngen version
  sfngen version --format json`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			if format.isJSON() {
				return printRecord(c.OutOrStdout(), versionRecord(release.Current()))
			}
			return printVersion(c.OutOrStdout())
		},
	}
	format.add(c, "what is printed", formatText, formatJSON)
	return c
}

func printVersion(out io.Writer) error {
	_, err := fmt.Fprintln(out, "sfngen", version())
	return err
}

// version is one line: the version, what is known of its commit, and what built it.
func version() string {
	b := release.Current()
	text := b.Version
	switch {
	case b.Commit != "" && b.Date != "":
		text += fmt.Sprintf(" (%.12s, %s)", b.Commit, b.Date)
	case b.Commit != "":
		text += fmt.Sprintf(" (%.12s)", b.Commit)
	}
	return fmt.Sprintf("%s %s %s", text, b.Go, b.Platform)
}

type versionJSON struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Date     string `json:"date,omitempty"`     // of the commit, RFC 3339
	Modified *bool  `json:"modified,omitempty"` // since the commit; absent where that is not known
	Go       string `json:"go"`
	Platform string `json:"platform"`
	// Of what it writes: see manifest.Version.
	Release  string `json:"release,omitempty"`
	Layout   int    `json:"layout"`
	Contract int    `json:"contract"`
}

func versionRecord(b release.Build) versionJSON {
	own := manifest.Own()
	r := versionJSON{Version: b.Version, Commit: b.Commit, Date: b.Date, Go: b.Go, Platform: b.Platform,
		Release: own.Release, Layout: own.Layout, Contract: own.Contract}
	if b.Commit != "" || b.Release() != "" { // else it was built without VCS information
		r.Modified = &b.Modified
	}
	return r
}
