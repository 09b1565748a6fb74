// Package shell writes words so that they can be pasted into a POSIX shell.
package shell

import "strings"

// Quote puts a word between single quotes if a shell would read it as anything
// but itself (POSIX, Shell Command Language, 2.2 "Quoting").
func Quote(word string) string {
	if word != "" && strings.IndexFunc(word, special) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func special(r rune) bool {
	switch {
	case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		return false
	}
	return !strings.ContainsRune("-_./:=@%+,", r)
}
