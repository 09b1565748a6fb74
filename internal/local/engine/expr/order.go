package expr

import (
	"slices"
	"unicode/utf16"
)

// inOrder sorts a template object's members as AWS sorts what it makes of them:
// first the members that are not expressions, in the order of the template, then
// the expressions in the order in which Java's HashMap iterates over their names
// without .$. This was recorded for Parameters (LocalStack,
// test_query_context_object_values); we assume it for ResultSelector and Assign.
// JSON objects have no order: we keep it only so that histories and payloads look
// as on AWS.
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

// bucketOf is a name's bucket in the table; within a bucket names keep their order
// of insertion (java.util.HashMap).
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
