package spec

import (
	"regexp"
	"strconv"
	"strings"
)

// File is a spec that was read: its values, and where each of them stands.
type File struct {
	Name string // as the caller named it, for findings
	Spec Spec

	lines     []string
	widths    []int               // of the lines, in characters
	positions map[string]Position // of every leaf and container, by path
	root      *node
	findings  []Finding // while it is being read
	// broken are the paths of values that no other rule may use (true), and of
	// the values that those stand in (false).
	broken map[string]bool
}

// Position returns where the field at path is written, as in
// "retry.maxAttempts", "triggers.schedules[0].name" or, for a key with other
// characters than letters, digits, "-" and "_", `tags["cost.center"]`.
//
// A plain value stands where it begins, a mapping or list at its key, or where
// it begins if it is an item of a list. For a field that the spec leaves out it
// is the place of the nearest parent that is written.
func (f *File) Position(path string) Position {
	for {
		if at, ok := f.positions[path]; ok {
			return at
		}
		parent := parentPath(path)
		if parent == path {
			return Position{Line: 1, Column: 1}
		}
		path = parent
	}
}

// Has reports whether the spec itself writes the field at path.
func (f *File) Has(path string) bool {
	_, ok := f.positions[path]
	return ok
}

// finding makes a finding about the field at path.
func (f *File) finding(severity Severity, rule, path, message, hint string) Finding {
	at := f.Position(path)
	return Finding{
		File: f.Name, Position: at, Severity: severity, Path: path,
		Message: message, Hint: hint, Rule: rule, Source: f.line(at.Line),
	}
}

// Error makes a finding that stops the build, about the field at path.
func (f *File) Error(rule, path, message, hint string) Finding {
	return f.finding(Error, rule, path, message, hint)
}

// Warning makes a finding that stops the build only with --strict.
func (f *File) Warning(rule, path, message, hint string) Finding {
	return f.finding(Warning, rule, path, message, hint)
}

// line returns a line of the source by its number from 1, "" outside.
func (f *File) line(number int) string {
	if number < 1 || number > len(f.lines) {
		return ""
	}
	return f.lines[number-1]
}

// reject adds an error about a value at a place of its own, and keeps every
// later rule off the value.
func (f *File) reject(rule, path string, at Position, message, hint string) {
	f.findings = append(f.findings, Finding{
		File: f.Name, Position: at, Severity: Error, Path: path,
		Message: message, Hint: hint, Rule: rule, Source: f.line(at.Line),
	})
	f.distrust(path)
}

// distrust keeps the rules between fields off the value at path.
func (f *File) distrust(path string) {
	if path == "" {
		return
	}
	f.broken[path] = true
	for parent := parentPath(path); parent != ""; parent = parentPath(parent) {
		if _, known := f.broken[parent]; !known {
			f.broken[parent] = false
		}
	}
}

// sound reports whether a rule may use the value at path: neither it, nor what
// it stands in, nor anything in it broke a rule.
func (f *File) sound(path string) bool {
	if _, known := f.broken[path]; known {
		return false
	}
	for parent := parentPath(path); parent != ""; parent = parentPath(parent) {
		if f.broken[parent] {
			return false
		}
	}
	return true
}

func parentPath(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// keyPath is the path of a key of the mapping at path.
func keyPath(path, key string) string {
	switch {
	case !plainKey.MatchString(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// itemPath is the path of an item of the list at path.
func itemPath(path string, index int) string {
	return path + "[" + strconv.Itoa(index) + "]"
}
