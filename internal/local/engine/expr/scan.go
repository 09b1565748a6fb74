package expr

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// scanner reads one expression from front to back.
type scanner struct {
	text      string
	pos       int
	calls     int             // intrinsic functions so far
	variables map[string]bool // names read so far
}

// scannerOf refuses a text that is not UTF-8: no JSON holds one.
func scannerOf(text string) (*scanner, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("not UTF-8")
	}
	return &scanner{text: text}, nil
}

func (s *scanner) rest() string { return s.text[s.pos:] }

func (s *scanner) atEnd() bool { return s.pos == len(s.text) }

// peek is the byte that comes next; 0 at the end.
func (s *scanner) peek() byte {
	if s.atEnd() {
		return 0
	}
	return s.text[s.pos]
}

func (s *scanner) skip(token string) bool {
	if !strings.HasPrefix(s.rest(), token) {
		return false
	}
	s.pos += len(token)
	return true
}

// while skips the characters for which in is true, and returns them.
func (s *scanner) while(in func(rune) bool) string {
	start := s.pos
	for _, r := range s.rest() {
		if !in(r) {
			break
		}
		s.pos += utf8.RuneLen(r)
	}
	return s.text[start:s.pos]
}

func (s *scanner) end() error {
	if s.atEnd() {
		return nil
	}
	return s.unexpected("the end")
}

func (s *scanner) unexpected(want string) error {
	found := "the end"
	if r, width := utf8.DecodeRuneInString(s.rest()); width > 0 {
		found = fmt.Sprintf("%q", r)
	}
	return fmt.Errorf("offset %d: found %s, expected %s", s.pos, found, want)
}

// refused is what JSONPath or AWS knows and this engine doesn't.
func (s *scanner) refused(what string) error {
	return fmt.Errorf("offset %d: %s: this engine does not implement it", s.pos, what)
}

func (s *scanner) names() []string { return sortedNames(s.variables) }
