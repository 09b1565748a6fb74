package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// reach is which answers a rule is about: the status codes that it takes, the methods of
// the requests, and what else must hold.
type reach struct {
	codes   []int
	methods []string
	when    contract.When
}

// The status codes that an answer can have; 1xx are no answers (RFC 9110 15.2).
const (
	firstCode = 200
	lastCode  = 599
)

// checkReach warns of rules that can never match, and of those that change nothing.
func (c *checker) checkReach() {
	if !c.allSound(rulesPath, "upstream.methods", "triggers") {
		return
	}
	var above []reach
	for i, rule := range c.spec.Retry.Rules {
		r, why, part := c.reachOf(rule)
		if why == "" {
			why = c.shadowed(above, r)
		}
		switch path := itemPath(rulesPath, i); {
		case why != "":
			c.warn("rule-never-matches", path+part, contract.RuleWords(rule.Name)+" never matches: "+why, c.reachAdvice(part))
		case c.changesNothing(i, r):
			c.warn("rule-without-effect", path, contract.RuleWords(rule.Name)+" says what the lists of codes say anyway",
				"remove it; if you want its name in logs, ignore this warning")
		default:
			c.checkSuccesses(i)
		}
		above = append(above, r)
	}
}

// checkSuccesses warns of a rule that takes every success for a failure. 202 and the like
// may say of themselves that nothing is done yet, and an earlier rule may know the successes.
func (c *checker) checkSuccesses(i int) {
	rules := c.spec.Retry.Rules
	if !c.sound("upstream.successStatusCodes") || rules[i].Is == contract.MeansSuccess || rules[i].asksMore() {
		return
	}
	for _, code := range []int{200, 201} {
		of := ""
		if methods := rules[i].When.Method; methods != nil {
			of = " to " + strings.Join(methods, " or ")
		}
		knowsSuccess := func(earlier Rule) bool { return earlier.Is == contract.MeansSuccess && earlier.mayTake(code) }
		if rules[i].mayTake(code) && c.spec.Upstream.Successes().Contains(code) && !slices.ContainsFunc(rules[:i], knowsSuccess) {
			c.warn("rule-fails-successes", itemPath(rulesPath, i)+".when",
				fmt.Sprintf("%s takes every %d%s for a failure, whatever is in it", contract.RuleWords(rules[i].Name), code, of),
				"add a condition on header, body or json; if every such answer is a failure, take the code out of upstream.successStatusCodes")
			return
		}
	}
}

func (c *checker) reachAdvice(part string) string {
	if part == "" {
		return "move it up, or remove it"
	}
	return "mend the condition, or remove the rule"
}

// reachOf gives the reach of a rule; why says what in it nothing can fulfil, and part
// where that is.
func (c *checker) reachOf(rule Rule) (r reach, why, part string) {
	r.when = rule.When.Conditions()
	r.codes = codesOf(r.when)
	for _, method := range c.usedMethods() {
		if r.when.Methods == nil || slices.Contains(r.when.Methods, method) {
			r.methods = append(r.methods, method)
		}
	}
	switch {
	case len(r.codes) == 0:
		return r, "an answer has a status from 200 on", ".when.status"
	case len(r.methods) == 0:
		return r, "neither upstream.methods nor a trigger sends " + strings.Join(r.when.Methods, " or "), ".when.method"
	case r.when.ReadsBody() && !r.hasBody():
		return r, "such an answer has no body (RFC 9110 6.4.1)", ".when"
	}
	for _, test := range r.when.Headers {
		if contradicts(test.Test, judge.LineHolds) {
			return r, "no value of " + test.Name + " fulfils all of its conditions", ".when." + keyPath("header", test.Name)
		}
	}
	for _, test := range r.when.JSON {
		if contradicts(test.Test, judge.ValueHolds) {
			return r, "no value at " + test.Path + " fulfils all of its conditions", ".when." + keyPath("json", test.Path)
		}
	}
	return r, "", ""
}

// codesOf are the statuses of answers that a rule takes.
func codesOf(when contract.When) []int {
	var codes []int
	for code := firstCode; code <= lastCode; code++ {
		if when.Status == nil || when.Status.Contains(code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// hasBody reports whether any answer can have a body: HEAD, 204, 205 and 304 have none.
func (r reach) hasBody() bool {
	return slices.ContainsFunc(r.codes, func(code int) bool { return code != 204 && code != 205 && code != 304 }) &&
		slices.ContainsFunc(r.methods, func(method string) bool { return method != "HEAD" })
}

// contradicts reports whether no value fulfils a test.
func contradicts(t contract.Test, holds func(contract.Test, []byte) bool) bool {
	hasMore := t.Contains != nil || t.Matches != nil || t.Compares()
	if t.WantsNothing() {
		return t.Values() != nil || hasMore
	}
	if values := t.Values(); values != nil { // one with spaces at its ends is no line of a header
		return !slices.ContainsFunc(values, func(value json.RawMessage) bool { return holds(t, value) })
	}
	return t.AtLeast != nil && (t.LessThan != nil && *t.AtLeast >= *t.LessThan || t.AtMost != nil && *t.AtLeast > *t.AtMost) ||
		t.GreaterThan != nil && (t.LessThan != nil && *t.GreaterThan >= *t.LessThan || t.AtMost != nil && *t.GreaterThan >= *t.AtMost)
}

// shadowed says which rules above take every answer of a rule; "" if some is left.
func (c *checker) shadowed(above []reach, r reach) string {
	var by []int
	for _, code := range r.codes {
		for _, method := range r.methods {
			i := slices.IndexFunc(above, func(earlier reach) bool { return earlier.takes(code, method) && implies(r.when, earlier.when) })
			if i < 0 {
				return ""
			}
			if !slices.Contains(by, i) {
				by = append(by, i)
			}
		}
	}
	if len(by) == 1 {
		return fmt.Sprintf("%s on line %d takes every such answer first", contract.RuleWords(c.spec.Retry.Rules[by[0]].Name),
			c.position(itemPath(rulesPath, by[0])).Line)
	}
	return fmt.Sprintf("the %d rules above it that it falls under take every such answer first", len(by))
}

func (r reach) takes(code int, method string) bool {
	return slices.Contains(r.codes, code) && slices.Contains(r.methods, method)
}

// changesNothing reports whether the lists say the same of all its answers, and no later
// rule would say something else.
func (c *checker) changesNothing(i int, r reach) bool {
	rule, retry := c.spec.Retry.Rules[i], c.spec.Retry
	if rule.Scope != "" || rule.MinWait != nil || rule.CoolDown != nil || rule.Acted != nil || i+1 < len(retry.Rules) ||
		!c.allSound("upstream.successStatusCodes", "retry.retryableStatusCodes", "retry.rateLimit.statusCodes") {
		return false
	}
	return !slices.ContainsFunc(r.codes, func(code int) bool { return c.meaningOf(code) != rule.Is })
}

// meaningOf is what the lists say of a code; "" where that depends on the request.
func (c *checker) meaningOf(code int) contract.Meaning {
	retry, upstream := c.spec.Retry, c.spec.Upstream
	switch {
	case upstream.SuccessStatusCodes == nil && code >= 300 && code <= 399:
		return ""
	case upstream.Successes().Contains(code):
		return contract.MeansSuccess
	case retry.RateLimit.StatusCodes.Contains(code):
		return contract.MeansRateLimited
	case retry.RetryableStatusCodes.Contains(code):
		return contract.MeansTransient
	}
	return contract.MeansRejected
}
