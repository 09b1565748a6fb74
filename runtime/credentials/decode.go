package credentials

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// view is a text as somebody reads it who decodes it.
type view struct {
	text string
	// of is what was decoded, and cuts are the places where both do not run in step; nil:
	// the text is the source.
	of   *view
	cuts []cut
}

// cut: from a byte of a view on, its bytes are those from a byte of what it was decoded of.
type cut struct{ here, there int }

// source gives where in the source a byte of a view begins.
func (v *view) source(i int) int {
	for ; v.of != nil; v = v.of {
		at, exact := slices.BinarySearchFunc(v.cuts, i, func(c cut, i int) int { return c.here - i })
		if !exact {
			at--
		}
		i = v.cuts[at].there + i - v.cuts[at].here
	}
	return i
}

// decoded replaces what unit reads at a mark: it gives the bytes that are meant, and how
// many stand for them; 0 for no escape.
func (v *view) decoded(mark byte, unit func(text string) (meant string, length int)) (*view, bool) {
	if strings.IndexByte(v.text, mark) < 0 {
		return v, false
	}
	out := make([]byte, 0, len(v.text))
	cuts := []cut{{0, 0}}
	for i := 0; i < len(v.text); {
		if v.text[i] != mark {
			plain := v.text[i:]
			if next := strings.IndexByte(plain, mark); next >= 0 {
				plain = plain[:next]
			}
			out = append(out, plain...)
			i += len(plain)
			continue
		}
		meant, length := unit(v.text[i:])
		if length == 0 {
			meant, length = v.text[i:i+1], 1
		}
		for k := range len(meant) { // they all stand where the escape begins
			cuts = append(cuts, cut{len(out) + k, i})
		}
		out = append(out, meant...)
		i += length
		if last := &cuts[len(cuts)-1]; last.here == len(out) { // nothing was meant
			last.there = i
			continue
		}
		cuts = append(cuts, cut{len(out), i})
	}
	return &view{string(out), v, cuts}, true
}

// withoutNUL reads UTF-16 of ASCII.
func withoutNUL(v *view) (*view, bool) {
	return v.decoded(0, func(string) (string, int) { return "", 1 })
}

// withoutLines joins the lines of base64 (RFC 2045 6.8).
func withoutLines(v *view) (*view, bool) {
	drop := func(string) (string, int) { return "", 1 }
	v, returns := v.decoded('\r', drop)
	v, feeds := v.decoded('\n', drop)
	return v, returns || feeds
}

// fromURL reads percent-encoding (RFC 3986 2.1).
func fromURL(v *view) (*view, bool) {
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
func fromJSON(v *view) (*view, bool) {
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
		case 'n', 'r':
			return "\n", 2
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
func fromHTML(v *view) (*view, bool) {
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

// piece is a part of a text that is to be hidden.
type piece struct {
	begin, end int
	mark       string
}

// merged are the pieces in order, those that touch as one.
func merged(pieces []piece) []piece {
	slices.SortStableFunc(pieces, func(a, b piece) int { return a.begin - b.begin })
	var out []piece
	for _, p := range pieces {
		if last := len(out) - 1; last >= 0 && p.begin < out[last].end {
			out[last].end = max(out[last].end, p.end)
			continue
		}
		out = append(out, p)
	}
	return out
}

func replaced(text string, pieces []piece) string {
	var out strings.Builder
	from := 0
	for _, p := range pieces {
		out.WriteString(text[from:p.begin])
		out.WriteString(p.mark)
		from = p.end
	}
	out.WriteString(text[from:])
	return out.String()
}
