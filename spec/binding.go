package spec

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/schema"
)

// binding says how values of the tree become those of one Go type. It is built
// once, from the type and its schema.
type binding struct {
	takes func(n *node) bool
	// whole: a value with a broken part in it is not read. A section is: its
	// other fields are sound.
	whole bool
	read  func(d decoding, n *node, to reflect.Value)
	// empty fills in the defaults of a section that is not written; nil for all
	// other values.
	empty func(d decoding, to reflect.Value)
}

// accepts reports whether a value can be read.
func (b binding) accepts(d decoding, n *node) bool {
	return n != nil && b.takes(n) && (!b.whole || d.sound(n.path))
}

// give reads a value, or its substitute where it is absent or broken.
func (b binding) give(d decoding, n, absent *node, to reflect.Value) {
	switch {
	case b.accepts(d, n):
		b.read(d, n, to)
	case absent != nil:
		b.read(d, absent, to)
	case b.empty != nil:
		b.empty(d, to)
	}
}

// binder makes bindings, and notes what in a type does not fit its schema.
type binder struct{ misfits []string }

func (b *binder) misfit(path, format string, args ...any) {
	b.misfits = append(b.misfits, path+": "+fmt.Sprintf(format, args...))
}

var (
	durationType    = reflect.TypeFor[time.Duration]()
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
)

// bind makes the binding of a type and the schema of its values.
func (b *binder) bind(of reflect.Type, at shape, path string) binding {
	switch {
	case of == durationType:
		return scalar(isText, readDuration)
	case reflect.PointerTo(of).Implements(unmarshalerType):
		return binding{takes: anything, whole: true, read: unmarshal}
	}
	switch of.Kind() {
	case reflect.String:
		return scalar(isText, textReader(at))
	case reflect.Bool:
		return scalar(isBoolean, func(n *node, to reflect.Value) { to.SetBool(n.isTrue()) })
	case reflect.Int:
		return scalar(isNumber, func(n *node, to reflect.Value) { to.SetInt(int64(n.number())) }) // 3.0 is a whole number too
	case reflect.Float64:
		return scalar(isNumber, func(n *node, to reflect.Value) { to.SetFloat(n.number()) })
	case reflect.Interface:
		return binding{takes: anything, whole: true, read: readJSON}
	case reflect.Struct:
		return b.section(of, at, path)
	case reflect.Pointer:
		return b.optional(of, at, path)
	case reflect.Slice:
		return b.list(of, at, path)
	case reflect.Map:
		return b.mapping(of, at, path)
	}
	b.misfit(path, "no value of a spec becomes a %s", of)
	return binding{takes: func(*node) bool { return false }}
}

// scalar is the binding of a value without parts.
func scalar(of kind, read func(n *node, to reflect.Value)) binding {
	return binding{
		takes: func(n *node) bool { return n.kind == of },
		whole: true,
		read:  func(_ decoding, n *node, to reflect.Value) { read(n, to) },
	}
}

func anything(*node) bool { return true }

// readDuration: the reader has checked what it reads.
func readDuration(n *node, to reflect.Value) {
	d, _ := time.ParseDuration(n.text)
	to.SetInt(int64(d))
}

func textReader(at shape) func(n *node, to reflect.Value) {
	spell := spelling(at)
	return func(n *node, to reflect.Value) { to.SetString(spell(n.text)) }
}

// spelling returns how the schema wants a text to be read.
func spelling(at shape) func(string) string {
	switch at.wording().Spelling {
	case schema.LowerCase:
		return strings.ToLower
	case schema.Trimmed:
		return strings.TrimSpace
	}
	return func(text string) string { return text }
}

func readJSON(_ decoding, n *node, to reflect.Value) {
	if value := n.json(); value != nil {
		to.Set(reflect.ValueOf(value))
	}
}

// unmarshal lets a type read itself from JSON. What it refuses keeps its zero
// value; the reader has reported it.
func unmarshal(_ decoding, n *node, to reflect.Value) {
	if text, err := json.Marshal(n.json()); err == nil {
		_ = to.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(text)
	}
}

// number reads a number, which the schema has checked.
func (n *node) number() float64 {
	number, _ := strconv.ParseFloat(n.text, 64)
	return number
}
