package document

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/sfngen/sfngen/internal/gen/written"
	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// YAML writes the document in block style, two spaces of indent, short lists of
// plain values on one line, below a header of comments or none. It is the subset of
// YAML 1.1 that CloudFormation reads; every string that another reader might take for
// something else is quoted.
func YAML(header string, v Value) []byte {
	return written.By(func(to *bytes.Buffer) {
		to.WriteString(header)
		w := yamlWriter{to}
		w.block(v, 0)
	})
}

type yamlWriter struct{ *bytes.Buffer }

// block writes a value that starts on its own line at the given depth.
func (w *yamlWriter) block(v Value, depth int) {
	switch v := v.(type) {
	case Map:
		w.fields(v, depth, true)
	case List:
		for _, item := range v {
			w.indent(depth)
			w.WriteByte('-')
			w.item(item, depth)
		}
	default:
		w.indent(depth)
		w.scalar(v, false)
		w.WriteByte('\n')
	}
}

func (w *yamlWriter) fields(m Map, depth int, indentFirst bool) {
	for i, f := range m {
		if i > 0 || indentFirst {
			w.indent(depth)
		}
		w.text(f.Name, false)
		w.WriteByte(':')
		w.after(f.Value, depth)
	}
}

// after writes a field's value behind its colon.
func (w *yamlWriter) after(v Value, depth int) {
	if tagged, ok := v.(Tagged); ok {
		w.WriteByte(' ')
		w.WriteString(tagged.Tag)
		v = tagged.Value
	}
	if text, ok := v.(Block); ok {
		w.literalBlock(text, depth+1)
		return
	}
	if w.oneLine(v, depth) {
		return
	}
	w.WriteByte('\n')
	w.block(v, depth+1)
}

// literalBlock writes a text behind its colon or dash, each line at the given depth (YAML
// 1.1, "Literal Style"). It ends with one line break, or with none.
func (w *yamlWriter) literalBlock(text Block, depth int) {
	w.WriteString(" |")
	if !strings.HasSuffix(string(text), "\n") {
		w.WriteByte('-')
	}
	w.WriteByte('\n')
	for line := range strings.Lines(strings.TrimRight(string(text), "\n")) {
		if line != "\n" {
			w.indent(depth)
		}
		w.WriteString(line)
	}
	w.WriteByte('\n')
}

// item writes a list's item behind its dash; the first field of a map is on the
// dash's line.
func (w *yamlWriter) item(v Value, depth int) {
	if m, ok := v.(Map); ok && len(m) > 0 {
		w.WriteByte(' ')
		w.fields(m, depth+1, false)
		return
	}
	w.after(v, depth)
}

// oneLine writes what fits behind a colon or a dash and reports whether it did.
func (w *yamlWriter) oneLine(v Value, depth int) bool {
	list, isList := v.(List)
	switch {
	case isList && !w.fitting(list, depth), !isList && size(v) > 0:
		return false
	case !isList:
		w.WriteByte(' ')
		w.scalar(v, false)
	}
	w.WriteByte('\n')
	return true
}

// fitting writes a list of plain values if it fits, and reports whether it did.
func (w *yamlWriter) fitting(list List, depth int) bool {
	for _, item := range list {
		if _, tagged := item.(Tagged); tagged || isContainer(item) {
			return false
		}
	}
	begin := w.Len()
	w.WriteByte(' ')
	w.flow(list)
	fits := w.Len()-begin-1+2*depth <= lineWidth
	if !fits {
		w.Truncate(begin)
	}
	return fits
}

func (w *yamlWriter) flow(list List) {
	w.WriteByte('[')
	for i, item := range list {
		if i > 0 {
			w.WriteString(", ")
		}
		w.scalar(item, true)
	}
	w.WriteByte(']')
}

func (w *yamlWriter) indent(depth int) {
	for range depth {
		w.WriteString("  ")
	}
}

