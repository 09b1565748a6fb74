package judge

import (
	"bytes"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// body is an answer's body as conditions see it.
type body struct {
	text     []byte
	form     string // the content coding or the charset that conditions cannot look at; "" for none
	checked  bool   // whether it is JSON is known
	document []byte // text, if it is JSON; else nil
	folded   []byte // see lowered; nil until it is needed
	paths    map[string]contract.Path
}

// newBody takes what is looked at. Western letters become UTF-8.
func newBody(a Answer) *body {
	b := &body{text: a.Body[:min(len(a.Body), contract.BodyLimit)]}
	if utf8.Valid(b.text) && bytes.IndexByte(b.text, 0) < 0 { // whatever its header says
		return b
	}
	if b.form = codingOf(a.Header); b.form != "" {
		return b
	}
	switch charset := charsetOf(a.Header, b.text); charset {
	case "", "utf-8", "utf8", "us-ascii":
	case "iso-8859-1", "latin1", "windows-1252":
		b.text = western(b.text)
	default:
		b.form = charset
	}
	return b
}

// codingOf is the coding of a body that came packed; "" for none. An egress unpacks gzip.
func codingOf(header http.Header) string {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(header.Values("Content-Encoding"), ", ")))
	if coding == "identity" {
		return ""
	}
	return coding
}

// charsetOf is the charset that a body is in, by its first bytes (Encoding Standard,
// "BOM sniff") or its Content-Type; lower case, "" where nothing says it.
func charsetOf(header http.Header, text []byte) string {
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		return "utf-16"
	}
	_, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return strings.ToLower(parameters["charset"])
}

// windows1252 are the letters of the bytes from 0x80 to 0x9f, which ISO 8859-1 has none
// for (Encoding Standard, where both are one).
var windows1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

// western is a text of Western Europe as UTF-8, no longer than what is looked at.
func western(text []byte) []byte {
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, c := range text {
		letter := rune(c)
		if c >= 0x80 && c <= 0x9f {
			letter = windows1252[c-0x80]
		}
		if out = utf8.AppendRune(out, letter); len(out) >= contract.BodyLimit {
			break
		}
	}
	return out
}

// byteOrderMark is what some servers write before UTF-8 (RFC 8259 8.1 lets a reader
// ignore it).
var byteOrderMark = []byte("\ufeff")

// json is the body if it is JSON; nil if it is not.
func (b *body) json() []byte {
	if !b.checked {
		b.checked = true
		if text := bytes.TrimPrefix(b.text, byteOrderMark); isJSON(text) {
			b.document = text
		}
	}
	return b.document
}

func (b *body) lowered() []byte {
	if b.folded == nil {
		b.folded = lowered(b.text)
	}
	return b.folded
}

// path reads a path; nil for one that is none, which no spec can have.
func (b *body) path(text string) contract.Path {
	path, known := b.paths[text]
	if !known {
		path, _ = contract.ParsePath(text)
		if b.paths == nil {
			b.paths = map[string]contract.Path{}
		}
		b.paths[text] = path
	}
	return path
}

// Value is one that a path leads to.
type Value struct {
	Path string
	// Name is the last name of the path; "" for a path without names.
	Name string
	Text string // of a text without quotes and escapes, of another value as it is written, up to mostText
	// Other: it is neither a text nor a number.
	Other bool
}

// mostText is how much of an object, a list or a word is taken, in bytes.
const mostText = 200

// Values are those in a JSON body to which the paths lead, at most so many of each. null,
// by which APIs say that there is none, is left out.
func Values(text []byte, paths []string, most int) []Value {
	read := newBody(Answer{Body: text})
	var values []Value
	for _, path := range paths {
		steps := read.path(path)
		if steps == nil || read.json() == nil {
			continue
		}
		left := most
		walk(read.json(), steps, func(value []byte) bool {
			if value[0] != 'n' {
				values = append(values, valueAt(path, lastName(steps), value))
				left--
			}
			return left == 0
		})
	}
	return values
}

func valueAt(path, name string, value []byte) Value {
	if value[0] == '"' || isNumber(value) {
		return Value{Path: path, Name: name, Text: textOf(value)}
	}
	return Value{Path: path, Name: name, Text: string(value[:min(len(value), mostText)]), Other: true}
}

func lastName(path contract.Path) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i].Kind == contract.StepName {
			return path[i].Name
		}
	}
	return ""
}
