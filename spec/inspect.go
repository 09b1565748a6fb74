package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// inspect holds values against what the schema means but its standard keywords
// cannot say: bounds of durations, ranges of codes, items and keys that differ
// by case only, and dates where any JSON value may stand.
func (f *File) inspect(n *node, at shape) {
	switch {
	case len(at.types()) == 0:
		f.inspectFree(n)
		return
	case n.kind == isMapping:
		f.inspectMapping(n, at)
	case n.kind == isList:
		f.inspectList(n, at)
	case at.wording().Range != "":
		f.inspectDuration(n, at)
	case slices.Equal(at.types(), statusCodeTypes):
		f.inspectStatusCode(n, at)
	}
}

var statusCodeTypes = []string{"integer", "string"}

func (f *File) inspectMapping(n *node, at shape) {
	for _, field := range n.fields {
		if inner, known := at.field(field.name); known {
			f.inspect(field.value, inner)
		} else if len(at.keys()) == 0 {
			f.inspectFree(field.value)
		}
	}
	if at.names().schema != nil {
		f.inspectNames(n)
	}
}

// inspectFree refuses dates below a field that takes any JSON value.
func (f *File) inspectFree(n *node) {
	if n.kind == isDate {
		f.reject("yaml-date", n.path, n.at, "JSON has no dates, got "+n.text, fmt.Sprintf("put it in quotes: %q", n.text))
	}
	for _, field := range n.fields {
		f.inspectFree(field.value)
	}
	for _, item := range n.items {
		f.inspectFree(item)
	}
}

// inspectNames refuses keys that AWS or HTTP take for one: header names
// (RFC 9110 5.1) and the tag keys of an IAM role are case-insensitive.
func (f *File) inspectNames(n *node) {
	first := map[string]field{}
	for _, field := range n.fields {
		folded := strings.ToLower(field.name)
		if other, double := first[folded]; double {
			f.reject("duplicate-key", field.value.path, field.value.key,
				fmt.Sprintf("differs from %s on line %d only by case", other.name, other.value.key.Line), "remove one of them")
			continue
		}
		first[folded] = field
	}
}

func (f *File) inspectList(n *node, at shape) {
	inner, _ := at.item()
	first := map[string]*node{}
	for _, item := range n.items {
		f.inspect(item, inner)
		if !at.hasDistinctItems() || item.text == "" || f.broken[item.path] {
			continue
		}
		folded := strings.ToLower(item.text)
		if other, double := first[folded]; double {
			f.reject("duplicate-item", item.path, item.at,
				fmt.Sprintf("%s is in the list twice; the first is on line %d", item.text, other.at.Line), "remove one of them")
			continue
		}
		first[folded] = item
	}
}

// inspectStatusCode refuses a range that ends before it begins, and a code that
// is a whole number to the schema but no code (429.0).
func (f *File) inspectStatusCode(n *node, at shape) {
	if _, err := contract.ParseStatusRange(n.text); err == nil || !f.sound(n.path) {
		return
	}
	if from, to, isRange := strings.Cut(n.text, "-"); isRange {
		f.reject(ruleOf(n.path), n.path, n.at, "the range "+n.text+" ends before it begins", "write "+to+"-"+from)
		return
	}
	f.reject(ruleOf(n.path), n.path, n.at, "must be "+at.wording().Expected+", got "+n.text, "")
}
