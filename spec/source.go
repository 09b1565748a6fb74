package spec

import (
	"strings"
	"unicode/utf8"
)

// source is the text of a spec, under the name that findings give it.
type source struct {
	name   string
	lines  []string
	widths []int // of the lines, in characters
}

// line returns a line of the source by its number from 1, "" outside.
func (s *source) line(number int) string {
	if number < 1 || number > len(s.lines) {
		return ""
	}
	return s.lines[number-1]
}

// clamp keeps a position of the YAML library inside the source: it puts the end
// of an empty value one past the last line.
func (s *source) clamp(line, column int) Position {
	line = min(max(line, 1), len(s.lines))
	return Position{Line: line, Column: min(max(column, 1), s.widths[line-1]+1)}
}

// find is the first place of a text in the source.
func (s *source) find(text string) Position {
	for i, line := range s.lines {
		if before, _, ok := strings.Cut(line, text); ok {
			return Position{Line: i + 1, Column: utf8.RuneCountInString(before) + 1}
		}
	}
	return Position{Line: 1, Column: 1}
}

// finding makes a finding about a place in the source.
func (s *source) finding(severity Severity, rule, path string, at Position, message, hint string) Finding {
	return Finding{
		File: s.name, Position: at, Severity: severity, Path: path,
		Message: message, Hint: hint, Rule: rule, Source: s.line(at.Line),
	}
}

// warn makes a warning about a place in the source that is no field.
func (s *source) warn(rule string, at Position, message, hint string) Finding {
	return s.finding(Warning, rule, "", at, message, hint)
}
