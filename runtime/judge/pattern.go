package judge

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"
)

// pattern is a regular expression (RE2), and the words of which one stands in every text
// that it matches: most answers have none of them, and looking for words takes a
// hundredth of the time. Without words any text may match.
type pattern struct {
	re    *regexp.Regexp // nil for one that is none, which no spec can have
	words []string       // lower case, as lowered has it
}

// patterns are those of the definitions that this process has met.
var patterns sync.Map // string -> pattern

func patternOf(text string) pattern {
	if known, ok := patterns.Load(text); ok {
		return known.(pattern)
	}
	p := pattern{}
	if parsed, err := syntax.Parse(text, syntax.Perl); err == nil {
		p.re, _ = regexp.Compile(text)
		p.words = wordsOf(parsed)
	}
	patterns.Store(text, p)
	return p
}

// matches reports whether the pattern matches a text; folded is the text as lowered
// gives it.
func (p pattern) matches(text []byte, folded func() []byte) bool {
	if p.re == nil || len(p.words) > 0 && !hasAny(folded(), p.words) {
		return false
	}
	return p.re.Match(text)
}

func hasAny(text []byte, words []string) bool {
	for _, word := range words {
		if bytes.Contains(text, []byte(word)) {
			return true
		}
	}
	return false
}

// lowered is a text with the letters of ASCII in lower case.
func lowered(text []byte) []byte {
	out := make([]byte, len(text))
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return out
}

// leastWord is the shortest word that is worth looking for, and mostWords how many are.
const (
	leastWord = 3
	mostWords = 16
)

// wordsOf are the words of an expression; nil where nothing is sure to stand in what it
// matches.
func wordsOf(e *syntax.Regexp) []string {
	switch e.Op {
	case syntax.OpLiteral:
		return wordOf(string(e.Rune), e.Flags&syntax.FoldCase != 0)
	case syntax.OpCapture, syntax.OpPlus:
		return wordsOf(e.Sub[0])
	case syntax.OpRepeat:
		if e.Min > 0 {
			return wordsOf(e.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range e.Sub {
			if words := wordsOf(sub); shortest(words) > shortest(best) {
				best = words
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range e.Sub {
			words := wordsOf(sub)
			if all = append(all, words...); words == nil || len(all) > mostWords {
				return nil
			}
		}
		return all
	}
	return nil
}

func shortest(words []string) int {
	if len(words) == 0 {
		return 0
	}
	least := len(words[0])
	for _, word := range words {
		least = min(least, len(word))
	}
	return least
}

// wordOf is a literal, in lower case. Where case does not count it is the longest part
// of it without the letters that have a third form beyond ASCII: the Kelvin sign is a k,
// the long s an s (Unicode, CaseFolding.txt). One with U+FFFD is none: that matches any
// byte that is no UTF-8.
func wordOf(literal string, anyCase bool) []string {
	if strings.ContainsRune(literal, utf8.RuneError) {
		return nil
	}
	word := string(lowered([]byte(literal)))
	if anyCase {
		parts := strings.FieldsFunc(word, func(r rune) bool { return r == 'k' || r == 's' || r > '~' })
		word = ""
		for _, part := range parts {
			if len(part) > len(word) {
				word = part
			}
		}
	}
	if len(word) < leastWord {
		return nil
	}
	return []string{word}
}
