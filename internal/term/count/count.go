// Package count writes numbers with their noun, and lists in a sentence.
package count

import (
	"fmt"
	"strings"
)

// Of is a number of things: "1 egress", "2 egresses", "0 retries".
func Of(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s", n, plural(noun))
}

// plural covers the nouns that sfngen counts: egress, address, attempt, retry, …
func plural(noun string) string {
	stem, isY := strings.CutSuffix(noun, "y")
	switch {
	case isY && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "e") && !strings.HasSuffix(stem, "o"):
		return stem + "ies"
	case strings.HasSuffix(noun, "s") || strings.HasSuffix(noun, "x") || strings.HasSuffix(noun, "ch"):
		return noun + "es"
	}
	return noun + "s"
}

// Verb is the form of a verb that goes with n: Verb(1, "is", "are") is "is".
func Verb(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

// And lists items in a sentence: "a", "a and b", "a, b and c".
func And(items ...string) string { return list(items, " and ") }

// Or lists alternatives: "a", "a or b", "a, b or c".
func Or(items ...string) string { return list(items, " or ") }

func list(items []string, last string) string {
	n := len(items) - 1
	if n < 1 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:n], ", ") + last + items[n]
}
