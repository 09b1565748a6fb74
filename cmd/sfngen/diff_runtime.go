package main

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// runtimesIn are the differences of the runtimes that the stacks share, each once.
func runtimesIn(all []difference) []folder.RuntimeDifference {
	var list []folder.RuntimeDifference
	for _, d := range all {
		r := d.Runtime
		known := slices.ContainsFunc(list, func(k folder.RuntimeDifference) bool { return k.Dir == r.Dir && k.From == r.From })
		if r.Dir != "" && !known && (r.From != "" || !r.None()) {
			list = append(list, r)
		}
	}
	return list
}

// showRuntimes says in a line for each runtime what becomes of it, and shows what was
// changed in one by hand.
func showRuntimes(out io.Writer, list []folder.RuntimeDifference, unused []folder.Unused) error {
	var text strings.Builder
	for _, r := range list {
		text.WriteString(printable.Line(runtimeLine(r)) + "\n")
		text.WriteString(foreignLines(r.Dir, r.Foreign))
	}
	for _, u := range unused {
		fmt.Fprintf(&text, "runtime: %s goes, no stack uses it any more\n", printable.Line(u.Dir))
	}
	if _, err := io.WriteString(out, text.String()); err != nil {
		return err
	}
	for _, r := range list {
		updates := slices.DeleteFunc(slices.Clone(r.Changes), func(c folder.Change) bool { return c.Kind == folder.Create })
		if err := writeDiff(out, r.Dir, updates); err != nil {
			return err
		}
	}
	return nil
}

// noteUnused says beside a summary, which is about stacks, what else build does.
func noteUnused(stderr io.Writer, unused []folder.Unused) {
	for _, u := range unused {
		fmt.Fprintf(stderr, "sfngen: note: build removes %s, no stack uses it any more\n", printable.Line(u.Dir))
	}
}

// runtimeLine says what build does about a runtime.
func runtimeLine(r folder.RuntimeDifference) string {
	total := len(stack.Runtime().Files)
	switch {
	case r.Unknown:
		return fmt.Sprintf("runtime: %s in place of %s, which is not there to compare with", r.Dir, r.From)
	case r.From != "" && len(r.Code) == 0:
		return fmt.Sprintf("runtime: %s in place of %s, no file differs", r.Dir, r.From)
	case r.From != "":
		return fmt.Sprintf("runtime: %s in place of %s, %s %s: %s", r.Dir, r.From, count.Of(len(r.Code), "file"),
			count.Verb(len(r.Code), "differs", "differ"), few(r.Code))
	case r.Missing:
		return fmt.Sprintf("runtime: %s is not there, build writes it (%s); commit it with the stacks", r.Dir, count.Of(total, "file"))
	case len(r.Changes) > 0:
		return fmt.Sprintf("runtime: %s is not as sfngen wrote it, %s %s: %s", r.Dir, count.Of(len(r.Changes), "file"),
			count.Verb(len(r.Changes), "differs", "differ"), few(r.Changes))
	}
	return "runtime: " + r.Dir + " has files that are not sfngen's"
}

// few names the first changes.
func few(changes []folder.Change) string {
	var names []string
	for _, c := range changes {
		names = append(names, c.Path)
	}
	if n := len(names); n > 5 {
		names = append(names[:5:5], fmt.Sprintf("and %d more", n-5))
	}
	return strings.Join(names, ", ")
}

// runtimeStat is the line of --stat for a runtime: what changes in its code.
func runtimeStat(r folder.RuntimeDifference) string {
	files, added, removed := len(r.Code), 0, 0
	for _, c := range r.Code {
		s := statOf(r.Dir, c)
		added, removed = added+s.added, removed+s.removed
	}
	name := path.Clean(filepath.ToSlash(r.Dir))
	switch {
	case r.From == "" && r.Missing:
		return fmt.Sprintf("runtime %s: new, %s", name, count.Of(len(stack.Runtime().Files), "file"))
	case r.Unknown:
		return fmt.Sprintf("runtime %s: new, %s; %s, which it replaces, is not there to compare with", name,
			count.Of(len(stack.Runtime().Files), "file"), r.From)
	}
	return fmt.Sprintf("runtime %s: %s %s, +%d -%d", name, count.Of(files, "file"), count.Verb(files, "differs", "differ"), added, removed)
}
