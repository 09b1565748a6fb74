package jsonvalue

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep arrays and objects may be nested in a text.
const maxDepth = 1000

// syntaxError is a text that is not one JSON value.
type syntaxError struct {
	Offset  int    // in bytes, from 0
	Message string // what is wrong there
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("JSON: offset %d: %s", e.Offset, e.Message)
}

// Parse reads text that is exactly one JSON value (RFC 8259), with only
// white space around it. An error is a *syntaxError.
//
// Where the RFC leaves it open: of two members with one name, the last value takes
// the first one's place; an escaped lone surrogate is U+FFFD; bytes that are not
// UTF-8, a byte order mark and nesting beyond maxDepth are refused.
func Parse(text []byte) (Value, error) {
	return ParseString(string(text))
}

// ParseString parses a string; the Value keeps using its memory.
func ParseString(text string) (Value, error) {
	if !utf8.ValidString(text) {
		return Value{}, &syntaxError{invalidAt(text), "not UTF-8"}
	}
	p := parser{text: text}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return Value{}, err
	}
	if p.space(); p.pos < len(text) {
		return Value{}, p.unexpected("the end: a text is one value")
	}
	return v, nil
}

func invalidAt(text string) int {
	for i, r := range text {
		if r != utf8.RuneError {
			continue
		}
		if _, width := utf8.DecodeRuneInString(text[i:]); width == 1 {
			return i
		}
	}
	return len(text)
}

// parser reads one text from front to back. Its methods start at the first byte
// of what they read and end after its last.
type parser struct {
	text string
	pos  int
}

func (p *parser) value(depth int) (Value, error) {
	switch c := p.peek(); c {
	case '"':
		return p.str()
	case '{':
		return p.object(depth + 1)
	case '[':
		return p.array(depth + 1)
	case 't':
		return p.literal("true", OfBool(true))
	case 'f':
		return p.literal("false", OfBool(false))
	case 'n':
		return p.literal("null", Value{})
	default:
		if c == '-' || isDigit(c) {
			return p.number()
		}
		return Value{}, p.unexpected("a value")
	}
}

func (p *parser) object(depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, p.tooDeep()
	}
	var room [roomFor]Member
	members, g := room[:0], gathering{}
	more := p.open('}')
	for more {
		key, err := p.name()
		if err != nil {
			return Value{}, err
		}
		member, err := p.value(depth)
		if err != nil {
			return Value{}, err
		}
		members = g.set(members, key, member)
		if more, err = p.more('}'); err != nil {
			return Value{}, err
		}
	}
	return g.object(members), nil
}

func (p *parser) array(depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, p.tooDeep()
	}
	var room [roomFor]Value
	items, size := room[:0], len("[]")
	more := p.open(']')
	for more {
		item, err := p.value(depth)
		if err != nil {
			return Value{}, err
		}
		size += separator(len(items)) + item.Size()
		items = append(items, item)
		if more, err = p.more(']'); err != nil {
			return Value{}, err
		}
	}
	return arrayOf(items, size), nil
}

// open skips a bracket and reports whether anything comes before its end.
func (p *parser) open(end byte) bool {
	p.pos++
	p.space()
	return !p.skip(end)
}

// more skips the comma before the next item, or the end.
func (p *parser) more(end byte) (bool, error) {
	p.space()
	if p.skip(end) {
		return false, nil
	}
	if !p.skip(',') {
		return false, p.unexpected("',' or '" + string(end) + "'")
	}
	p.space()
	return true, nil
}

// name reads a member's name and the colon after it.
func (p *parser) name() (Value, error) {
	if p.peek() != '"' {
		return Value{}, p.unexpected("a member's name in double quotes")
	}
	name, err := p.str()
	if err != nil {
		return Value{}, err
	}
	p.space()
	if !p.skip(':') {
		return Value{}, p.unexpected("':' after the member's name")
	}
	p.space()
	return name, nil
}

func (p *parser) literal(word string, v Value) (Value, error) {
	if !strings.HasPrefix(p.text[p.pos:], word) {
		return Value{}, p.unexpected(word)
	}
	p.pos += len(word)
	return v, nil
}

// number reads a number (RFC 8259, 6): -0, 1.50, 1E+3; not 01, .5, 1. or +1.
func (p *parser) number() (Value, error) {
	start := p.pos
	p.skip('-')
	if !p.skip('0') && !p.digits() {
		return Value{}, p.unexpected("a digit")
	}
	if p.skip('.') && !p.digits() {
		return Value{}, p.unexpected("a digit after the point")
	}
	if p.skip('e') || p.skip('E') {
		_ = p.skip('+') || p.skip('-')
		if !p.digits() {
			return Value{}, p.unexpected("a digit of the exponent")
		}
	}
	text := p.text[start:p.pos]
	return scalar(Number, text, len(text)), nil
}

// digits skips digits and reports whether there was one.
func (p *parser) digits() bool {
	start := p.pos
	for isDigit(p.peek()) {
		p.pos++
	}
	return p.pos > start
}

// peek is the byte that comes next; 0, which no value starts with, at the end.
func (p *parser) peek() byte {
	if p.pos == len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

func (p *parser) skip(c byte) bool {
	if p.pos == len(p.text) || p.text[p.pos] != c {
		return false
	}
	p.pos++
	return true
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *parser) unexpected(want string) error {
	found := "the end of the text"
	if r, width := utf8.DecodeRuneInString(p.text[p.pos:]); width > 0 {
		found = fmt.Sprintf("%q", r)
	}
	return &syntaxError{p.pos, fmt.Sprintf("found %s, expected %s", found, want)}
}

func (p *parser) tooDeep() error {
	return &syntaxError{p.pos, fmt.Sprintf("more than %d arrays and objects in one another", maxDepth)}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
