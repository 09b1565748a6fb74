package credentials

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// view is a text as somebody reads it who decodes it.
type view struct {
	text string
	// from gives for each byte where in the source it begins, and at the end its length;
	// nil: the text is the source.
	from []int
}

func (v view) source(i int) int {
	if v.from == nil {
		return i
	}
	return v.from[i]
}

// decoded replaces what unit reads at a mark: it gives the bytes that are meant, and how
// many stand for them; 0 for no escape.
func (v view) decoded(mark byte, unit func(text string) (meant string, length int)) (view, bool) {
	at := strings.IndexByte(v.text, mark)
	if at < 0 {
		return v, false
	}
	out := make([]byte, 0, len(v.text))
	from := make([]int, 0, len(v.text)+1)
	for i := 0; i < len(v.text); {
		meant, length := v.text[i:i+1], 1
		if v.text[i] == mark {
			if m, n := unit(v.text[i:]); n > 0 {
				meant, length = m, n
			}
		}
		out = append(out, meant...)
		for range len(meant) {
			from = append(from, v.source(i))
		}
		i += length
	}
	return view{string(out), append(from, v.source(len(v.text)))}, true
}

// withoutNUL reads UTF-16 of ASCII.
func withoutNUL(v view) (view, bool) {
	return v.decoded(0, func(string) (string, int) { return "", 1 })
}

// withoutLines joins the lines of base64 (RFC 2045 6.8).
func withoutLines(v view) (view, bool) {
	drop := func(string) (string, int) { return "", 1 }
	v, returns := v.decoded('\r', drop)
	v, feeds := v.decoded('\n', drop)
	return v, returns || feeds
}

// fromURL reads percent-encoding (RFC 3986 2.1).
func fromURL(v view) (view, bool) {
	return v.decoded('%', func(text string) (string, int) { return hex(text, 1) })
}

// hex reads two digits as one byte.
func hex(text string, begin int) (string, int) {
	if len(text) < begin+2 {
		return "", 0
	}
	c, err := strconv.ParseUint(text[begin:begin+2], 16, 8)
	if err != nil {
		return "", 0
	}
	return string([]byte{byte(c)}), begin + 2
}

// fromJSON reads the escapes of JSON (RFC 8259 7), and \x41, which some languages write.
func fromJSON(v view) (view, bool) {
	return v.decoded('\\', func(text string) (string, int) {
		if len(text) < 2 {
			return "", 0
		}
		switch text[1] {
		case 'u':
			return utf16Unit(text)
		case 'x':
			return hex(text, 2)
		case '"', '\\', '/', '\'':
			return text[1:2], 2
		}
		return "", 0
	})
}

// utf16Unit reads \u0041, or a pair of surrogates.
func utf16Unit(text string) (string, int) {
	first, ok := codeUnit(text)
	if !ok {
		return "", 0
	}
	if utf16.IsSurrogate(first) {
		if second, ok := codeUnit(text[6:]); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return string(r), 12
			}
		}
	}
	return string(first), 6
}

func codeUnit(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(n), err == nil
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// fromHTML reads references to characters (HTML 13.1.4).
func fromHTML(v view) (view, bool) {
	return v.decoded('&', func(text string) (string, int) {
		const longest = 10 // "&#x10FFFF;"
		end := strings.IndexByte(text[:min(len(text), longest)], ';')
		if end < 2 {
			return "", 0
		}
		name := text[1:end]
		if name[0] != '#' {
			meant, ok := entities[name]
			if !ok {
				return "", 0
			}
			return meant, end + 1
		}
		digits, base := name[1:], 10
		if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 21)
		if err != nil {
			return "", 0
		}
		return string(rune(n)), end + 1
	})
}
