package main

import (
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/width"
)

// showStat prints how many lines of each file come and go, and the sum.
func showStat(out io.Writer, all []difference, left leftovers) error {
	paint := screen.Painter(out)
	var text strings.Builder
	files, added, removed := 0, 0, 0
	for _, d := range all {
		for _, s := range statsOf(d) {
			files, added, removed = files+1, added+s.added, removed+s.removed
			fmt.Fprintf(&text, "%s %s  %s %s\n", s.kind, width.Pad(printable.Line(s.path), longestPath(all)), paint.Paint(color.Green,
				fmt.Sprintf("+%d", s.added)), paint.Paint(color.Red, fmt.Sprintf("-%d", s.removed)))
		}
		for _, foreign := range d.Foreign {
			fmt.Fprintf(&text, "foreign %s\n", printable.Line(path.Join(d.Dir, foreign)))
		}
	}
	for _, l := range left.all() {
		fmt.Fprintf(&text, "without a spec %s\n", printable.Line(l.Dir))
	}
	for _, r := range runtimesIn(all) {
		fmt.Fprintf(&text, "%s\n", printable.Line(runtimeStat(r)))
	}
	for _, u := range left.runtimes {
		fmt.Fprintf(&text, "runtime %s: goes, no stack uses it any more\n", printable.Line(u.Dir))
	}
	fmt.Fprintf(&text, "%s %s in %s: +%d -%d\n", count.Of(files, "file"), count.Verb(files, "differs", "differ"), count.Of(len(all), "stack"),
		added, removed)
	_, err := io.WriteString(out, text.String())
	return err
}

// fileStat is what changes in one file.
type fileStat struct {
	kind           folder.ChangeKind
	path           string
	added, removed int
}

func statsOf(d difference) []fileStat {
	var list []fileStat
	for _, c := range d.Own() {
		list = append(list, statOf(d.Dir, c))
	}
	return list
}

func statOf(dir string, c folder.Change) fileStat {
	s := fileStat{kind: c.Kind, path: path.Join(dir, c.Path)}
	s.added, s.removed = c.Lines()
	return s
}

func longestPath(all []difference) (columns int) {
	for _, d := range all {
		for _, c := range d.Own() {
			columns = max(columns, width.Of(printable.Line(path.Join(d.Dir, c.Path))))
		}
	}
	return columns
}
