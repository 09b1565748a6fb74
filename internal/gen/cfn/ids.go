package cfn

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"

	"github.com/sfngen/sfngen/internal/gen/plan"
)

// EgressID is the logical id of the function of egress k (1..50).
func EgressID(k int) string { return numbered(egressID, k) }

func numbered(id string, k int) string { return strings.Replace(id, "#", strconv.Itoa(k), 1) }

func named(id, trigger string) string { return strings.Replace(id, "*", logicalName(trigger), 1) }

// ruleID is the logical id of an event's rule. A rule of another bus has the bus in its
// id, as a hash: with another bus it is another rule, created under the same name on that
// bus before the old one goes. CloudFormation could not replace it under its name.
func ruleID(e plan.Event) string {
	if e.Bus.IsDefault() {
		return named(eventID, e.Name)
	}
	sum := sha256.Sum256([]byte(e.Bus.Written))
	return named(busEventID, e.Name) + "X" + hex.EncodeToString(sum[:4])
}

// rowOf finds the row of a logical id, and the number in the id if there is one.
func rowOf(id string) (r row, number string, ok bool) {
	for _, r := range table {
		if number, ok := r.match(id); ok {
			return r, number, true
		}
	}
	return row{}, "", false
}

func (r row) match(id string) (number string, ok bool) {
	place := strings.IndexAny(r.id, "#*")
	if place < 0 {
		return "", r.id == id
	}
	rest, found := strings.CutPrefix(id, r.id[:place])
	variable, ends := strings.CutSuffix(rest, r.id[place+1:])
	if !found || !ends || variable == "" {
		return "", false
	}
	if r.id[place] == '*' {
		return "", unicode.IsUpper(rune(variable[0]))
	}
	return variable, strings.Trim(variable, "0123456789") == ""
}

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
