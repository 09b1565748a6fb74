package plan

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// RuleView says what a rule does, in words.
type RuleView struct {
	Name string `json:"name"`
	When string `json:"when"` // its conditions
	Then string `json:"then"` // what such an answer means
}

// RuleViews are the rules in words, in their order.
func (p *Plan) RuleViews() []RuleView {
	var views []RuleView
	for _, rule := range p.Rules() {
		views = append(views, RuleView{Name: rule.Name, When: WhenWords(rule.When), Then: thenWords(rule)})
	}
	return views
}

// WhenWords are conditions as in: status 403, 429; body contains "secondary rate limit".
func WhenWords(w contract.When) string {
	var parts []string
	if w.Status != nil {
		parts = append(parts, "status "+list(w.Status, nil))
	}
	if w.Methods != nil {
		parts = append(parts, "method "+strings.Join(w.Methods, ", "))
	}
	for _, header := range w.Headers {
		parts = append(parts, "header "+header.Name+" "+testWords(header.Test))
	}
	if w.Body != nil {
		parts = append(parts, "body "+testWords(*w.Body))
	}
	for _, value := range w.JSON {
		parts = append(parts, value.Path+" "+testWords(value.Test))
	}
	return strings.Join(parts, "; ")
}

func testWords(t contract.Test) string {
	var parts []string
	if values := t.Values(); values != nil {
		parts = append(parts, "is "+orOf(values, func(value json.RawMessage) string { return string(value) }))
	}
	if t.Contains != nil {
		parts = append(parts, "contains "+orOf(t.Contains, strconv.Quote))
	}
	if t.Matches != nil {
		parts = append(parts, "matches "+orOf(t.Matches, func(pattern string) string { return "/" + pattern + "/" }))
	}
	for _, bound := range []struct {
		words  string
		number *float64
	}{{"<", t.LessThan}, {"<=", t.AtMost}, {">", t.GreaterThan}, {">=", t.AtLeast}} {
		if bound.number != nil {
			parts = append(parts, bound.words+" "+strconv.FormatFloat(*bound.number, 'g', -1, 64))
		}
	}
	switch {
	case t.WantsNothing():
		parts = append(parts, "is not there")
	case t.Exists != nil:
		parts = append(parts, "is there")
	}
	return strings.Join(parts, " and ")
}

func orOf[T any](values []T, words func(T) string) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = words(value)
	}
	return count.Or(texts...)
}

// meaningWords are the meanings as plan and pages write them.
var meaningWords = map[contract.Meaning]string{
	contract.MeansSuccess: "success", contract.MeansRateLimited: "rate-limited",
	contract.MeansTransient: "transient", contract.MeansRejected: "rejected",
}

// thenWords is as in: rate-limited per credential, at least 1m.
func thenWords(rule contract.Rule) string {
	text := meaningWords[rule.Is]
	if rule.Scope != "" && rule.PoolCoolDownSeconds == 0 {
		text += " per " + string(rule.Scope)
	}
	if rule.MinSeconds > 0 {
		text += ", at least " + Short(time.Duration(rule.MinSeconds)*time.Second)
	}
	if rule.PoolCoolDownSeconds > 0 {
		text += ", and no egress calls for " + Short(time.Duration(rule.PoolCoolDownSeconds)*time.Second)
	}
	if rule.Acted != nil && isRetried(rule.Is) {
		text += map[bool]string{true: ", the API may have acted", false: ", the API did not act"}[*rule.Acted]
	}
	return text
}

// ruleNames are those of the rules with one meaning, as in a sentence.
func (p *Plan) ruleNames(is contract.Meaning) []string {
	var names []string
	for _, rule := range p.Rules() {
		if rule.Is == is {
			names = append(names, contract.RuleWords(rule.Name))
		}
	}
	return names
}
