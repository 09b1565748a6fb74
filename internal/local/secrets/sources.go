package secrets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Sources are where values come from, the first that has one: flags, the environment, a
// file. The zero value has none.
type Sources struct {
	Flags []Flag
	// LookupEnv reads a variable of this process (os.LookupEnv); nil: there are none.
	LookupEnv func(name string) (string, bool)
	// File is a file of NAME=VALUE lines; it need not exist. "": there is none. A NAME is
	// that of --credential, or of the variable.
	File string
}

func (s Sources) lookup(variable string) (string, bool) {
	if s.LookupEnv == nil {
		return "", false
	}
	return s.LookupEnv(variable)
}

// reading reads each source at most once, so that what it gives belongs together.
type reading struct {
	Sources
	files map[string]fileText // by path
	lines func() ([]line, error)
}

type fileText struct {
	text string
	err  error
}

func (s Sources) read() *reading {
	return &reading{Sources: s, files: map[string]fileText{}, lines: sync.OnceValues(s.readLines)}
}

// readLines are those of the file; none if there is no file.
func (s Sources) readLines() ([]line, error) {
	if s.File == "" {
		return nil, nil
	}
	text, err := readText(s.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lines, err := parseFile(text)
	if err != nil {
		err = fmt.Errorf("%s, %w", s.File, err)
	}
	return lines, err
}

// found is a value, and where it is from. It is nothing that may be printed.
type found struct {
	value, from string
	rank        rank
}

// rank is the place of a source: the lowest that has a value wins.
type rank int

const (
	byFlag rank = iota
	byVariable
	byFile
	byNone
)

// lookupName finds the value of a name in one source after the other; the error is
// Missing if none has it. shared: other names have the same variable, so it says nothing.
func (r *reading) lookupName(name string, shared bool) (found, error) {
	if i := slices.IndexFunc(r.Flags, func(f Flag) bool { return f.Name == name }); i >= 0 {
		return r.ofFlag(r.Flags[i])
	}
	variable := Variable(name)
	if value, ok := r.lookup(variable); ok && !shared {
		from := "the variable " + variable
		return found{value, from, byVariable}, checkValue(value, from)
	}
	lines, err := r.lines()
	if err != nil {
		return found{rank: byFile}, err
	}
	for _, l := range lines {
		if l.name == name || l.name == variable && !shared {
			from := fmt.Sprintf("%s:%d", r.File, l.number)
			return found{l.value, from, byFile}, checkValue(l.value, from)
		}
	}
	return found{rank: byNone}, Missing{name}
}

// has reports whether a variable is set, here or in the file.
func (r *reading) has(variable string) bool {
	_, ok := r.lookup(variable)
	lines, _ := r.lines() // its error was seen before
	return ok || slices.ContainsFunc(lines, func(l line) bool { return l.name == variable })
}

func (r *reading) ofFlag(f Flag) (found, error) {
	value, err := r.given(f)
	if err == nil {
		err = checkValue(value, f.String())
	} else {
		err = fmt.Errorf("%s: %w", f, err)
	}
	return found{value, f.String(), byFlag}, err
}

// given reads what a flag names.
func (r *reading) given(f Flag) (string, error) {
	if f.Path == "" {
		value, ok := r.lookup(f.Variable)
		if !ok {
			return "", errors.New("there is no variable of that name")
		}
		return value, nil
	}
	read, ok := r.files[f.Path]
	if !ok {
		read.text, read.err = readText(f.Path)
		r.files[f.Path] = read
	}
	return withoutLineEnd(read.text), read.err
}

// withoutLineEnd takes the one off that editors and echo put at the end of a file.
func withoutLineEnd(text string) string {
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
}

func checkValue(value, from string) error {
	if strings.TrimSpace(value) == "" {
		return fmt.Errorf("%s: %w", from, errEmpty)
	}
	if len(value) < leastValue {
		return fmt.Errorf("%s: %w", from, errShort)
	}
	if !utf8.ValidString(value) {
		return fmt.Errorf("%s: the value is no text (UTF-8): what an API wants to see in a header or a query is text", from)
	}
	return nil
}

// readText reads what can be a value: a file that has become huge is none.
func readText(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostRead+1))
	if err == nil && len(text) > mostRead {
		err = fmt.Errorf("%s has over %d KiB, and no secret has", path, mostRead>>10)
	}
	return string(text), err
}
