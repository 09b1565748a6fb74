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
		parts = append(parts, "after "+strings.Join(codes, ", "))
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

// retriedNotActed are the codes of notActedStatusCodes that another attempt may follow.
func (r Retry) retriedNotActed() []string {
	var codes []string
	for _, certain := range r.Idempotency.NotActedStatusCodes {
		for _, common := range overlaps(r.RetryableStatusCodes, certain) {
			if !slices.Contains(codes, common) {
				codes = append(codes, common)
			}
		}
	}
	return codes
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
		case len(overlaps(c.spec.Retry.RetryableStatusCodes, r)) == 0:
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
