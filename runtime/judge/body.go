package judge

import (
	"bytes"

	"github.com/sfngen/sfngen/runtime/contract"
)

// body is an answer's body as conditions see it.
type body struct {
	text     []byte
	checked  bool   // whether it is JSON is known
	document []byte // text, if it is JSON; else nil
	folded   []byte // see lowered; nil until it is needed
	paths    map[string]contract.Path
}

func newBody(text []byte) *body { return &body{text: text[:min(len(text), contract.BodyLimit)]} }

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
	read := newBody(text)
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