func (w *yamlWriter) scalar(v Value, inFlow bool) {
	if text, ok := v.(string); ok {
		w.text(text, inFlow)
		return
	}
	if isContainer(v) { // an empty map; lists go out as flow
		w.WriteString("{}")
		return
	}
	text, ok := literal(v)
	if !ok {
		panic(fmt.Sprintf("doc: %T cannot be written as a YAML scalar", v))
	}
	w.WriteString(yamlLiteral(text))
}

// text is also used for field names.
func (w *yamlWriter) text(s string, inFlow bool) {
	switch {
	case needsEscapes(s):
		w.Write(escapeYAML(s))
	case isPlain(s, inFlow):
		w.WriteString(s)
	default:
		w.WriteByte('\'')
		w.WriteString(strings.ReplaceAll(s, "'", "''"))
		w.WriteByte('\'')
	}
}

// yamlKeywords are the words that YAML 1.1 reads as something else than text
// (yaml.org/type: bool, null, float, merge, value), in lower case.
var yamlKeywords = map[string]bool{
	"~": true, "null": true, "true": true, "false": true, "yes": true, "no": true,
	"on": true, "off": true, "y": true, "n": true, "=": true, "<<": true, ".inf": true, ".nan": true,
}

// yamlNumeric matches text that begins with a digit and may be read as an int,
// float or timestamp; it is wider than necessary.
var yamlNumeric = lazyregexp.New(`^[0-9][-+.0-9_:a-fA-FoOxXtTzZ ]*$`)

// isPlain reports whether a text that needs no escapes needs no quotes either.
func isPlain(s string, inFlow bool) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' || strings.IndexByte("-?:,[]{}#&*!|>'\"%@`=+.", s[0]) >= 0 {
		return false
	}
	if strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") {
		return false
	}
	if inFlow && !isFlowPlain(s) {
		return false
	}
	return !isYAMLKeyword(s) && !looksNumeric(s)
}

// isYAMLKeyword does not look at long texts: their lower case is 2 % of a build of
// many specs.
func isYAMLKeyword(s string) bool {
	return len(s) <= len("false") && yamlKeywords[strings.ToLower(s)]
}

// isFlowPlain reports whether s needs no quotes in a flow sequence: readers differ
// on all but letters, digits and a few signs.
func isFlowPlain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '/':
		case i > 0 && (c == '-' || c == '.' || c == ' '):
		default:
			return false
		}
	}
	return true
}

// yamlLiteral writes a JSON literal so that YAML 1.1 takes a number for one: a
// float has a point, and its exponent a sign (yaml.org/type/float).
func yamlLiteral(text string) string {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(text), "e")
	if !hasExponent || text[0] > '9' { // no number, or none with an exponent
		return text
	}
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	if exponent[0] != '+' && exponent[0] != '-' {
		exponent = "+" + exponent
	}
	return mantissa + "e" + exponent
}

func looksNumeric(s string) bool {
	return s[0] >= '0' && s[0] <= '9' && yamlNumeric.MatchString(s)
}

// needsEscapes reports whether only a double-quoted scalar can hold s.
func needsEscapes(s string) bool {
	for i := range len(s) { // bytes: to decode each character of them all is 1 % of a build of many specs
		if s[i] < ' ' || s[i] > '~' {
			return needsEscapesIn(s[i:])
		}
	}
	return false
}

func needsEscapesIn(s string) bool {
	for _, r := range s {
		if r < ' ' || r > '~' && (!unicode.IsPrint(r) || r > 0xFFFF) {
			return true
		}
	}
	return false
}

// escapeYAML double-quotes s; JSON's escapes are YAML's, and every character
// that is not printable goes out as one of them.
func escapeYAML(s string) []byte {
	var out []byte
	for _, r := range string(quoteJSON(s)) {
		if unicode.IsPrint(r) {
			out = append(out, string(r)...)
			continue
		}
		out = fmt.Appendf(out, `\U%08X`, r)
	}
	return out
}
