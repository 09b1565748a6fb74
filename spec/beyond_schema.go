package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/schema"
)

// inspect checks values against what the schema means but its standard keywords
// cannot say: bounds of durations, ranges of codes, items and keys that differ
// by case only, and dates where any JSON value is allowed.
func (r *reader) inspect(n *node, at shape) {
	switch {
	case len(at.types()) == 0:
		r.inspectFree(n)
		return
	case n.kind == isMapping:
		r.inspectMapping(n, at)
	case n.kind == isList:
		r.inspectList(n, at)
	case at.wording().Range != "":
		r.inspectDuration(n, at)
	case at.isStatusCode():
		r.inspectStatusCode(n, at)
	}
}

var statusCodeTypes = []string{"integer", "string"}

func (s shape) isStatusCode() bool {
	return len(s.types()) >= 2 && slices.Equal(s.types()[:2], statusCodeTypes)
}

// capitalsCount: a body is looked at by every letter. Names of headers and classes such as
// 5xx are the same in any case.
func capitalsCount(item shape) bool {
	return item.wording().Spelling != schema.LowerCase && !item.isStatusCode()
}

func (r *reader) inspectMapping(n *node, at shape) {
	for _, field := range n.fields {
		if inner, known := at.field(field.name); known {
			r.inspect(field.value, inner)
		} else if len(at.keys()) == 0 {
			r.inspectFree(field.value)
		}
	}
	if at.names().schema != nil {
		r.inspectNames(n)
	}
}

// inspectFree refuses dates below a field that takes any JSON value.
func (r *reader) inspectFree(n *node) {
	if n.kind == isDate {
		r.reject("yaml-date", n.path, n.begin, "JSON has no dates, got "+n.text, fmt.Sprintf("put it in quotes: %q", n.text))
	}
	for _, field := range n.fields {
		r.inspectFree(field.value)
	}
	for _, item := range n.items {
		r.inspectFree(item)
	}
}

// inspectNames refuses keys that AWS or HTTP take for one: header names
// (RFC 9110 5.1) and the tag keys of an IAM role are case-insensitive.
func (r *reader) inspectNames(n *node) {
	first := map[string]field{}
	for _, field := range n.fields {
		folded := strings.ToLower(field.name)
		if other, double := first[folded]; double {
			r.reject("duplicate-key", field.value.path, field.value.key,
				fmt.Sprintf("differs from %s on line %d only by case", other.name, other.value.key.Line), "remove one of them")
			continue
		}
		first[folded] = field
	}
}

func (r *reader) inspectList(n *node, at shape) {
	inner, _ := at.item()
	first := map[string]*node{}
	for _, item := range n.items {
		r.inspect(item, inner)
		if !at.hasDistinctItems() || item.text == "" || r.broken[item.path] {
			continue
		}
		text := item.text
		if !capitalsCount(inner) {
			text = strings.ToLower(text)
		}
		if other, double := first[text]; double {
			r.reject("duplicate-item", item.path, item.begin,
				fmt.Sprintf("%s is in the list twice; the first is on line %d", item.text, other.begin.Line), "remove one of them")
			continue
		}
		first[text] = item
	}
}

// inspectStatusCode refuses a range that ends before it begins, and a code that
// is a whole number to the schema but no code (429.0).
func (r *reader) inspectStatusCode(n *node, at shape) {
	if _, err := contract.ParseStatusRange(n.text); err == nil || !r.sound(n.path) {
		return
	}
	if from, to, isRange := strings.Cut(n.text, "-"); isRange {
		r.reject(r.shape.ruleOf(n.path), n.path, n.begin, "the range "+n.text+" ends before it begins", "write "+to+"-"+from)
		return
	}
	r.reject(r.shape.ruleOf(n.path), n.path, n.begin, "must be "+at.wording().Expected+", got "+n.text, "")
}
