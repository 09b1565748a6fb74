package spec

import (
	"strconv"
	"strings"
)

// keyPath is the path of a key of the mapping at path.
func keyPath(path, key string) string {
	switch {
	case !isPlainKey(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// isPlainKey reports whether a path can hold the key without quotes.
func isPlainKey(key string) bool {
	return key != "" && strings.Trim(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// itemPath is the path of an item of the list at path.
func itemPath(path string, index int) string {
	return path + "[" + strconv.Itoa(index) + "]"
}

// parentPath is the path of the mapping or list that holds the value at path.
func parentPath(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}
