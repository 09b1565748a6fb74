package expr

import (
	"slices"
	"unicode/utf16"
)

// inOrder sorts a template object's members as AWS sorts what it makes of them:
// those that are no expression as they stand in the template, then the
// expressions as Java's HashMap iterates over their names without .$. It was
// recorded for Parameters (LocalStack, test_query_context_object_values) and is
// taken to hold for ResultSelector and Assign. JSON objects have no order: it is
// kept only for histories and payloads to look as on AWS.
func inOrder(members []member) []member {
	var plain, expressions []member
	for _, m := range members {
		if _, expression := m.value.(*field); expression {
			expressions = append(expressions, m)
		} else {
			plain = append(plain, m)
		}
	}
	buckets := bucketsFor(len(expressions))
	slices.SortStableFunc(expressions, func(a, b member) int {
		return bucketOf(a.name, buckets) - bucketOf(b.name, buckets)
	})
	return append(plain, expressions...)
}

// bucketsFor is the length of the table of a HashMap that has grown to n entries:
// it doubles when more than three quarters are taken.
func bucketsFor(n int) int {
	buckets := 16
	for 4*n > 3*buckets {
		buckets *= 2
	}
	return buckets
}

// bucketOf is a name's place in the table, where the ones of one bucket follow
// each other as they came (java.util.HashMap).
func bucketOf(name string, buckets int) int {
	h := javaHash(name)
	h ^= h >> 16
	return int(h) & (buckets - 1)
}

// javaHash is java.lang.String.hashCode, over the UTF-16 units.
func javaHash(text string) uint32 {
	var h uint32
	for _, unit := range utf16.Encode([]rune(text)) {
		h = 31*h + uint32(unit)
	}
	return h
}
