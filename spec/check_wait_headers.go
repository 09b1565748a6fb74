package spec

import (
	"slices"
	"strings"
)

// checkWaitHeaders warns of headers that count calls: their number would be taken for
// seconds, so that x-ratelimit-limit: 5000 requested a wait of over an hour.
func (c *checker) checkWaitHeaders() {
	const path = "retry.rateLimit.headers"
	if !c.has(path) || !c.allSound(path, "retry.rateLimit.maxWait") || c.spec.Retry.RateLimit.MaxWait == 0 {
		return
	}
	for i, name := range c.spec.Retry.RateLimit.Headers {
		if countsCalls(name) {
			c.warn("no-wait-header", itemPath(path, i),
				"says by its name how many calls there are, and not how long to wait: its number would be taken for seconds",
				"remove it: what is left of a window is read beside its …-reset; if the API requests waits in it, ignore this warning")
		}
	}
}

// countsCalls knows the words of names such as x-ratelimit-limit, x-ratelimit-remaining
// and ratelimit-policy. A name that has one for a time too is none of them.
func countsCalls(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return c == '-' || c == '_' })
	counts := false
	for i, word := range words {
		switch word {
		case "remaining", "left", "used", "usage", "quota", "policy":
			counts = true
		case "limit":
			counts = counts || i > 0 && words[i-1] != "rate"
		}
	}
	return counts && !slices.ContainsFunc(words, saysTime)
}

func saysTime(word string) bool {
	return slices.Contains([]string{"ms", "in", "at"}, word) || slices.ContainsFunc([]string{"reset", "retry", "after", "wait", "interval",
		"window", "backoff", "time", "until", "delay", "seconds", "minutes"}, func(part string) bool { return strings.Contains(word, part) })
}
