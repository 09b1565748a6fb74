package engine

import (
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/engine/value"
)

// place builds a Finding's place on the way down.
type place string

func (p place) member(name string) place {
	if name == "" || strings.ContainsAny(name, ".[]\"") {
		return p + place("["+strconv.Quote(name)+"]")
	}
	if p == "" {
		return place(name)
	}
	return p + "." + place(name)
}

func (p place) item(i int) place { return p + place("["+strconv.Itoa(i)+"]") }

// article names a kind of value in a sentence.
func article(k value.Kind) string {
	switch k {
	case value.Null:
		return "null"
	case value.Bool:
		return "a boolean"
	case value.Number:
		return "a number"
	case value.String:
		return "a string"
	case value.Array:
		return "an array"
	default:
		return "an object"
	}
}
