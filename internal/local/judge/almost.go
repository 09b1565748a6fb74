package judge

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// Almost is a rule that does not match because its values have another type than those of
// the body: 10006 in the rule, "10006" in the body, or the other way round. The spec's
// check cannot see that.
type Almost struct {
	Rule  string   `json:"rule"` // its name
	Paths []string `json:"paths"`
}

// almost are such rules among those that were asked before the one that decides.
func almost(p *plan.Plan, r judge.Request, a judge.Answer, decides int) []Almost {
	var all []Almost
	for i, rule := range p.Rules() {
		if i == decides {
			break
		}
		if paths := byType(rule.When, r, a); len(paths) > 0 {
			all = append(all, Almost{rule.Name, paths})
		}
	}
	return all
}

// byType are the paths whose values would let the conditions hold if they had the other
// type; none where something else keeps them from holding too.
func byType(w contract.When, r judge.Request, a judge.Answer) []string {
	loose := w
	loose.JSON = slices.Clone(w.JSON)
	var paths []string
	for i, test := range w.JSON {
		if holds(contract.When{JSON: w.JSON[i : i+1]}, r, a) {
			continue
		}
		loose.JSON[i].Test = test.WithValues(eitherType(test.Values()))
		paths = append(paths, test.Path)
	}
	if !holds(loose, r, a) {
		return nil
	}
	return paths
}

func holds(w contract.When, r judge.Request, a judge.Answer) bool {
	rule := contract.Rule{Name: "it", Is: contract.MeansRejected, When: w}
	return judge.Decide(contract.Policy{Rules: []contract.Rule{rule}}, r, a).Rule != ""
}

// eitherType adds the text "4" to the number 4, and the number to the text; so with true,
// false and null.
func eitherType(values []json.RawMessage) []json.RawMessage {
	all := slices.Clone(values)
	for _, value := range values {
		var text string
		switch err := json.Unmarshal(value, &text); {
		case string(value) == "null" || err != nil:
			all = append(all, json.RawMessage(`"`+string(value)+`"`))
		case json.Valid([]byte(text)) && !strings.ContainsAny(text, `{["`):
			all = append(all, json.RawMessage(strings.TrimSpace(text)))
		}
	}
	return all
}

func (a Almost) String() string {
	return contract.RuleWords(a.Rule) + " would match if " + count.And(a.Paths...) +
		` had the type that the rule wants: "4" is a text, 4 a number, and a rule may list both`
}
