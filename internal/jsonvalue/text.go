package jsonvalue

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escaped marks the bytes that must be escaped in a JSON string: the quote, the
// backslash and the control characters (RFC 8259, 7).
var escaped = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = true
	}
	t['"'], t['\\'] = true, true
	return t
}()

// short are the escapes of two characters.
var short = [256]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

// quotedSize is the size of the text as a JSON string, its quotes included.
func quotedSize(text string) int {
	size := len(text) + len(`""`)
	for i := range len(text) {
		if c := text[i]; escaped[c] {
			size += escapeSize(c) - 1
		}
	}
	return size
}

func escapeSize(c byte) int {
	if short[c] != 0 {
		return len(`\n`)
	}
	return len(`\u0000`)
}

// appendQuoted writes the text as a JSON string with only the required escapes.
func appendQuoted(b []byte, text string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(text) {
		if c := text[i]; escaped[c] {
			b = append(b, text[start:i]...)
			b = appendEscape(b, c)
			start = i + 1
		}
	}
	return append(append(b, text[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	if short[c] != 0 {
		return append(b, '\\', short[c])
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
}

// str reads a string. One without escapes shares the text's memory.
func (p *parser) str() (Value, error) {
	start := p.pos + 1
	p.pos = p.ordinary(start)
	if p.skip('"') {
		text := p.text[start : p.pos-1]
		return scalar(String, text, len(text)+len(`""`)), nil
	}
	var b strings.Builder
	b.Grow(p.length(start))
	b.WriteString(p.text[start:p.pos])
	for !p.skip('"') {
		if err := p.escape(&b); err != nil {
			return Value{}, err
		}
		start = p.pos
		p.pos = p.ordinary(start)
		b.WriteString(p.text[start:p.pos])
	}
	return stringOf(b.String()), nil
}

// ordinary is the offset of the next byte that needs decoding.
func (p *parser) ordinary(i int) int {
	for i < len(p.text) && !escaped[p.text[i]] {
		i++
	}
	return i
}

// length is the maximum length of the decoded string from start: no escape is
// shorter than the text it encodes.
func (p *parser) length(start int) int {
	for i := start; i < len(p.text); i++ {
		switch p.text[i] {
		case '"':
			return i - start
		case '\\':
			i++
		}
	}
	return 0
}

// escape reads the escape at p's position.
func (p *parser) escape(b *strings.Builder) error {
	if p.peek() != '\\' || p.pos+1 >= len(p.text) {
		return p.unexpected("the rest of the string")
	}
	switch c := p.text[p.pos+1]; c {
	case '"', '\\', '/':
		b.WriteByte(c)
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'u':
		return p.unicode(b)
	default:
		return &syntaxError{p.pos, fmt.Sprintf(`found \%c, expected one of \" \\ \/ \b \f \n \r \t \u`, p.runeAt(p.pos+1))}
	}
	p.pos += 2
	return nil
}

// unicode reads \uXXXX, and a second one that makes a surrogate pair with it.
func (p *parser) unicode(b *strings.Builder) error {
	r, ok := p.hex(p.pos)
	if !ok {
		return &syntaxError{p.pos, `expected four hexadecimal digits after \u`}
	}
	p.pos += len(`\u0000`)
	if utf16.IsSurrogate(r) {
		low, _ := p.hex(p.pos)
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			p.pos += len(`\u0000`)
		}
	}
	b.WriteRune(r)
	return nil
}

// hex is the \uXXXX at i.
func (p *parser) hex(i int) (rune, bool) {
	if len(p.text)-i < len(`\u0000`) || p.text[i:i+2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[i+2:i+6], 16, 32)
	return rune(n), err == nil
}

func (p *parser) runeAt(i int) rune {
	r, _ := utf8.DecodeRuneInString(p.text[i:])
	return r
}
