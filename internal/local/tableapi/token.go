package tableapi

import (
	"fmt"
	"strings"
)

// mostExpression is the longest in bytes (Developer Guide, "Quotas": expressions).
const mostExpression = 4096

// tokens takes an expression apart: names, #names, :values and signs.
func tokens(text string) ([]string, error) {
	if len(text) > mostExpression {
		return nil, invalid("Expression size has exceeded the maximum allowed size")
	}
	var found []string
	for rest := text; ; {
		rest = strings.TrimLeft(rest, " \t\r\n")
		if rest == "" {
			return found, nil
		}
		n := tokenLength(rest)
		if n == 0 {
			return nil, invalid(fmt.Sprintf("Syntax error; %q is nothing that the expressions of this machine's tables have", rest[:1]))
		}
		found = append(found, rest[:n])
		rest = rest[n:]
	}
}

// tokenLength is that of the token at the begin; 0 for none.
func tokenLength(text string) int {
	switch first := text[0]; {
	case isWord(first), first == '#', first == ':':
		n := 1
		for n < len(text) && isWord(text[n]) {
			n++
		}
		if n == 1 && !isWord(first) {
			return 0
		}
		return n
	case strings.HasPrefix(text, "<>"), strings.HasPrefix(text, "<="), strings.HasPrefix(text, ">="):
		return 2
	case strings.IndexByte("=<>(),+-", first) >= 0:
		return 1
	}
	return 0
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
