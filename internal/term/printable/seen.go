package printable

import (
	"unicode"
	"unicode/utf8"
)

// isSeen reports whether a character shows itself. Unicode has some that count as
// letters or marks and show nothing (Default_Ignorable_Code_Point, and the blank of
// Braille); others are format characters and are seen, such as Arabic's number signs.
func isSeen(r rune) bool {
	switch {
	case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), r == '\u2800':
		return false
	}
	return unicode.IsPrint(r) || unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// The joiners are part of how some scripts and emoji are written, and hide in others.
const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

func isJoiner(r rune) bool { return r == zeroWidthNonJoiner || r == zeroWidthJoiner }

// joins reports whether a joiner between these has something to do there.
func joins(before rune, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	return isEmoji(before) && isEmoji(next) || unicode.In(before, joining()...) && unicode.In(next, joining()...)
}

// isEmoji includes what modifies one: a skin tone, and the selector of its coloured
// form.
func isEmoji(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sk) && r > 0x2000 || r == '\ufe0f'
}

// joining gives the scripts that are written with joiners (Unicode, 23.2 "Cursive
// Connection and Ligatures"). Marks between letters are Inherited.
func joining() []*unicode.RangeTable {
	return []*unicode.RangeTable{
		unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
		unicode.Khmer, unicode.Myanmar,
	}
}
