package spec

import (
	"strconv"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// section reads the fields of one mapping. What is absent or broke a rule
// leaves its destination, which holds the default, alone.
type section struct {
	node  *node // nil where the spec does not write the mapping
	sound func(path string) bool
}

func asWritten(text string) string { return text }

// written is the value under a key, if there is one to be used.
func (s section) written(key string, kind kind) (*node, bool) {
	if s.node == nil {
		return nil, false
	}
	n := s.node.field(key)
	return n, n != nil && n.kind == kind && s.sound(n.path)
}

// in is the mapping under a key. It may hold broken values and still be read.
func (s section) in(key string) section {
	inner := section{sound: s.sound}
	if s.node != nil {
		if n := s.node.field(key); n != nil && n.kind == isMapping {
			inner.node = n
		}
	}
	return inner
}

// items are the mappings of the list under a key; a broken one keeps its place.
func (s section) items(key string) []section {
	if s.node == nil {
		return nil
	}
	list := s.node.field(key)
	if list == nil {
		return nil
	}
	var items []section
	for _, item := range list.items {
		items = append(items, section{item, s.sound})
	}
	return items
}

func (s section) text(key string, to *string) { text(s, key, to) }

func text[T ~string](s section, key string, to *T) {
	if n, ok := s.written(key, isText); ok {
		*to = T(n.text)
	}
}

func (s section) boolean(key string, to *bool) {
	if n, ok := s.written(key, isBoolean); ok {
		*to = n.isTrue()
	}
}

func (s section) number(key string, to *float64) {
	if n, ok := s.written(key, isNumber); ok {
		*to, _ = strconv.ParseFloat(n.text, 64) // the schema has checked it
	}
}

// integer reads what the schema takes for a whole number, 3.0 included.
func (s section) integer(key string, to *int) {
	number := float64(*to)
	s.number(key, &number)
	*to = int(number)
}

func (s section) duration(key string, to *time.Duration) {
	if n, ok := s.written(key, isText); ok {
		*to, _ = time.ParseDuration(n.text) // inspectDuration has checked it
	}
}

func (s section) list(key string, to *[]string, spell func(string) string) {
	n, ok := s.written(key, isList)
	if !ok {
		return
	}
	*to = nil
	for _, item := range n.items {
		*to = append(*to, spell(item.text))
	}
}

func (s section) codes(key string, to *contract.StatusCodes) {
	n, ok := s.written(key, isList)
	if !ok {
		return
	}
	*to = nil
	for _, item := range n.items {
		code, _ := contract.ParseStatusRange(item.text) // the schema has checked it
		*to = append(*to, code)
	}
}

func (s section) texts(key string, to *map[string]string, spell func(string) string) {
	n, ok := s.written(key, isMapping)
	if !ok || len(n.fields) == 0 {
		return
	}
	*to = make(map[string]string, len(n.fields))
	for _, f := range n.fields {
		(*to)[spell(f.name)] = f.value.text
	}
}

// json reads any value; a mapping that is broken in some part is left out.
func (s section) json(key string, to *any) {
	if s.node == nil {
		return
	}
	if n := s.node.field(key); n != nil && s.sound(n.path) {
		*to = n.json()
	}
}
