package judge

import (
	"encoding/json"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// Almost is a rule that one small thing keeps from matching, which neither the spec nor
// the verdict shows: 10006 in the rule and "10006" in the body, or Limit and limit.
type Almost struct {
	Rule  string   `json:"rule"`  // its name
	For   string   `json:"for"`   // type | capitals
	Where []string `json:"where"` // the body, header NAME, or the path of a JSON value
}

const (
	forType     = "type"
	forCapitals = "capitals"
)

// almost are such rules among those that were asked before the one that decides.
func almost(p *plan.Plan, r judge.Request, a judge.Answer, decides int) []Almost {
	var all []Almost
	for i, rule := range p.Rules() {
		if i == decides {
			break
		}
		if where := but(rule.When, r, a, eitherType); len(where) > 0 {
			all = append(all, Almost{rule.Name, forType, where})
		} else if where := but(rule.When, r, a, anyCapitals); len(where) > 0 {
			all = append(all, Almost{rule.Name, forCapitals, where})
		}
	}
	return all
}

// but are the conditions that do not hold, where all would if those were loose; none where
// something else keeps the rule from matching too.
func but(w contract.When, r judge.Request, a judge.Answer, loose func(contract.Test) contract.Test) []string {
	var where []string
	loosened := func(name string, only contract.When, t *contract.Test) {
		if !holds(only, r, a) {
			*t = loose(*t)
			where = append(where, name)
		}
	}
	changed := w
	if w.Body != nil {
		body := *w.Body
		changed.Body = &body
		loosened("the body", contract.When{Body: w.Body}, changed.Body)
	}
	changed.Headers, changed.JSON = slices.Clone(w.Headers), slices.Clone(w.JSON)
	for i, test := range w.Headers {
		loosened("header "+test.Name, contract.When{Headers: w.Headers[i : i+1]}, &changed.Headers[i].Test)
	}
	for i, test := range w.JSON {
		loosened(test.Path, contract.When{JSON: w.JSON[i : i+1]}, &changed.JSON[i].Test)
	}
	if !holds(changed, r, a) {
		return nil
	}
	return where
}

func holds(w contract.When, r judge.Request, a judge.Answer) bool {
	rule := contract.Rule{Name: "it", Is: contract.MeansRejected, When: w}
	return judge.Decide(contract.Policy{Rules: []contract.Rule{rule}}, r, a).Rule != ""
}

func (a Almost) String() string {
	if a.For == forType {
		return contract.RuleWords(a.Rule) + " would match if " + count.And(a.Where...) +
			` had the type that the rule wants: "4" is a text, 4 a number, and a rule may list both`
	}
	return contract.RuleWords(a.Rule) + " would match if capitals did not count in " + count.And(a.Where...) +
		": they do, but not in matches: (?i)…"
}

// isText reports whether a JSON value is a text, and gives it.
func isText(value json.RawMessage) (text string, is bool) {
	is = string(value) != "null" && json.Unmarshal(value, &text) == nil
	return text, is
}
