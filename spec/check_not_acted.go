package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// CertainFailures words the failures after which a POST without an idempotency key
// goes out again, because the API certainly did not act: "after 429, or without a
// connection"; "" for none.
func (r Retry) CertainFailures() string {
	var parts []string
	if codes := r.retriedNotActed(); len(codes) > 0 {
		parts = append(parts, "after "+strings.Join(codes, ", ")+r.exceptActed())
	}
	switch rules := r.notActedRules(); len(rules) {
	case 0:
	case 1:
		parts = append(parts, "after the "+contract.RuleWords(rules[0]))
	default:
		parts = append(parts, "after the rules "+strings.Join(rules, ", "))
	}
	if without := withoutConnection(r.RetryableErrors); without != "" {
		parts = append(parts, without)
	}
	return strings.Join(parts, ", or ")
}

// withoutConnection words the failures to connect that are retried.
func withoutConnection(retryable []string) string {
	timeout, connection := slices.Contains(retryable, contract.ErrorTimeout), slices.Contains(retryable, contract.ErrorConnection)
	switch {
	case timeout && connection:
		return "without a connection"
	case timeout:
		return "if no connection comes in time"
	case connection:
		return "without a connection (but for a timeout)"
	}
	return ""
}

// notActedRules are the rules that say acted: false of a failure that is retried.
func (r Retry) notActedRules() []string {
	var names []string
	for _, rule := range r.Rules {
		if rule.Acted != nil && !*rule.Acted && rule.isRetried() {
			names = append(names, rule.Name)
		}
	}
	if len(names) < 2 {
		return names
	}
	for i, name := range names { // "the rules rule 1, full" says it twice
		if number, ok := strings.CutPrefix(name, "rule "); ok && strings.Trim(number, "0123456789") == "" {
			names[i] = number
		}
	}
	return names
}

// retriedNotActed are the codes of notActedStatusCodes that another attempt may follow: by
// the lists, or by a rule that does not itself say whether the API acted.
func (r Retry) retriedNotActed() []string {
	var codes []string
	for _, certain := range r.Idempotency.NotActedStatusCodes {
		for _, part := range r.partsOf(certain) {
			if !slices.Contains(codes, part) {
				codes = append(codes, part)
			}
		}
	}
	return codes
}

// partsOf are the ranges of a range in which another attempt may follow.
func (r Retry) partsOf(certain contract.StatusRange) []string {
	var parts []string
	for code := certain.From; code <= certain.To; code++ {
		from := code
		for code <= certain.To && r.retriesNotActed(code) {
			code++
		}
		if code > from {
			parts = append(parts, contract.StatusRange{From: from, To: code - 1}.String())
		}
	}
	return parts
}

// retriesNotActed reports whether another attempt may follow a code because
// notActedStatusCodes has it. A rule that has no other condition takes all of its answers.
func (r Retry) retriesNotActed(code int) bool {
	for _, rule := range r.Rules {
		if !rule.mayTake(code) {
			continue
		}
		if rule.isRetried() && rule.Acted == nil {
			return true
		}
		if !rule.asksMore() && rule.When.Method == nil {
			return false
		}
	}
	return r.RetryableStatusCodes.Contains(code)
}

// exceptActed names the rules that say acted: true of a code of notActedStatusCodes.
func (r Retry) exceptActed() string {
	var names []string
	for _, rule := range r.Rules {
		contradicts := func(certain contract.StatusRange) bool {
			return rule.When.Status == nil || len(overlaps(rule.When.Status, certain)) > 0
		}
		if rule.isRetried() && rule.Acted != nil && *rule.Acted && slices.ContainsFunc(r.Idempotency.NotActedStatusCodes, contradicts) {
			names = append(names, contract.RuleWords(rule.Name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (but for " + strings.Join(names, ", ") + ")"
}

const notActed = "retry.idempotency.notActedStatusCodes"

// checkNotActed refuses codes that are no failures, and warns about those that decide
// nothing.
func (c *checker) checkNotActed() {
	if !c.has(notActed) || !c.allSound(notActed, "retry.retryableStatusCodes") {
		return
	}
	for i, r := range c.spec.Retry.Idempotency.NotActedStatusCodes {
		switch {
		case r.From < 400:
			low := contract.StatusRange{From: r.From, To: min(r.To, 399)}
			c.fail("not-acted-code", itemPath(notActed, i),
				low.String()+" does not say that the API refused the request: after such an answer it may have acted",
				"name failures from 400 to 599 after which it certainly did not act, such as 429")
		case len(c.spec.Retry.partsOf(r)) == 0 && len(overlaps(c.spec.Retry.RetryableStatusCodes, r)) == 0:
			c.warn("not-acted-unused", itemPath(notActed, i), r.String()+" has no effect, because it is not retryable",
				"name it in retry.retryableStatusCodes too, or remove it")
		}
	}
	c.checkNotActedMatters()
}

// checkNotActedMatters: the codes decide only about POST and PATCH. Beside a key they do
// nothing either, but say no less of the API.
func (c *checker) checkNotActedMatters() {
	if !c.allSound("upstream.methods", "triggers", "retry.idempotency", notActed) || len(c.spec.Retry.Idempotency.NotActedStatusCodes) == 0 {
		return
	}
	if why := c.whyNotActedIsIdle(); why != "" {
		c.warn("not-acted-unused", notActed, "has no effect "+why, "remove it")
	}
}

func (c *checker) whyNotActedIsIdle() string {
	rule := c.spec.Retry.Idempotency
	switch {
	case len(c.unsafeMethods()) == 0:
		return "without POST and PATCH: other methods are always safe to send again"
	case rule.UnsafeMethods != contract.UnsafeGuarded:
		return fmt.Sprintf("with unsafeMethods: %s, which decides for every failure", rule.UnsafeMethods)
	}
	return ""
}
