package expr

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

const (
	intrinsicPrefix = "States."
	// maxCalls is how many intrinsic functions one field may hold. AWS says "nest
	// up to 10" and counts in its example the functions, not their depth.
	maxCalls = 10
)

// call reads States.Name(argument, …).
func (s *scanner) call() (node, error) {
	name, fn, err := s.function()
	if err != nil {
		return nil, err
	}
	args, err := s.arguments(fn)
	if err != nil {
		return nil, err
	}
	if len(args) < fn.min || len(args) > fn.max {
		return nil, fmt.Errorf("%s takes %s, got %d", name, fn.takes(), len(args))
	}
	if fn.refuse != nil {
		if err := fn.refuse(args); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return reduce(&call{name, fn, args}), nil
}

func (s *scanner) function() (string, function, error) {
	start := s.pos
	s.skip(intrinsicPrefix)
	s.while(isNameRune)
	name := s.text[start:s.pos]
	fn, err := functionNamed(name)
	if err != nil {
		return "", function{}, err
	}
	if s.calls++; s.calls > maxCalls {
		return "", function{}, fmt.Errorf("more than %d intrinsic functions in one field", maxCalls)
	}
	return name, fn, nil
}

func (s *scanner) arguments(fn function) ([]node, error) {
	if !s.skip("(") {
		return nil, s.unexpected("( after the function's name")
	}
	s.space()
	if s.skip(")") {
		return nil, nil
	}
	var args []node
	for {
		arg, err := s.argument(fn.template && len(args) == 0)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
		s.space()
		if s.skip(")") {
			return args, nil
		}
		if !s.skip(",") {
			return nil, s.unexpected(", or )")
		}
		s.space()
	}
}

// argument reads one of a call; a quoted one as it is written, or as what it stands for.
func (s *scanner) argument(asWritten bool) (node, error) {
	switch c := s.peek(); {
	case c == '$':
		return s.path()
	case c == '\'':
		return s.quoted(asWritten)
	case strings.HasPrefix(s.rest(), intrinsicPrefix):
		return s.call()
	case c == '"':
		return nil, s.unexpected("an argument: a string stands in single quotes")
	default:
		return s.plain()
	}
}

// plain reads a number, true, false or null.
func (s *scanner) plain() (node, error) {
	start := s.pos
	word := s.while(func(r rune) bool { return isNameRune(r) || r == '+' || r == '.' })
	v, err := jsonvalue.ParseString(word)
	if err != nil || word == "" {
		s.pos = start
		return nil, s.unexpected("an argument: a path, a string in single quotes, a number, true, false, null or a function")
	}
	return literal{v}, nil
}

// quoted reads a string in single quotes. Its escapes are \' \{ \} and \\ (AWS:
// "Reserved characters in intrinsic functions"); AWS also accepts unescaped braces,
// except in States.Format.
func (s *scanner) quoted(asWritten bool) (node, error) {
	var b strings.Builder
	for s.pos++; !s.atEnd(); s.pos++ {
		switch c := s.text[s.pos]; c {
		case '\'':
			s.pos++
			return literal{jsonvalue.OfString(b.String())}, nil
		case '\\':
			s.pos++
			if s.atEnd() || !strings.ContainsRune(`'{}\`, rune(s.peek())) {
				return nil, s.unexpected(`one of \' \{ \} \\ after a backslash`)
			}
			if asWritten {
				b.WriteByte('\\')
			}
			b.WriteByte(s.peek())
		default:
			b.WriteByte(c)
		}
	}
	return nil, s.unexpected("the quote that ends the string")
}

func (s *scanner) space() {
	s.while(func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' })
}
