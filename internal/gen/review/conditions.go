package review

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// narrows reports whether whatever fits the condition of now fits that of before too: each
// key that was asked for still is, with no value that was not among its values (IAM,
// "Conditions with multiple context keys or values"). Operators that exclude, or that a
// missing key fits, are not looked into.
func narrows(before, now *yaml.Node) bool {
	for operator, keys := range entries(before) {
		if strings.Contains(operator, "Not") || strings.Contains(operator, ":") || strings.HasSuffix(operator, "IfExists") {
			return false
		}
		for key, values := range entries(keys) {
			asked := field(now, operator, key)
			if asked == nil || slices.ContainsFunc(items(asked), func(v *yaml.Node) bool { return !hasValue(values, v) }) {
				return false
			}
		}
	}
	return true
}

func hasValue(values, wanted *yaml.Node) bool {
	return slices.ContainsFunc(items(values), func(v *yaml.Node) bool { return plain(v) == plain(wanted) })
}
