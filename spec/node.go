package spec

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
)

// kind is what a value of the spec is, in the words of the findings.
type kind string

const (
	isText    kind = "text"
	isNumber  kind = "number"
	isBoolean kind = "boolean"
	isDate    kind = "date"
	isNothing kind = "nothing"
	isMapping kind = "mapping"
	isList    kind = "list"
)

// node is a value of the spec with its place: YAML with aliases and merge keys
// resolved, duplicate keys left out, and every scalar still as it was written.
type node struct {
	kind kind
	path string
	// from is the path at which the value is written, where that is in an environment and
	// path is where it counts; over is that of an environment's mapping which was laid
	// over this one, and gone what it took away.
	from, over string
	gone       map[string]*node
	unread     bool   // something is written that could not be read, which has been said: no null
	text       string // of a scalar, as written but unquoted
	// begin is where the value begins; key is where its key does, or for an item
	// of a list and for the root where the value does.
	begin, key Position
	fields     []field          // of a mapping, in the order of the file
	named      map[string]*node // the same by name
	items      []*node          // of a list
}

type field struct {
	name  string
	value *node
}

// field returns the value under a key of a mapping, nil if it is not there.
func (n *node) field(name string) *node {
	if n == nil {
		return nil
	}
	return n.named[name]
}

// add puts a value under a new key.
func (n *node) add(name string, value *node) {
	n.fields = append(n.fields, field{name, value})
	n.named[name] = value
}

// position is where findings about the value point.
func (n *node) position() Position {
	if n.kind == isMapping || n.kind == isList {
		return n.key
	}
	return n.begin
}

// readAt is the path at which the value is written.
func (n *node) readAt() string { return cmp.Or(n.from, n.path) }

// json gives the value as encoding/json would with UseNumber. A date has no
// JSON form; as null it fails every type of the schema.
func (n *node) json() any {
	switch n.kind {
	case isText:
		return n.text
	case isNumber:
		return json.Number(n.text)
	case isBoolean:
		return n.isTrue()
	case isMapping:
		return n.object()
	case isList:
		values := make([]any, len(n.items))
		for i, item := range n.items {
			values[i] = item.json()
		}
		return values
	}
	return nil
}

func (n *node) object() map[string]any {
	values := make(map[string]any, len(n.fields))
	for _, f := range n.fields {
		values[f.name] = f.value.json()
	}
	return values
}

// isTrue reads the boolean spellings that YAML 1.2 knows: true, True, TRUE.
func (n *node) isTrue() bool { return n.text[0] == 't' || n.text[0] == 'T' }

// got names the value in a finding, as in `"user"`, `0` or `a list`.
func (n *node) got() string {
	switch n.kind {
	case isText:
		return quoteShort(n.text)
	case isDate:
		return "the date " + n.text
	case isNothing:
		return "nothing"
	case isMapping, isList:
		return "a " + string(n.kind)
	}
	return n.text
}

// quoteShort quotes a text for a finding; of a long one it keeps the beginning.
func quoteShort(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return strconv.Quote(string(runes[:most])) + "…"
	}
	return strconv.Quote(text)
}

// at is the value at a path below this one, nil if it is not written.
func (n *node) at(path string) *node {
	for name := range strings.SplitSeq(path, ".") {
		if n == nil {
			return nil
		}
		name, index, inList := strings.Cut(name, "[")
		n = n.field(name)
		if inList && n != nil {
			i, _ := strconv.Atoi(strings.TrimSuffix(index, "]"))
			n = n.items[i]
		}
	}
	return n
}
