package expr

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// maxVariable is how long a variable's name may be, in characters.
const maxVariable = 80

// CheckVariable says why a name, without its $, is not valid for a variable: it
// must be a Unicode identifier (UAX #31) of at most 80 characters other than
// "states" (AWS: "Passing data between states with variables").
func CheckVariable(name string) error {
	first, _ := utf8.DecodeRuneInString(name)
	switch {
	case name == "states":
		return fmt.Errorf("the variable $%s is reserved (by JSONata)", name)
	case utf8.RuneCountInString(name) > maxVariable:
		return fmt.Errorf("the variable $%s: a name has at most %d characters", name, maxVariable)
	case !startsIdentifier(first):
		return fmt.Errorf("the variable $%s: a name begins with a letter", name)
	}
	for _, r := range name {
		if !continuesIdentifier(r) {
			return fmt.Errorf("the variable $%s: a name holds no %q, only letters, digits and _", name, r)
		}
	}
	return nil
}

func startsIdentifier(r rune) bool {
	return unicode.In(r, unicode.Letter, unicode.Nl, unicode.Other_ID_Start)
}

func continuesIdentifier(r rune) bool {
	return startsIdentifier(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}
