package eventbridge

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Case is ignored letter by letter: a letter of the pattern matches its upper and
// lower case.

func equalFold(text, pattern string) bool {
	got, want := []rune(text), []rune(pattern)
	return len(got) == len(want) && sameFold(got, want)
}

func hasPrefixFold(text, pattern string) bool {
	got, want := []rune(text), []rune(pattern)
	return len(got) >= len(want) && sameFold(got[:len(want)], want)
}

func hasSuffixFold(text, pattern string) bool {
	got, want := []rune(text), []rune(pattern)
	return len(got) >= len(want) && sameFold(got[len(got)-len(want):], want)
}

// sameFold compares strings of equal length.
func sameFold(got, want []rune) bool {
	for i, r := range want {
		if got[i] != unicode.ToLower(r) && got[i] != unicode.ToUpper(r) {
			return false
		}
	}
	return true
}

// parseWildcard splits a wildcard at its stars, which match any text, also none; \*
// and \\ are literal.
func parseWildcard(text string) ([]string, error) {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '*' && strings.HasPrefix(text[i:], "**"):
			return nil, errors.New("two stars in a row; one already matches any text")
		case text[i] == '*':
			parts = append(parts, part.String())
			part.Reset()
		case text[i] != '\\':
			part.WriteByte(text[i])
		case i+1 < len(text) && (text[i+1] == '*' || text[i+1] == '\\'):
			i++
			part.WriteByte(text[i])
		default:
			return nil, fmt.Errorf(`a backslash at %d that is not followed by a star or a backslash; write \\ for a backslash`, i)
		}
	}
	return append(parts, part.String()), nil
}

// matchesParts reports whether text is these parts in their order, with any text
// between them.
func matchesParts(text string, parts []string) bool {
	if len(parts) == 1 {
		return text == parts[0]
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return true
}
