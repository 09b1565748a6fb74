package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/gen/written"
)

// lineWidth is how wide a list or map of plain values may be to be written on one
// line.
const lineWidth = 100

// denseWidth is that of DenseJSON.
const denseWidth = 150

// JSON writes the document with two spaces of indent and a final newline.
// Characters stay as they are: "<", ">" and "&" are not escaped.
func JSON(v Value) []byte { return jsonWriter{}.document(v) }

// SpreadJSON is JSON with each field and each item on a line of its own, so that a diff
// of two documents shows what changed and no more.
func SpreadJSON(v Value) []byte { return jsonWriter{spread: true}.document(v) }

// DenseJSON is JSON with all that fits on a line on it, lists in lists too.
func DenseJSON(v Value) []byte { return jsonWriter{dense: true}.document(v) }

// document is the whole text, by a writer that has no buffer yet.
func (w jsonWriter) document(v Value) []byte {
	return written.By(func(to *bytes.Buffer) {
		w.Buffer = to
		w.value(v, 0)
		w.WriteByte('\n')
	})
}

type jsonWriter struct {
	*bytes.Buffer
	spread bool // nothing but what is empty goes on one line
	dense  bool // whatever fits does
}

func (w *jsonWriter) value(v Value, depth int) {
	if w.inline(v, depth) {
		return
	}
	switch v := v.(type) {
	case List:
		w.block('[', ']', len(v), depth, func(i int) { w.value(v[i], depth+1) })
	case Map:
		w.block('{', '}', len(v), depth, func(i int) {
			w.text(v[i].Name)
			w.WriteString(": ")
			w.value(v[i].Value, depth+1)
		})
	default:
		w.scalar(v)
	}
}

func (w *jsonWriter) block(open, end byte, n, depth int, item func(i int)) {
	w.WriteByte(open)
	for i := range n {
		if i > 0 {
			w.WriteByte(',')
		}
		w.newline(depth + 1)
		item(i)
	}
	w.newline(depth)
	w.WriteByte(end)
}

func (w *jsonWriter) newline(depth int) {
	w.WriteByte('\n')
	for range depth {
		w.WriteString("  ")
	}
}

// inline writes a container of plain values on one line if it fits, and reports
// whether it did.
func (w *jsonWriter) inline(v Value, depth int) bool {
	if w.dense && !isContainer(v) || !w.dense && (!isFlat(v) || w.spread && size(v) > 0) {
		return false
	}
	begin, width := w.Len(), lineWidth
	if w.dense {
		width = denseWidth
	}
	w.flat(v)
	if w.Len()-begin+2*depth > width && size(v) > 0 {
		w.Truncate(begin)
		return false
	}
	return true
}

func (w *jsonWriter) flat(v Value) {
	switch v := v.(type) {
	case List:
		w.WriteByte('[')
		for i, item := range v {
			w.comma(i)
			w.flat(item)
		}
		w.WriteByte(']')
	case Map:
		w.WriteByte('{')
		for i, f := range v {
			w.comma(i)
			w.text(f.Name)
			w.WriteString(": ")
			w.flat(f.Value)
		}
		w.WriteByte('}')
	default:
		w.scalar(v)
	}
}

func (w *jsonWriter) comma(i int) {
	if i > 0 {
		w.WriteString(", ")
	}
}

func (w *jsonWriter) scalar(v Value) {
	switch text := v.(type) {
	case string:
		w.text(text)
		return
	case Block:
		w.text(string(text))
		return
	}
	text, ok := literal(v)
	if !ok {
		panic(fmt.Sprintf("doc: %T cannot be written as JSON", v))
	}
	w.WriteString(text)
}

// text is also used for field names.
func (w *jsonWriter) text(s string) {
	if !isSimple(s) {
		w.Write(quoteJSON(s))
		return
	}
	w.WriteByte('"')
	w.WriteString(s)
	w.WriteByte('"')
}

// literal writes null, a boolean or a number as JSON does; a user's number digit
// for digit.
func literal(v Value) (text string, ok bool) {
	switch v := v.(type) {
	case nil:
		return "null", true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	case json.Number:
		return string(v), true
	}
	return "", false
}

// quoteJSON is a JSON string (RFC 8259 section 7) with only the required escapes.
func quoteJSON(s string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil || !utf8.ValidString(s) {
		panic(fmt.Sprintf("doc: %q is no JSON string", s))
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// isSimple reports whether s needs no escapes in a JSON string.
func isSimple(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// isFlat reports whether v is a container that holds plain values, or lists of
// them, and nothing deeper.
func isFlat(v Value) bool {
	switch v := v.(type) {
	case List:
		for _, item := range v {
			if isContainer(item) {
				return false
			}
		}
		return true
	case Map:
		for _, f := range v {
			if list, ok := f.Value.(List); ok && isFlat(list) {
				continue
			}
			if isContainer(f.Value) {
				return false
			}
		}
		return true
	}
	return false
}

func isContainer(v Value) bool {
	switch v.(type) {
	case List, Map:
		return true
	}
	return false
}

func size(v Value) int {
	switch v := v.(type) {
	case List:
		return len(v)
	case Map:
		return len(v)
	}
	return 0
}
