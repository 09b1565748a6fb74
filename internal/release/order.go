package release

import (
	"cmp"
	"strings"
)

// Newer reports whether release a comes after b, in the order of Semantic Versioning
// (section 11), which of two pseudo-versions is that of their commits' time. What is no
// release is neither newer nor older, nor is one of two commits of the same second.
func Newer(a, b string) bool {
	x, y := tag.FindStringSubmatch(a), tag.FindStringSubmatch(b)
	if x == nil || y == nil {
		return false
	}
	for i := 1; i <= 3; i++ {
		if c := compareNumbers(x[i], y[i]); c != 0 {
			return c > 0
		}
	}
	if x[4] == "" || y[4] == "" {
		return x[4] == "" && y[4] != "" // a pre-release comes before its release
	}
	return !sameSecond(a, b) && comparePre(strings.Split(x[4], "."), strings.Split(y[4], ".")) > 0
}

// sameSecond: what else differs between such pseudo-versions is the commits' hashes.
func sameSecond(a, b string) bool {
	x, y := pseudo.FindStringSubmatch(a), pseudo.FindStringSubmatch(b)
	return x != nil && y != nil && x[1] == y[1] && x[2] == y[2] && x[3] == y[3]
}

func comparePre(x, y []string) int {
	for i := range min(len(x), len(y)) {
		if c := compareIdentifiers(x[i], y[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(x), len(y))
}

// compareIdentifiers: numbers come before texts.
func compareIdentifiers(a, b string) int {
	switch isNumber(a) - isNumber(b) {
	case 1:
		return -1
	case -1:
		return 1
	}
	if isNumber(a) == 1 {
		return compareNumbers(a, b)
	}
	return strings.Compare(a, b)
}

func isNumber(text string) int {
	if strings.Trim(text, "0123456789") == "" {
		return 1
	}
	return 0
}

// compareNumbers compares numbers of any length, which have no zeros in front.
func compareNumbers(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
