package engine

import (
	"strconv"
	"strings"
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
