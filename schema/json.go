package schema

import (
	"encoding/json"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// texts is a list of texts, or one of them.
func texts(value jsonvalue.Value) []string {
	if value.Kind() != jsonvalue.Array {
		return []string{value.Text()}
	}
	var list []string
	for item := range value.Items() {
		list = append(list, item.Text())
	}
	return list
}

func sizeOf(value jsonvalue.Value) *int {
	n, _ := value.Int()
	size := int(n)
	return &size
}

func byName(schemas jsonvalue.Value) map[string]*keywords {
	m := make(map[string]*keywords, schemas.Len())
	for name, schema := range schemas.Members() {
		m[name] = keywordsOf(schema)
	}
	return m
}

// allowedBy reads true, false or a schema.
func allowedBy(value jsonvalue.Value) *allowed {
	if value.Kind() != jsonvalue.Object {
		return &allowed{any: value.Bool()}
	}
	return &allowed{schema: keywordsOf(value)}
}

// plain is a value as the library wants it: numbers as they are written.
func plain(value jsonvalue.Value) any {
	switch value.Kind() {
	case jsonvalue.String:
		return value.Text()
	case jsonvalue.Number:
		return json.Number(value.Number())
	case jsonvalue.Bool:
		return value.Bool()
	case jsonvalue.Array:
		list := make([]any, 0, value.Len())
		for item := range value.Items() {
			list = append(list, plain(item))
		}
		return list
	case jsonvalue.Object:
		m := make(map[string]any, value.Len())
		for name, member := range value.Members() {
			m[name] = plain(member)
		}
		return m
	}
	return nil
}
