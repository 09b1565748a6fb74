package spec

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/sfngen/sfngen/schema"
)

// violation is one keyword of the schema that a value breaks.
type violation struct {
	keyword string
	value   *node
	shape   shape
	isKey   bool   // the value's key breaks it (propertyNames)…
	name    string // …and is this
}

// validate checks the values against the schema, then against what the schema
// says in its own keywords (x-minimum…), and words what it finds.
func (r *reader) validate(root *node) {
	if !r.mustBeMapping(root) {
		return
	}
	for _, v := range violations(r.shape, root) {
		r.report(v)
	}
	r.inspect(root, r.shape)
}

// mustBeMapping reports a file that is no mapping at all in one finding, without a
// list of everything that it lacks.
func (r *reader) mustBeMapping(root *node) bool {
	if root.kind != isMapping {
		r.reject("wrong-shape", "", root.begin, "a spec must be a mapping of keys to values, got "+root.got(),
			"sfngen init writes one to start from")
	}
	return root.kind == isMapping
}

// violations validates and gives each leaf of the library's error tree the
// value that it is about. The library's order changes from run to run; the
// findings are sorted at the end.
func violations(root shape, value *node) []violation {
	failed := failure(root, value)
	if failed == nil {
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

// failure validates; what explains an error is made only for one.
func failure(root shape, value *node) *jsonschema.ValidationError {
	instance := value.json()
	if root.schema.Validate(instance) == nil {
		return nil
	}
	explaining, err := schema.Explaining(root.schema)
	if err != nil {
		panic(err) // see rootShape
	}
	var failed *jsonschema.ValidationError
	if !errors.As(explaining.Validate(instance), &failed) {
		panic("the schema of a spec takes a value, or does not, as two of its forms have it")
	}
	return failed
}

// eachLeaf visits what broke the schema at the bottom of the tree. Of the branches
// of a union it follows the only one that takes such a type; else the union as a
// whole is what broke.
func eachLeaf(failed *jsonschema.ValidationError, visit func(*jsonschema.ValidationError)) {
	causes := failed.Causes
	if strings.HasSuffix(failed.KeywordLocation, "/oneOf") {
		causes = slices.DeleteFunc(slices.Clone(causes), func(branch *jsonschema.ValidationError) bool { return isOtherType(branch, failed) })
		if len(causes) != 1 {
			causes = nil
		}
	}
	if len(causes) == 0 {
		visit(failed)
	}
	for _, cause := range causes {
		eachLeaf(cause, visit)
	}
}

// isOtherType reports whether a branch takes no value of the type that the union
// has got.
func isOtherType(branch, union *jsonschema.ValidationError) bool {
	other := false
	eachLeaf(branch, func(leaf *jsonschema.ValidationError) {
		other = other || leaf.InstanceLocation == union.InstanceLocation && strings.HasSuffix(leaf.KeywordLocation, "/type")
	})
	return other
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
		r.reject(r.shape.ruleOf(v.value.path), v.value.path, v.value.key, "the key "+v.message(), v.hint())
	default:
		r.rejectValue(v)
	}
}

func (r *reader) rejectValue(v violation) {
	rule := r.shape.ruleOf(v.value.path)
	if r.broken[v.value.path] {
		return // what is wrong with it has been said
	}
	if v.shape.isSection() && (v.keyword == "type" || v.isCount() && !isRule(rule)) {
		rule = "wrong-shape"
	}
	r.reject(rule, v.value.path, v.value.position(), v.message(), v.hint())
}

// isCount reports whether the value holds too much or nothing.
func (v violation) isCount() bool {
	return slices.Contains([]string{"minItems", "maxItems", "minProperties", "maxProperties"}, v.keyword)
}

// isRule reports whether docs/rules.md has the rule; it has none for most sections as a whole.
func isRule(name string) bool {
	_, known := ruleSeverity(name)
	return known
}
