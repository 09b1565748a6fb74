package plan

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/spec"
)

// fieldsOf is a section of a spec as a document, under the names that the spec has. What
// is empty is left out, but false and numbers are values.
func fieldsOf(section any) document.Map {
	v := reflect.ValueOf(section)
	m := document.Map{}
	for i := range v.NumField() {
		if value := valueOf(v.Field(i)); !isNothing(value) {
			m = append(m, document.Field{Name: fieldName(v.Type().Field(i).Name), Value: value})
		}
	}
	return m
}

func valueOf(v reflect.Value) document.Value {
	switch value := v.Interface().(type) {
	case time.Duration:
		return Short(value)
	case json.Marshaler:
		return document.Of(value)
	case []spec.Reference:
		if len(value) == 1 { // of all egresses: as it is written
			return document.Of(value[0])
		}
	case spec.Credentials:
		if !value.Any() && value.CABundle == "" {
			return nil // how long they are kept means nothing then
		}
	case spec.CORS:
		if len(value.Origins) == 0 {
			return nil // its other fields mean nothing then
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		return fieldsOf(v.Interface())
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return valueOf(v.Elem())
	case reflect.Slice:
		list := document.List{}
		for i := range v.Len() {
			list = append(list, valueOf(v.Index(i)))
		}
		return list
	case reflect.Map:
		return mappingOf(v)
	}
	return document.Of(v.Interface())
}

// mappingOf has the keys in their order.
func mappingOf(v reflect.Value) document.Map {
	m := document.Map{}
	for _, f := range document.Of(keysOf(v)).(document.Map) {
		m = append(m, document.Field{Name: f.Name, Value: valueOf(v.MapIndex(reflect.ValueOf(f.Name).Convert(v.Type().Key())))})
	}
	return m
}

func keysOf(v reflect.Value) map[string]bool {
	keys := map[string]bool{}
	for _, k := range v.MapKeys() {
		keys[k.String()] = true
	}
	return keys
}

func isNothing(v document.Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case document.List:
		return len(v) == 0
	case document.Map:
		return len(v) == 0
	}
	return false
}

// fieldName is the spec's name of a Go field: FunctionURL is functionUrl, CORS is cors.
func fieldName(name string) string {
	if name == "OAuth2" {
		return "oauth2"
	}
	letters := []rune(name)
	var out strings.Builder
	for i, r := range letters {
		word := i > 0 && unicode.IsUpper(r) && unicode.IsLower(letters[i-1])
		ends := i > 0 && unicode.IsUpper(r) && i+1 < len(letters) && unicode.IsLower(letters[i+1])
		if word || ends {
			out.WriteRune(r)
		} else {
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return out.String()
}
