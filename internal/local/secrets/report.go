package secrets

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// Check finds what would fail at the first call: all that cannot be used, and all that is
// missing, with the ways to give it.
func (v *Values) Check() error {
	missing, wrong := v.Problems()
	if len(missing) > 0 {
		wrong = append(wrong, fmt.Errorf("the API wants to see %s that %s here, so nothing was sent\n%s", count.Of(len(missing), "credential"),
			count.Verb(len(missing), "is not", "are not"), strings.Join(missing, "\n")))
	}
	return errors.Join(wrong...)
}

// Problems are the ways to give each that is missing, and what is wrong with others.
func (v *Values) Problems() (missing []string, wrong []error) {
	for _, g := range v.Given() {
		switch {
		case g.Err == nil:
		case errors.As(g.Err, new(Missing)):
			missing = append(missing, v.ways(g))
		case !slices.ContainsFunc(wrong, func(err error) bool { return err.Error() == g.Err.Error() }):
			wrong = append(wrong, g.Err)
		}
	}
	return missing, wrong
}

// ways are the ways to give a value, with its names.
func (v *Values) ways(g Given) string {
	text := "  " + g.Need.String()
	if g.Key != "" {
		text += ", key " + g.Key
	}
	text += fmt.Sprintf(", for %s: give it by one of\n    --credential %s=env:VARIABLE, or =file:PATH\n", count.And(g.Uses()...), g.Name)
	variable := Variable(g.Name)
	if v.shared[variable] {
		return text + v.inFile(g.Name)
	}
	return text + "    " + variable + " in the environment\n" + v.inFile(variable)
}

func (v *Values) inFile(name string) string {
	if v.sources.File == "" {
		return "    a file " + FileName + " beside the spec"
	}
	return "    " + name + "=… in " + v.sources.File
}

// UnusedFlags are those of --credential that the stack does not read, each with what was
// probably meant.
func (v *Values) UnusedFlags() []string {
	var notes []string
	for _, f := range v.sources.Flags {
		if slices.Contains(v.known(), f.Name) {
			continue
		}
		note := "--credential " + f.Name + " is not used: the spec names no such secret or parameter"
		if near := spec.Near(f.Name, v.known()); near != "" {
			note += "; did you mean " + near + "?"
		}
		notes = append(notes, note)
	}
	return notes
}

// UnusedLines are the values in the file that the stack does not read, as the file may
// have them for other specs: FILE:LINE, and the variable's name. Another name may be a
// value that stands where the name should.
func (v *Values) UnusedLines() []string {
	lines, _ := v.sources.readLines() // Given has its error
	var unused []string
	for _, l := range lines {
		if slices.ContainsFunc(v.known(), func(name string) bool { return l.name == name || l.name == Variable(name) }) {
			continue
		}
		where := fmt.Sprintf("%s:%d", v.sources.File, l.number)
		if strings.HasPrefix(l.name, variablePrefix) {
			where += " " + l.name
		}
		unused = append(unused, where)
	}
	return unused
}

// TwicePrefixed are the values that begin with what the spec puts before them, so that
// the API would get it twice: "Bearer Bearer …".
func (v *Values) TwicePrefixed() []string {
	var notes []string
	for _, g := range v.Given() {
		for _, u := range g.Need.Uses {
			if g.Err != nil || g.Key != "" && u.Key != g.Key || !g.beginsWith(u) {
				continue
			}
			note := fmt.Sprintf("%s: the value begins with %q, and the spec has it as prefix: the API gets it twice in %s; "+
				"take it out of one of them", g.From, u.Prefix, u.For)
			if !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	return notes
}

// beginsWith reports whether the value of a use has its prefix already.
func (g Given) beginsWith(u Use) bool {
	text := g.value
	if g.Key == "" && u.Key != "" {
		text, _ = member(g.value, u.Key, g.From) // a value without an error has it
	}
	n := len(u.Prefix)
	return n > 0 && len(text) > n && strings.EqualFold(text[:n], u.Prefix)
}

// IsOpen reports whether other users of this machine may read the file. On Windows the
// mode of a file does not say it.
func (s Sources) IsOpen() bool {
	info, err := os.Stat(s.File)
	return err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}
