package spec

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// comment is what stands from a # to the end of its line, where YAML reads it as a
// comment.
type comment struct {
	at    Position // of the #
	text  string   // the # included
	alone bool     // the line holds nothing else
}

// Marks are characters for private use that no font knows and YAML takes (planes 15
// and 16 of Unicode); those that the source holds itself are left out.
const (
	firstMark = '\U000F0000'
	lastMark  = '\U0010FFFD'
)

// commentsOn gives the comments on the lines that are wanted.
//
// The comments that the YAML library hands out lose their place, and some are
// missing. So it is asked in another way: a mark is put behind each # of those lines,
// and where it does not come back within a value or key, the # begins a comment, or is
// part of one. Like this, quotes and blocks of text are understood as the spec itself
// is.
func (s *source) commentsOn(wanted func(line string) bool) []comment {
	marked, marks := s.markHashes(wanted)
	if len(marks) == 0 {
		return nil
	}
	inText, ok := marksInText(strings.Join(marked, "\n"))
	if !ok {
		return nil
	}
	var comments []comment
	commented := 0 // the last line with a comment
	for _, m := range marks {
		if !inText[m.char] && m.line != commented {
			comments = append(comments, s.commentAt(m.line, m.hash))
			commented = m.line
		}
	}
	return comments
}

func (s *source) commentAt(line, hash int) comment {
	before, text := s.line(line)[:hash], s.line(line)[hash:]
	at := Position{Line: line, Column: utf8.RuneCountInString(before) + 1}
	return comment{at: at, text: text, alone: strings.TrimSpace(before) == ""}
}

// mark is a character that was put behind a #.
type mark struct {
	char rune
	line int
	hash int // the byte of the line
}

// markHashes gives the lines of the source, with a mark behind each # of those that are
// wanted.
func (s *source) markHashes(wanted func(line string) bool) (marked []string, marks []mark) {
	next := s.freeMarks()
	for i, line := range s.lines {
		if !strings.Contains(line, "#") || !wanted(line) {
			marked = append(marked, line)
			continue
		}
		var out strings.Builder
		for at, char := range line {
			out.WriteRune(char)
			if char != '#' {
				continue
			}
			if free, ok := next(); ok {
				out.WriteRune(free)
				marks = append(marks, mark{char: free, line: i + 1, hash: at})
			}
		}
		marked = append(marked, out.String())
	}
	return marked, marks
}

// freeMarks gives one mark after the other, until there are none left.
func (s *source) freeMarks() func() (rune, bool) {
	taken := map[rune]bool{}
	for _, line := range s.lines {
		for _, char := range line {
			if char >= firstMark {
				taken[char] = true
			}
		}
	}
	next := firstMark
	return func() (rune, bool) {
		for taken[next] || next&0xfffe == 0xfffe { // no characters: Unicode 23.7
			next++
		}
		next++
		return next - 1, next-1 <= lastMark
	}
}

// marksInText are the marks that a document holds in its values and keys.
func marksInText(text string) (found map[rune]bool, ok bool) {
	var document yaml.Node
	if err := yaml.NewDecoder(strings.NewReader(text)).Decode(&document); err != nil {
		return nil, false
	}
	found = map[rune]bool{}
	collectMarks(&document, found)
	return found, true
}

func collectMarks(y *yaml.Node, found map[rune]bool) {
	for _, char := range y.Value {
		if char >= firstMark {
			found[char] = true
		}
	}
	for _, inner := range y.Content {
		collectMarks(inner, found)
	}
}
