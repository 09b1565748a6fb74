package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/presets"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/table"
	"github.com/sfngen/sfngen/spec"
)

func presetNamed(name string) (presets.Preset, error) {
	p, ok := presets.Named(name)
	if ok {
		return p, nil
	}
	var names []string
	for _, p := range presets.All() {
		names = append(names, p.Name)
		if strings.HasPrefix(p.Name, name+"-") {
			return p, fmt.Errorf("--preset: there is no %q; did you mean %s? All: sfngen init --list", name, p.Name)
		}
	}
	if near := spec.Near(name, names); near != "" {
		return p, fmt.Errorf("--preset: there is no %q; did you mean %s? All: sfngen init --list", name, near)
	}
	return p, fmt.Errorf("--preset: there is no %q; list them with: sfngen init --list", name)
}

// listPresets prints what there is, with the limits of each and what is known of pools.
func listPresets(c *cobra.Command) error {
	t := table.Table{Head: []string{"PRESET", "API", "LIMITS", "POOL"}}
	for _, p := range presets.All() {
		t.Rows = append(t.Rows, []string{p.Name, p.Title, presetLimits(p), string(p.Pool)})
	}
	out := c.OutOrStdout()
	if _, err := io.WriteString(out, t.Text(screen.Columns(out), screen.Painter(out))); err != nil {
		return err
	}
	_, err := fmt.Fprint(c.ErrOrStderr(), "pool: what the vendor's rules say of calls from many addresses. ok?: nothing against it was read; "+
		"no: they are against the rules; unclear: not said; moot: counted per key or account, more addresses gain nothing\n")
	return err
}

// presetLimits are in words; a preset has no findings.
func presetLimits(p presets.Preset) string {
	file, _ := spec.Parse(p.Name+".yaml", []byte(p.Spec(p.Name)))
	var all []string
	for _, l := range file.Spec().Upstream.Limits {
		all = append(all, l.String())
	}
	if len(all) == 0 {
		return "see the spec's comments"
	}
	return strings.Join(all, "; ")
}

func completePresets(c *cobra.Command) {
	_ = c.RegisterFlagCompletionFunc("preset", func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, p := range presets.All() {
			names = append(names, p.Name+"\t"+p.Title)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}) // init has the flag
}
