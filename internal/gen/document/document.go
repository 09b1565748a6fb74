// Package document holds documents whose order matters: what sfngen generates is
// read by people and compared byte by byte. A document is built once, from typed
// values, and written as JSON (the Amazon States Language) or YAML
// (CloudFormation) by one walk over the same tree.
package document

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Value is nil, bool, int64, float64, json.Number, string, List, Map, Block or Tagged.
type Value any

// List is a sequence.
type List []Value

// Map is a mapping that keeps the order of its fields.
type Map []Field

// Field is one entry of a Map.
type Field struct {
	Name  string
	Value Value
}

// Block is a text of several lines, which YAML has line by line (a literal block scalar).
// Its first line must not begin with a space, and it ends with at most one line break. JSON
// has it as any other string.
type Block string

// Tagged is a value with a YAML tag, such as CloudFormation's short intrinsic
// functions (!Ref, !Sub, !GetAtt). JSON has no tags: writing one there panics,
// because only generated code, never input, can ask for it.
type Tagged struct {
	Tag   string // with its exclamation mark
	Value Value
}

// Get returns the value of the named field.
func (m Map) Get(name string) (Value, bool) {
	for _, f := range m {
		if f.Name == name {
			return f.Value, true
		}
	}
	return nil, false
}

// Of turns Go values into a document: structs by their json tags, in the order of
// their fields and with omitempty honoured; maps in the order of their keys; types
// with MarshalJSON through it. A value that JSON cannot hold (a channel, a map with
// keys that are not strings) panics.
func Of(v any) Value {
	switch v := v.(type) {
	case nil, bool, int64, float64, json.Number, string, Block, Tagged:
		return v
	case Map:
		return mapOf(v)
	case List:
		return listOf(v)
	case json.Marshaler:
		return ofMarshaler(v)
	}
	return ofReflect(reflect.ValueOf(v))
}

func mapOf(m Map) Map {
	out := make(Map, len(m))
	for i, f := range m {
		out[i] = Field{f.Name, Of(f.Value)}
	}
	return out
}

func listOf(l List) List {
	out := make(List, len(l))
	for i, v := range l {
		out[i] = Of(v)
	}
	return out
}

// ofMarshaler reads the text with package jsonvalue: with encoding/json, the status codes
// of the policies are 3 % of a build of 100 specs.
func ofMarshaler(m json.Marshaler) Value {
	text, err := m.MarshalJSON()
	if err != nil {
		panic(fmt.Sprintf("doc: %T: %v", m, err))
	}
	v, err := jsonvalue.Parse(text)
	if err != nil {
		panic(fmt.Sprintf("doc: %T: %v", m, err))
	}
	return ofJSON(v)
}

func ofJSON(v jsonvalue.Value) Value {
	switch v.Kind() {
	case jsonvalue.Bool:
		return v.Bool()
	case jsonvalue.Number:
		return json.Number(v.Number())
	case jsonvalue.String:
		return v.Text()
	case jsonvalue.Array:
		list := make(List, 0, v.Len())
		for item := range v.Items() {
			list = append(list, ofJSON(item))
		}
		return list
	case jsonvalue.Object:
		m := make(Map, 0, v.Len())
		for name, member := range v.Members() {
			m = append(m, Field{name, ofJSON(member)})
		}
		slices.SortFunc(m, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
		return m
	}
	return nil
}

func ofReflect(v reflect.Value) Value {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return Of(v.Elem().Interface())
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.Slice, reflect.Array:
		return ofSlice(v)
	case reflect.Map:
		return ofMap(v)
	case reflect.Struct:
		return ofStruct(v)
	}
	panic(fmt.Sprintf("doc: no document value for %s", v.Type()))
}

func ofSlice(v reflect.Value) Value {
	list := make(List, v.Len())
	for i := range list {
		list[i] = Of(v.Index(i).Interface())
	}
	return list
}

func ofMap(v reflect.Value) Value {
	keys := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	m := make(Map, len(keys))
	for i, k := range keys {
		m[i] = Field{k, Of(v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())).Interface())}
	}
	return m
}

// ofStruct has the fields of an embedded struct as its own.
func ofStruct(v reflect.Value) Value {
	fields := fieldsOf(v.Type())
	m := make(Map, 0, len(fields))
	for _, f := range fields {
		if value := v.FieldByIndex(f.index); !f.omitEmpty || !isEmpty(value) {
			m = append(m, Field{f.name, Of(value.Interface())})
		}
	}
	return m
}

// structField is a field of a struct that a document has, as reflect.Value.FieldByIndex
// finds it: those of an embedded struct are its own.
type structField struct {
	index     []int
	name      string
	omitEmpty bool
}

// known are the fields of each type of struct, by its reflect.Type: to read the tags
// each time is 2 % of a build of many specs.
var known sync.Map

func fieldsOf(kind reflect.Type) []structField {
	if fields, ok := known.Load(kind); ok {
		return fields.([]structField)
	}
	var fields []structField
	for i := range kind.NumField() {
		field := kind.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "" && field.Anonymous:
			for _, inner := range fieldsOf(field.Type) {
				inner.index = append([]int{i}, inner.index...)
				fields = append(fields, inner)
			}
		case name != "" && name != "-":
			fields = append(fields, structField{[]int{i}, name, options == "omitempty"})
		}
	}
	known.Store(kind, fields)
	return fields
}

// isEmpty is encoding/json's omitempty.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	}
	return v.IsZero()
}
