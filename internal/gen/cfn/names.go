package cfn

import (
	"strings"
	"unicode"
)

// logicalName makes a trigger's name ([a-z0-9-], a letter first) the end of a
// logical id, which has letters and digits only: order-placed is OrderPlaced.
//
// No two names give the same id, and an id depends on nothing but its name, so that
// a trigger keeps its id whatever is added before it. A hyphen makes the letter
// after it a capital; before a digit or another hyphen it becomes an X. An x that
// belongs to a word stays lower case, so the two differ: a-1 is AX1, a-x1 is AXx1.
func logicalName(name string) string {
	var b strings.Builder
	upper := true
	for i, r := range name {
		switch {
		case r == '-':
			upper = true
			if next := name[i+1:]; next == "" || !unicode.IsLower(rune(next[0])) {
				b.WriteByte('X')
				upper = false
			}
		case upper && r == 'x' && i > 0:
			b.WriteString("Xx")
			upper = false
		case upper:
			b.WriteRune(unicode.ToUpper(r))
			upper = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
