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
)

// Value is nil, bool, int64, float64, json.Number, string, List, Map or Tagged.
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
	case nil, bool, int64, float64, json.Number, string, Tagged:
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

func ofMarshaler(m json.Marshaler) Value {
	text, err := m.MarshalJSON()
	if err != nil {
		panic(fmt.Sprintf("doc: %T: %v", m, err))
	}
	var v any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		panic(fmt.Sprintf("doc: %T: %v", m, err))
	}
	return Of(v)
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
	m := Map{}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if embedded := v.Type().Field(i); embedded.Anonymous && name == "" {
			m = append(m, ofStruct(v.Field(i)).(Map)...)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		if options == "omitempty" && isEmpty(v.Field(i)) {
			continue
		}
		m = append(m, Field{name, Of(v.Field(i).Interface())})
	}
	return m
}

// isEmpty is encoding/json's omitempty.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	}
	return v.IsZero()
}
