package secrets

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Flag is what --credential says: where the value of a name is.
type Flag struct {
	Name           string
	Variable, Path string // one of them
}

var (
	errLiteral = errors.New("a value may not stand on the command line, where the shell's history keeps it and everybody on this machine " +
		"sees it: write NAME=env:VARIABLE or NAME=file:PATH")
	errNothing = errors.New("names no variable or file: write NAME=env:VARIABLE or NAME=file:PATH")
)

// ParseFlag reads NAME=env:VARIABLE or NAME=file:PATH. Its errors repeat nothing of the
// text: it may be a value.
func ParseFlag(text string) (Flag, error) {
	at, form := -1, ""
	for _, each := range []string{"=env:", "=file:"} { // a name may have = in it, and so may a path
		if i := strings.Index(text, each); i >= 0 && (at < 0 || i < at) {
			at, form = i, each
		}
	}
	if at <= 0 {
		return Flag{}, errLiteral
	}
	name, where := text[:at], text[at+len(form):]
	switch {
	case where == "":
		return Flag{}, errNothing
	case form == "=env:":
		return Flag{Name: name, Variable: where}, nil
	}
	return Flag{Name: name, Path: where}, nil
}

// ParseFlags reads several; each name once.
func ParseFlags(texts []string) ([]Flag, error) {
	var all []Flag
	for i, text := range texts {
		f, err := ParseFlag(text)
		switch {
		case err != nil && len(texts) > 1:
			return nil, fmt.Errorf("--credential, the %d. of them: %w", i+1, err)
		case err != nil:
			return nil, fmt.Errorf("--credential: %w", err)
		case slices.ContainsFunc(all, func(g Flag) bool { return g.Name == f.Name }):
			return nil, fmt.Errorf("--credential %s is given twice: leave one of them out", f.Name)
		}
		all = append(all, f)
	}
	return all, nil
}

// String is the flag as it is written. What hardly is the name of a variable may be a
// value that somebody took for one.
func (f Flag) String() string {
	switch {
	case f.Path != "":
		return "--credential " + f.Name + "=file:" + f.Path
	case variableName.MatchString(f.Variable):
		return "--credential " + f.Name + "=env:" + f.Variable
	}
	return "--credential " + f.Name + "=env:…"
}

var variableName = lazyregexp.New(`^[A-Z_][A-Z0-9_]*$`)
