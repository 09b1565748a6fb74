package judge

import (
	"bytes"

	"github.com/sfngen/sfngen/runtime/contract"
)

// walk visits the values of a valid JSON document to which a path leads, in their order,
// until a visit says that it has found what it looks for; then it reports true. It makes
// one pass over the document, whatever the path: a step goes into a value where it
// stands, and what no step leads to is passed over.
func walk(document []byte, path contract.Path, visit func(value []byte) bool) bool {
	w := walker{document: document, visit: visit}
	w.value(w.space(0), path)
	return w.found
}

type walker struct {
	document []byte
	visit    func([]byte) bool
	found    bool
}

// value goes into the value that begins at i, and gives its end.
func (w *walker) value(i int, path contract.Path) int {
	if len(path) == 0 {
		end := w.skip(i)
		w.found = w.visit(w.document[i:end])
		return end
	}
	switch c := w.document[i]; {
	case c == '{' && path[0].Kind != contract.StepIndex:
		return w.object(i, path)
	case c == '[' && path[0].Kind != contract.StepName:
		return w.array(i, path)
	}
	return w.skip(i)
}

// object goes into the members that the path's first step takes.
func (w *walker) object(i int, path contract.Path) int {
	for i = w.space(i + 1); w.document[i] != '}'; {
		end := w.text(i)
		key := w.document[i:end]
		i = w.space(w.space(end) + 1) // the colon
		if path[0].Kind == contract.StepAll || isKey(key, path[0].Name) {
			i = w.value(i, path[1:])
		} else {
			i = w.skip(i)
		}
		if w.found {
			return i
		}
		i = w.next(i)
	}
	return i + 1
}

// array goes into the items that the path's first step takes.
func (w *walker) array(i int, path contract.Path) int {
	n := 0
	for i = w.space(i + 1); w.document[i] != ']'; n++ {
		if path[0].Kind == contract.StepAll || n == path[0].Index {
			i = w.value(i, path[1:])
		} else {
			i = w.skip(i)
		}
		if w.found {
			return i
		}
		i = w.next(i)
	}
	return i + 1
}

// next is where the next member or item begins, or the closing bracket stands.
func (w *walker) next(i int) int {
	if i = w.space(i); w.document[i] == ',' {
		i = w.space(i + 1)
	}
	return i
}

// isKey compares a key with its quotes to a name.
func isKey(key []byte, name string) bool {
	if inner := key[1 : len(key)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner) == name
	}
	return textOf(key) == name
}

// skip gives the end of the value that begins at i, however deep it is.
func (w *walker) skip(i int) int {
	depth := 0
	for {
		switch w.document[i] {
		case '"':
			i = w.text(i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\t', '\n', '\r':
			i++
			continue
		default:
			i = w.word(i)
		}
		if depth == 0 {
			return i
		}
	}
}

// text gives the end of the text that begins at i.
func (w *walker) text(i int) int {
	for i++; w.document[i] != '"'; i++ {
		if w.document[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// word gives the end of the number or the literal that begins at i.
func (w *walker) word(i int) int {
	for i < len(w.document) && !endsWord[w.document[i]] {
		i++
	}
	return i
}

var endsWord = [256]bool{',': true, ']': true, '}': true, ' ': true, '\t': true, '\n': true, '\r': true}

// space is the first position from i on without white space.
func (w *walker) space(i int) int {
	for i < len(w.document) && (w.document[i] == ' ' || w.document[i] == '\n' || w.document[i] == '\r' || w.document[i] == '\t') {
		i++
	}
	return i
}
