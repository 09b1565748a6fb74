package spec

import (
	"strings"
)

// Near is the candidate that a word was probably meant to be; "" when none is close.
func Near(word string, candidates []string) string { return near(word, candidates) }

// near is the candidate that a word was probably meant to be: the same but for
// case and separators, the only one that begins with it, or the one that is the
// fewest slips away if they are few for the word's length. "" when none is close.
func near(word string, candidates []string) string {
	word = plain(word)
	if completed := onlyCompletion(word, candidates); completed != "" {
		return completed
	}
	best, fewest := "", allowedSlips(len(word))+1
	for _, candidate := range candidates {
		if slips := distance(word, plain(candidate)); slips < fewest {
			best, fewest = candidate, slips
		}
	}
	return best
}

func allowedSlips(length int) int { return min(length/3, 3) }

func onlyCompletion(word string, candidates []string) string {
	found := ""
	for _, candidate := range candidates {
		switch {
		case plain(candidate) == word:
			return candidate
		case len(word) >= 3 && strings.HasPrefix(plain(candidate), word):
			if found != "" {
				return ""
			}
			found = candidate
		}
	}
	return found
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "")

// plain is a word without what naming styles differ in.
func plain(word string) string { return separators.Replace(strings.ToLower(word)) }

// longestCompared bounds the work for a key of a million characters.
const longestCompared = 64

// distance counts the slips between two words: a letter too many, missing,
// wrong, or two neighbours swapped (optimal string alignment).
func distance(a, b string) int {
	if len(a) > longestCompared || len(b) > longestCompared {
		return longestCompared
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+differ(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func differ(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}
