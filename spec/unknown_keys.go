package spec

import (
	"slices"
	"strings"
	"sync"
)

// rejectUnknown reports a key that the schema does not know: as a word of
// another system, as a slip or a key in the wrong place, or with the keys that
// it does know. What the key was meant to be counts as broken, so that it is
// not reported as missing.
func (r *reader) rejectUnknown(in *node, at shape, key field) {
	path, keys := keyPath(in.path, key.name), at.keys()
	if in.path == "" && key.value.from != "" {
		keys = overlayKeys(keys)
	}
	if word, ok := foreignWord(key.name, in.path, keys); ok {
		r.reject("foreign-word", path, key.value.key, word.message(), word.hint(key.value))
		if word.target != "" {
			r.distrust(word.target)
		}
		return
	}
	hint := "it belongs into an environment, as in environments: {prod: {keepName: true}}"
	if key.name != keepNameKey || in.path != "" {
		hint = r.unknownHint(in, key.name, keys)
	}
	r.reject("unknown-key", path, key.value.key, "unknown key", hint)
}

// unknownHint says what was probably meant, which counts as broken.
func (r *reader) unknownHint(in *node, name string, keys []string) string {
	if meant := near(name, keys); meant != "" {
		r.distrust(keyPath(in.path, meant))
		return didYouMean(meant)
	}
	if elsewhere := fieldNamed(name, in.path); elsewhere != "" {
		r.distrust(elsewhere)
		return didYouMean(elsewhere)
	}
	return "allowed here: " + strings.Join(keys, ", ")
}

// overlayKeys are the keys of an environment, of those of a spec.
func overlayKeys(keys []string) []string {
	own := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return slices.Contains(sharedFields, key) })
	return append([]string{keepNameKey}, own...)
}

// fieldNamed is the path of the one field with that name that a key of this section can
// mean: of the fields in the section, else in the whole spec. Of a section that the spec
// has in two places, such as backoff, it is the outer one that is meant.
func fieldNamed(name, section string) string {
	all := fieldsByName()[plain(name)]
	inside := slices.DeleteFunc(slices.Clone(all), func(path string) bool {
		return !strings.HasPrefix(path, strings.TrimPrefix(section+".", ".")) || strings.Contains(path, "[]")
	})
	if len(inside) > 0 {
		return outermost(inside)
	}
	if meant := outermost(all); !strings.Contains(meant, "[]") {
		return meant
	}
	return ""
}

// outermost is the only path, or the shortest, if the others have its last section further
// in; "" for none.
func outermost(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	shortest := slices.MinFunc(paths, func(a, b string) int { return len(a) - len(b) })
	parts := strings.Split(shortest, ".")
	end := "." + strings.Join(parts[max(0, len(parts)-2):], ".")
	isOther := func(path string) bool { return path != shortest && !strings.HasSuffix(path, end) }
	if len(paths) > 1 && (len(parts) == 1 || slices.ContainsFunc(paths, isOther)) {
		return ""
	}
	return shortest
}

var fieldsByName = sync.OnceValue(func() map[string][]string {
	byName := map[string][]string{}
	rootShape().walk("", func(path string, _ shape) {
		name := plain(path[strings.LastIndexByte(path, '.')+1:])
		byName[name] = append(byName[name], path)
	})
	return byName
})

// walk visits every field of the schema with its path; a list's items have
// "[]" in theirs.
func (s shape) walk(path string, visit func(path string, at shape)) {
	for _, name := range s.keys() {
		at, _ := s.field(name)
		inner := keyPath(path, name)
		visit(inner, at)
		if item, ok := at.item(); ok {
			at, inner = item, inner+"[]"
		}
		at.walk(inner, visit)
	}
}

// rejectMissing reports required keys that are missing, but not one that is written
// under another name: that name has its own finding.
func (r *reader) rejectMissing(v violation) {
	for _, key := range v.shape.required() {
		path := keyPath(v.value.path, key)
		field, _ := v.shape.field(key)
		switch gone := v.value.gone[key]; {
		case gone != nil:
			r.reject("missing-key", path, gone.begin, "is required, and null takes it away", "write a value, or remove the key")
		case v.value.field(key) == nil && !r.isMeant(path, field):
			r.reject("missing-key", path, v.value.key, "is required, but missing", missingHint(path, field))
		}
	}
}

// isMeant reports whether another key was meant to be the one at path, or to be
// a required one in it, or any one where none is required.
func (r *reader) isMeant(path string, at shape) bool {
	if len(at.required()) == 0 {
		for broken := range r.broken {
			if strings.HasPrefix(broken, path+".") {
				return true
			}
		}
	}
	return r.broken[path] || slices.ContainsFunc(at.required(), func(key string) bool { return r.broken[path+"."+key] })
}

func missingHint(path string, field shape) string {
	if choices := field.choices(); len(choices) > 0 {
		return "write " + path + ": " + strings.Join(choices, " | ")
	}
	return field.wording().Missing
}
