package spec

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// mostRuleCost bounds what the conditions of all rules take together for the dearest answer
// of one status that could be made for them: a body of contract.BodyLimit, a header of half of it. What
// each takes is measured so, in an egress of one processor.
const mostRuleCost = 150 * time.Millisecond

// What a condition takes for the dearest body.
const (
	costOfPath     = 2 * time.Millisecond // to find the values of a path
	costOfEquals   = 3 * time.Millisecond // to look each of them up, however many would do
	costOfCompare  = 7 * time.Millisecond
	costOfPatterns = 5 * time.Millisecond    // to ask about each of them
	costOfWidth    = 3500 * time.Microsecond // of each place at which a pattern can stand at once
	costOfText     = 50 * time.Microsecond   // of a text to look for, and
	costOfLetter   = 7500 * time.Nanosecond  // of each of its bytes
	costOfInValues = 400 * time.Microsecond  // of a text to look for in each value
	mostCostOfText = 500 * time.Microsecond  // of a long one
)

// checkRuleCost refuses rules that an answer could make slow. An answer has one status: what
// rules about other ones look for costs it nothing.
func (c *checker) checkRuleCost() {
	if !c.sound(rulesPath) {
		return
	}
	var spent [lastCode + 1]time.Duration // by status
	for i, rule := range c.spec.Retry.Rules {
		when := rule.When.Conditions()
		codes := codesOf(when)
		if len(codes) == 0 {
			continue // rule-never-matches says it
		}
		for _, part := range costsOf(when) {
			dearest := slices.MaxFunc(codes, func(a, b int) int { return cmp.Compare(spent[a], spent[b]) })
			if spent[dearest]+part.cost > mostRuleCost {
				c.failCost(itemPath(rulesPath, i)+".when."+part.path, part.cost, dearest, spent[dearest])
				return
			}
			for _, code := range codes {
				spent[code] += part.cost
			}
		}
	}
}

func (c *checker) failCost(path string, cost time.Duration, status int, before time.Duration) {
	what := fmt.Sprintf("an answer that is made for it can take %s of an egress", cost.Round(time.Millisecond))
	if before > 0 {
		what += fmt.Sprintf(", and the conditions before it that a %d can meet %s", status, before.Round(time.Millisecond))
	}
	c.fail("rules-too-slow", path, fmt.Sprintf("%s; all together may take %s", what, mostRuleCost),
		"lower the counts of its pattern, as in {500}, write .* for .{0,50}, look for fewer texts and at fewer paths, or give the rules a status")
}

// costOfPart is what a condition of a rule takes, which stands at a path below its when.
type costOfPart struct {
	path string
	cost time.Duration
}

func costsOf(when contract.When) []costOfPart {
	var parts []costOfPart
	for _, test := range when.Headers { // half as long as a body
		parts = append(parts, costOfPart{keyPath("header", test.Name), costOfPatternsIn(test.Matches) / 2})
	}
	if when.Body != nil {
		cost := costOfPatternsIn(when.Body.Matches)
		for _, text := range when.Body.Contains {
			cost += min(costOfText+time.Duration(len(text))*costOfLetter, mostCostOfText)
		}
		parts = append(parts, costOfPart{"body", cost})
	}
	for _, test := range when.JSON {
		parts = append(parts, costOfPart{keyPath("json", test.Path), costOfValues(test.Test)})
	}
	return parts
}

func costOfValues(t contract.Test) time.Duration {
	cost := costOfPath + time.Duration(len(t.Contains))*costOfInValues
	if t.Values() != nil {
		cost += costOfEquals
	}
	if t.Compares() {
		cost += costOfCompare
	}
	if len(t.Matches) > 0 {
		cost += time.Duration(len(t.Matches))*costOfPatterns + costOfPatternsIn(t.Matches)
	}
	return cost
}

func costOfPatternsIn(list []string) time.Duration {
	var cost time.Duration
	for _, pattern := range list {
		cost += time.Duration(patternWidth(pattern)) * costOfWidth
	}
	return cost
}
