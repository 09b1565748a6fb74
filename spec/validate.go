package spec

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// violation is one keyword of the schema that a value breaks.
type violation struct {
	keyword string
	value   *node
	shape   shape
	isKey   bool   // the value's key breaks it (propertyNames)…
	name    string // …and is this
}

// validate holds the values against the schema, then against what the schema
// says in its own keywords (x-minimum…), and words what it finds.
func (r *reader) validate(root *node) {
	if !r.mustBeMapping(root) {
		return
	}
	shape := rootShape()
	for _, v := range violations(shape, root) {
		r.report(v)
	}
	r.inspect(root, shape)
}

// mustBeMapping spares a file that is no mapping at all the list of everything
// that it lacks.
func (r *reader) mustBeMapping(root *node) bool {
	if root.kind != isMapping {
		r.reject("wrong-shape", "", root.begin, "a spec must be a mapping of keys to values, got "+root.got(), "sfngen init writes one to start from")
	}
	return root.kind == isMapping
}

// violations validates and gives each leaf of the library's error tree the
// value that it is about. The library's order changes from run to run; the
// findings are sorted in the end.
func violations(root shape, value *node) []violation {
	var failed *jsonschema.ValidationError
	if !errors.As(root.schema.Validate(value.json()), &failed) {
		return nil
	}
	var found []violation
	eachLeaf(failed, func(leaf *jsonschema.ValidationError) {
		v := violation{
			keyword: leaf.KeywordLocation[strings.LastIndexByte(leaf.KeywordLocation, '/')+1:],
			isKey:   strings.Contains(leaf.KeywordLocation, "/propertyNames"),
		}
		v.value, v.shape = locate(value, root, leaf.InstanceLocation, v.isKey)
		v.name = unescape(leaf.InstanceLocation[strings.LastIndexByte(leaf.InstanceLocation, '/')+1:])
		found = append(found, v)
	})
	return onePerValue(found)
}

func eachLeaf(failed *jsonschema.ValidationError, visit func(*jsonschema.ValidationError)) {
	if len(failed.Causes) == 0 {
		visit(failed)
	}
	for _, cause := range failed.Causes {
		eachLeaf(cause, visit)
	}
}

// locate follows a JSON pointer (RFC 6901, percent-encoded as the library does)
// to a value and its shape; for a key it is the shape of the key.
func locate(value *node, at shape, pointer string, isKey bool) (*node, shape) {
	tokens := strings.Split(pointer, "/")[1:]
	for i, token := range tokens {
		if value.kind == isList {
			index, _ := strconv.Atoi(token)
			value = value.items[index]
			at, _ = at.item()
			continue
		}
		token = unescape(token)
		value = value.field(token)
		if isKey && i == len(tokens)-1 {
			return value, at.names()
		}
		at, _ = at.field(token)
	}
	return value, at
}

func unescape(token string) string {
	if plain, err := url.PathUnescape(token); err == nil {
		token = plain
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}

// onePerValue keeps one violation of each value: a text that is too long need
// not hear of its pattern too. What is missing in a mapping and what is unknown
// in it are different findings.
func onePerValue(found []violation) []violation {
	type subject struct {
		value   *node
		keyword string
		isKey   bool
	}
	slices.SortStableFunc(found, func(a, b violation) int { return strings.Compare(a.keyword, b.keyword) })
	seen := map[subject]bool{}
	return slices.DeleteFunc(found, func(v violation) bool {
		s := subject{value: v.value, isKey: v.isKey}
		if v.keyword == "required" || v.keyword == "additionalProperties" {
			s.keyword = v.keyword
		}
		defer func() { seen[s] = true }()
		return seen[s]
	})
}

// report turns a violation into findings.
func (r *reader) report(v violation) {
	switch {
	case v.keyword == "uniqueItems": // inspect finds those, and the ones that differ by case
	case v.keyword == "additionalProperties":
		for _, field := range v.value.fields {
			if _, known := v.shape.field(field.name); !known {
				r.rejectUnknown(v.value, v.shape, field)
			}
		}
	case v.keyword == "required":
		r.rejectMissing(v)
	case v.isKey:
		r.reject(ruleOf(v.value.path), v.value.path, v.value.key, "the key "+v.message(), v.hint())
	default:
		r.rejectValue(v)
	}
}

func (r *reader) rejectValue(v violation) {
	rule := ruleOf(v.value.path)
	if r.broken[v.value.path] {
		return // what is wrong with it has been said
	}
	if v.keyword == "type" && v.shape.isSection() {
		rule = "wrong-shape"
	}
	r.reject(rule, v.value.path, v.value.position(), v.message(), v.hint())
}

// ruleOf names the rule that a field's own values obey: the path in kebab case,
// without positions in lists and without the keys of free mappings.
func ruleOf(path string) string {
	var words []string
	at := rootShape()
	for path != "" {
		name := path
		if end := strings.IndexAny(path, ".["); end >= 0 {
			name = path[:end]
		}
		if !slices.Contains(at.keys(), name) {
			break
		}
		words = append(words, kebab(name))
		at, path = at.inner(name), skipIndex(path[len(name):])
	}
	return strings.Join(words, "-")
}

// inner is the shape of a field, or of its items if it is a list.
func (s shape) inner(name string) shape {
	field, _ := s.field(name)
	if item, ok := field.item(); ok {
		return item
	}
	return field
}

// skipIndex cuts "[0]" and the dot that follows.
func skipIndex(path string) string {
	if strings.HasPrefix(path, "[") {
		path = path[strings.IndexByte(path, ']')+1:]
	}
	return strings.TrimPrefix(path, ".")
}

func kebab(name string) string {
	var words strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			words.WriteByte('-')
		}
		words.WriteRune(unicode.ToLower(r))
	}
	return words.String()
}
