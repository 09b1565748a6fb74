package mockapi

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
	"github.com/sfngen/sfngen/spec"
)

// Refusal is how an API answers a call over its limit.
type Refusal struct {
	Code   int
	Header http.Header // of that answer; a field without values must not be there
	Body   []byte      // nil: what was received, as JSON
	Rule   string      // whose answer it is, by its name; "" for a status of the lists
}

// RuleWords names the rule in a sentence; "" for none.
func (r Refusal) RuleWords() string {
	if r.Rule == "" {
		return ""
	}
	return contract.RuleWords(r.Rule)
}

// SpecRefusal is an answer that a spec takes for a limit: one that the first of its rules
// takes for one, of those with the scope of the limit before others, or else one of its
// codes. Whether a rule does, says the function that judges answers in a stack. methods
// are those that are called.
func SpecRefusal(policy contract.Policy, limit spec.Limit, methods []string) Refusal {
	var rules []contract.Rule
	for _, rule := range policy.Rules {
		if rule.Is == contract.MeansRateLimited {
			rules = append(rules, rule)
		}
	}
	isOther := func(rule contract.Rule) int {
		if cmp.Or(rule.Scope, policy.RateLimited.Scope) == limit.Per {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(rules, func(a, b contract.Rule) int { return isOther(a) - isOther(b) })
	code := LimitCode(policy.RateLimited.StatusCodes)
	for _, rule := range rules {
		if r, ok := refusalOf(rule, code); ok && r.isJudgedBy(policy, methods) {
			return r
		}
	}
	return Refusal{Code: code}
}

// refusalOf makes an answer for the conditions of a rule; code is for one of any status.
func refusalOf(rule contract.Rule, code int) (Refusal, bool) {
	r := Refusal{Code: codeOf(rule.When.Status, code), Header: http.Header{}, Rule: rule.Name}
	for _, test := range rule.When.Headers {
		name := http.CanonicalHeaderKey(test.Name)
		if test.WantsNothing() {
			r.Header[name] = nil
			continue
		}
		r.Header.Set(name, exampleText(test.Test))
	}
	var ok bool
	r.Body, ok = exampleBody(rule.When)
	return r, ok
}

// codeOf is one of the codes: the usual one, else an error, else any.
func codeOf(codes contract.StatusCodes, usual int) int {
	if codes == nil || codes.Contains(usual) {
		return usual
	}
	for code := 400; code <= 599; code++ {
		if codes.Contains(code) {
			return code
		}
	}
	return max(codes[0].From, 200)
}

// isJudgedBy reports whether the rule itself takes the answer for a limit, whatever is
// called. To HEAD there is no body.
func (r Refusal) isJudgedBy(policy contract.Policy, methods []string) bool {
	return !slices.ContainsFunc(methods, func(method string) bool {
		answer := judge.Answer{Status: r.Code, Header: r.Header, Body: r.Body}
		if len(methods) > 1 && method == http.MethodHead {
			return false
		}
		return judge.Decide(policy, judge.Request{Method: method}, answer).Rule != r.Rule
	})
}
