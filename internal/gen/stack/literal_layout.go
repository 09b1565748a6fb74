package stack

import (
	"math"
	"strings"
)

// pair is one line of a composite literal, or several where the value has them.
type pair struct{ key, value string }

func (p pair) isLong() bool { return strings.Contains(p.value, "\n") }

// composite writes a composite literal as gofmt does, the pairs below each other and
// their values in columns; indent is that of its last line. To write it unformatted and
// let go/format find the columns is 9 % of a build of 100 specs.
func composite(kind string, pairs []pair, indent string) string {
	var b strings.Builder
	b.WriteString(kind + "{\n")
	for len(pairs) > 0 {
		n := inColumn(pairs)
		width := 0
		for _, p := range pairs[:n] {
			width = max(width, len(p.key))
		}
		for _, p := range pairs[:n] {
			b.WriteString(indent + "\t" + p.key + ":" + strings.Repeat(" ", width-len(p.key)+1) + p.value + ",\n")
		}
		pairs = pairs[n:]
	}
	return b.String() + indent + "}"
}

// inColumn is how many of the pairs have their values in one column. It ends at a value
// of several lines, and at a key that is much longer or shorter than those before it
// (go/printer, exprList).
func inColumn(pairs []pair) int {
	const small, most = 40, 2.5 // bytes, times
	logs := math.Log(float64(len(pairs[0].key)))
	for i := 1; i < len(pairs); i++ {
		before, key := len(pairs[i-1].key), len(pairs[i].key)
		if pairs[i-1].isLong() || pairs[i].isLong() {
			return i
		}
		ratio := float64(key) / math.Exp(logs/float64(i))
		if max(before, key) > small && (ratio >= most || ratio <= 1/most) {
			return i
		}
		logs += math.Log(float64(key))
	}
	return len(pairs)
}
