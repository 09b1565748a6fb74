package expr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// compilePath reads a text that is one path.
func compilePath(text string) (*path, error) {
	if strings.HasPrefix(text, intrinsicPrefix) {
		return nil, errors.New("an intrinsic function, where only a path may stand")
	}
	s, err := scannerOf(text)
	if err != nil {
		return nil, err
	}
	p, err := s.path()
	if err != nil {
		return nil, err
	}
	return p, s.end()
}

func (s *scanner) path() (*path, error) {
	start := s.pos
	p := &path{}
	if err := s.begin(p); err != nil {
		return nil, err
	}
	for {
		st, more, err := s.step()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		p.steps = append(p.steps, st)
	}
	p.text = s.text[start:s.pos]
	if p.from == fromContext {
		return p, checkContext(p)
	}
	return p, nil
}

// begin reads $, $$ or $name.
func (s *scanner) begin(p *path) error {
	if !s.skip("$") {
		return s.unexpected("a path, which begins with $")
	}
	if s.skip("$") {
		p.from = fromContext
		return nil
	}
	name := s.while(isNameRune)
	if name == "" {
		return nil
	}
	if err := CheckVariable(name); err != nil {
		return err
	}
	p.from, p.variable = fromVariable, name
	if s.variables == nil {
		s.variables = map[string]bool{}
	}
	s.variables[name] = true
	return nil
}

// step reads .name, ['name'] or [0]; false where the path ends.
func (s *scanner) step() (st step, more bool, err error) {
	switch s.peek() {
	case '.':
		st, err = s.dotted()
		return st, true, err
	case '[':
		st, err = s.bracketed()
		return st, true, err
	default:
		return step{}, false, nil
	}
}

func (s *scanner) dotted() (step, error) {
	switch {
	case strings.HasPrefix(s.rest(), ".."):
		return step{}, s.refused("the recursive descent ..")
	case strings.HasPrefix(s.rest(), ".*"):
		return step{}, s.refused("the wildcard .*")
	}
	s.pos++
	name := s.while(isNameRune)
	if name == "" {
		return step{}, s.unexpected("a name after the dot (one with other characters is written ['…'])")
	}
	if s.peek() == '(' {
		return step{}, s.refused("the path function " + name + "()")
	}
	return step{name: name, index: -1}, nil
}

// bracketed reads one index or one quoted name. It refuses everything else that
// JSONPath has in brackets, by name.
func (s *scanner) bracketed() (step, error) {
	inside := s.rest()[1:]
	switch {
	case inside == "":
		s.pos++
		return step{}, s.unexpected("an index or a quoted name")
	case inside[0] == '\'' || inside[0] == '"':
		return s.quotedName()
	case isDigit(rune(inside[0])):
		return s.index()
	case inside[0] == '*':
		return step{}, s.refused("the wildcard [*]")
	case inside[0] == '?':
		return step{}, s.refused("the filter [?…]")
	case inside[0] == '(':
		return step{}, s.refused("the script [(…)]")
	case inside[0] == '@':
		return step{}, s.refused("the current node @")
	case inside[0] == '-':
		return step{}, s.refused("the negative index or slice [-…]")
	case inside[0] == ':':
		return step{}, s.refused("the slice [:…]")
	default:
		s.pos++
		return step{}, s.unexpected("an index or a quoted name")
	}
}

func (s *scanner) index() (step, error) {
	start := s.pos
	s.pos++
	digits := s.while(isDigit)
	if err := s.closing(start); err != nil {
		return step{}, err
	}
	i, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || digits != strconv.FormatInt(i, 10) {
		return step{}, fmt.Errorf("offset %d: the index %s: expected 0 to 2147483647, without leading zeros", start, digits)
	}
	return step{index: int(i)}, nil
}

func (s *scanner) quotedName() (step, error) {
	start := s.pos
	s.pos++
	quote := s.peek()
	s.pos++
	name, err := s.untilQuote(quote)
	if err != nil {
		return step{}, err
	}
	if name == "" {
		return step{}, s.refused("the empty name ['']")
	}
	return step{name: name, index: -1}, s.closing(start)
}

// untilQuote reads to the closing quote. A backslash escapes a quote or another
// backslash.
func (s *scanner) untilQuote(quote byte) (string, error) {
	var b strings.Builder
	for !s.atEnd() {
		c := s.text[s.pos]
		if c == quote {
			s.pos++
			return b.String(), nil
		}
		if c == '\\' {
			s.pos++
			if c = s.peek(); c != quote && c != '\\' {
				return "", s.refused("this escape in a quoted name")
			}
		}
		b.WriteByte(c)
		s.pos++
	}
	return "", s.unexpected("the quote that ends the name")
}

// closing reads the bracket that ends a step that started at start.
func (s *scanner) closing(start int) error {
	if s.skip("]") {
		return nil
	}
	switch s.peek() {
	case ',':
		s.pos = start
		return s.refused("the union [… , …]")
	case ':':
		s.pos = start
		return s.refused("the slice [… : …]")
	default:
		return s.unexpected("]")
	}
}

// isNameRune is whether a name after a dot may hold the character. JSONPath has
// no common rule; what may mean something else has to be in brackets here.
func isNameRune(r rune) bool {
	return r == '_' || r == '-' || unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit, unicode.Nl, unicode.Pc)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
