package engine

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// What an entry of Choices may have beside its condition, and what combines conditions.
var (
	choiceRuleFields  = fields{"Next", "Assign", "Comment"}
	combinationFields = fields{"And", "Or", "Not"}
)

func (o object) choice(in *loaded) *choice {
	c := &choice{}
	if !o.has("Choices") {
		o.findf(o.at("Choices"), "is missing")
	} else if list, ok := o.get("Choices", jsonvalue.Array); ok && list.Len() == 0 {
		o.findf(o.at("Choices"), "needs at least one rule")
	}
	items := o.items("Choices")
	c.rules = make([]choiceRule, len(items))
	for i, item := range items {
		rule := &c.rules[i]
		item.comment()
		rule.condition, rule.assign = item.condition(choiceRuleFields), item.assign()
		item.lead(in, func(s *state) { rule.next = s })
	}
	if o.has("Default") {
		o.leadOf("Default", in, func(s *state) { c.fallback = s })
	}
	return c
}

// condition reads And, Or, Not or a comparison. Only an entry of Choices itself has
// other fields: beside names them. A bad one is reported, and never holds.
func (o object) condition(beside fields) condition {
	named := ""
	for name := range o.value.Members() {
		switch {
		case beside.has(name) || name == "Variable":
		case choiceRuleFields.has(name):
			o.findf(o.at(name), "stands beside a rule of Choices itself, not inside And, Or or Not")
		case !combinationFields.has(name) && !isOperator(name):
			o.findf(o.at(name), "%s", whyNoOperator(name))
		case named != "":
			o.findf(o.at(name), "cannot be together with %s: a rule asks one thing; And asks several", named)
		default:
			named = name
		}
	}
	switch {
	case named == "":
		o.findf(o.place, "asks nothing: And, Or, Not, or Variable with a comparison such as StringEquals")
		return someOf{}
	case combinationFields.has(named):
		return o.combination(named)
	default:
		return o.comparison(named)
	}
}

func (o object) combination(name string) condition {
	if o.has("Variable") {
		o.findf(o.at("Variable"), "cannot be together with %s: the conditions inside it have their own", name)
	}
	if name == "Not" {
		return notOne{o.object("Not").conditionInside()}
	}
	if list, ok := o.get(name, jsonvalue.Array); ok && list.Len() == 0 {
		o.findf(o.at(name), "needs at least one condition")
	}
	var all []condition
	for _, item := range o.items(name) {
		all = append(all, item.conditionInside())
	}
	if name == "And" {
		return everyOf(all)
	}
	return someOf(all)
}

func (o object) conditionInside() condition {
	if o.value.Kind() != jsonvalue.Object {
		return someOf{} // as the field's reader has reported
	}
	return o.condition(nil)
}

func (o object) comparison(name string) condition {
	if o.required("Variable") == "" {
		return someOf{}
	}
	path := o.path("Variable")
	if is, ok := kindTests[name]; ok {
		want, _ := o.get(name, jsonvalue.Bool)
		if name == isPresent {
			return presence{path, want.Bool()}
		}
		return kindOf{path, is, want.Bool()}
	}
	bare, byPath := strings.CutSuffix(name, pathSuffix)
	c := comparison{path: path, holdsFor: comparisons()[bare].holds}
	if byPath {
		c.withPath = o.path(name)
		return c
	}
	c.with = o.constant(name, comparisons()[bare].family)
	return c
}

// constant is what a comparison without Path compares with.
func (o object) constant(name string, of family) jsonvalue.Value {
	v, ok := o.get(name, of.kind)
	if !ok {
		return v
	}
	if _, isTime := instantOf(v); of.ofTimes && !isTime {
		o.findf(o.at(name), "must be a time such as 2026-11-23T13:00:00Z (RFC 3339), not %s", v)
	}
	if name == stringMatches {
		if _, err := patternOf(v.Text()); err != nil {
			o.findf(o.at(name), "%v", err)
		}
	}
	return v
}

func whyNoOperator(name string) string {
	if why, ok := unimplemented[name]; ok {
		return "is not implemented by this engine: " + why
	}
	for _, known := range append(operatorNames(), combinationFields...) {
		if strings.EqualFold(known, name) {
			return "is no comparison: did you mean " + known + "?"
		}
	}
	return "is no field of a rule that this engine knows: Variable, And, Or, Not, Next, Assign, Comment or a comparison such as StringEquals"
}

// operatorNames are all comparisons of the language, sorted.
func operatorNames() []string {
	var names []string
	for name := range kindTests {
		names = append(names, name)
	}
	for name := range comparisons() {
		names = append(names, name)
		if name != stringMatches {
			names = append(names, name+pathSuffix)
		}
	}
	slices.Sort(names)
	return names
}
