package spec

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// boundField is a field of a section: its key in the spec, its index in the
// struct, and its default.
type boundField struct {
	binding
	key    string
	index  int
	absent *node // nil: none
}

// section binds a struct to a mapping with fixed keys. A field has the name of
// its key, whatever the case: FunctionURL is functionUrl.
func (b *binder) section(of reflect.Type, at shape, path string) binding {
	keys := at.keys()
	var fields []boundField
	for i := range of.NumField() {
		name := of.Field(i).Name
		found := slices.IndexFunc(keys, func(key string) bool { return strings.EqualFold(key, name) })
		if found < 0 {
			b.misfit(keyPath(path, name), "is a field of %s, but not of the schema", of)
			continue
		}
		fields = append(fields, b.field(of.Field(i), at, path, keys[found]))
		keys = slices.Delete(keys, found, found+1)
	}
	for _, key := range keys {
		b.misfit(keyPath(path, key), "is a field of the schema, but not of %s", of)
	}
	give := func(d decoding, n *node, to reflect.Value) {
		for _, f := range fields {
			f.give(d, n.field(f.key), f.absent, to.Field(f.index))
		}
	}
	return binding{
		takes: func(n *node) bool { return n.kind == isMapping },
		read:  give,
		empty: func(d decoding, to reflect.Value) { give(d, nil, to) },
	}
}

func (b *binder) field(of reflect.StructField, at shape, path, key string) boundField {
	inner, _ := at.field(key)
	f := boundField{binding: b.bind(of.Type, inner, keyPath(path, key)), key: key, index: of.Index[0]}
	if value, ok := inner.absent(); ok {
		f.absent = nodeOf(value)
	}
	return f
}

// optional binds a pointer, which is nil where the spec writes nothing.
func (b *binder) optional(of reflect.Type, at shape, path string) binding {
	inner := b.bind(of.Elem(), at, path)
	read := inner.read
	inner.read = func(d decoding, n *node, to reflect.Value) {
		to.Set(reflect.New(of.Elem()))
		read(d, n, to.Elem())
	}
	inner.empty = nil
	return inner
}

// list binds a slice. Where the schema takes one value in place of a list of
// one, so does the binding. A broken section keeps its place in the list.
func (b *binder) list(of reflect.Type, at shape, path string) binding {
	itemShape, _ := at.item()
	item := b.bind(of.Elem(), itemShape, path+"[]")
	takesOne := slices.ContainsFunc(at.types(), func(name string) bool { return name != "array" })
	return binding{
		takes: func(n *node) bool { return n.kind == isList || takesOne && item.takes(n) },
		whole: item.whole,
		read: func(d decoding, n *node, to reflect.Value) {
			items := n.items
			if n.kind != isList {
				items = []*node{n}
			}
			if len(items) == 0 {
				return
			}
			to.Set(reflect.MakeSlice(of, len(items), len(items)))
			for i, n := range items {
				item.give(d, n, nil, to.Index(i))
			}
		},
	}
}

// mapping binds a map, whose keys are the user's.
func (b *binder) mapping(of reflect.Type, at shape, path string) binding {
	valueShape, ok := at.values()
	if !ok {
		b.misfit(path, "is a %s, but the schema does not say what its values are", of)
	}
	value := b.bind(of.Elem(), valueShape, path+".*")
	spell := spelling(at.names())
	return binding{
		takes: func(n *node) bool { return n.kind == isMapping },
		whole: value.whole,
		read: func(d decoding, n *node, to reflect.Value) {
			if len(n.fields) == 0 {
				return
			}
			to.Set(reflect.MakeMapWithSize(of, len(n.fields)))
			for _, f := range n.fields {
				inner := reflect.New(of.Elem()).Elem()
				value.give(d, f.value, nil, inner)
				to.SetMapIndex(reflect.ValueOf(spell(f.name)).Convert(of.Key()), inner)
			}
		},
	}
}

// nodeOf makes a node of a value of the schema, such as a default.
func nodeOf(value any) *node {
	switch value := value.(type) {
	case string:
		return &node{kind: isText, text: value}
	case json.Number:
		return &node{kind: isNumber, text: value.String()}
	case bool:
		if value {
			return &node{kind: isBoolean, text: "true"}
		}
		return &node{kind: isBoolean, text: "false"}
	case []any:
		list := &node{kind: isList}
		for _, item := range value {
			list.items = append(list.items, nodeOf(item))
		}
		return list
	case map[string]any:
		mapping := &node{kind: isMapping, named: map[string]*node{}}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			mapping.add(key, nodeOf(value[key]))
		}
		return mapping
	}
	return &node{kind: isNothing}
}
