package logs_test

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/fakeaws/logs"
)

func TestPatterns(t *testing.T) {
	const line = `{"a":"x","b":{"c":"yes"},"n":1}`
	for pattern, want := range map[string]bool{
		``:                               true,
		`{ $.a = "x" }`:                  true,
		`{ $.a = "y" }`:                  false,
		`{ $.a != "y" }`:                 true,
		`{ $.a = "*" }`:                  true,
		`{ $.b.c = "y*" }`:               true,
		`{ $.b.c != "y*" }`:              false,
		`{ $.absent != "y" }`:            false,
		`{ $.n = "1" }`:                  false,
		`{ $.a.c = "x" }`:                false,
		`{ $.a = "y" || $.b.c = "yes" }`: true,
		`{ $.a = "x" && $.b.c = "no" }`:  false,
		`{ $.a = "y" && $.a = "x" || $.b.c = "yes" }`:   true,
		`{ $.a = "y" && ($.a = "x" || $.b.c = "yes") }`: false,
	} {
		p, err := logs.ParsePattern(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		if got := p.Matches(line); got != want {
			t.Errorf("%s: %t, want %t", pattern, got, want)
		}
	}
	if p, _ := logs.ParsePattern(`{ $.a = "x" }`); p.Matches("REPORT RequestId: 1") || p.Matches(`"a"`) {
		t.Error("what is no JSON object matches")
	}
}

func TestPatternsThatAreNone(t *testing.T) {
	for _, pattern := range []string{
		`$.a = "x"`, `{ $.a = x }`, `{ $.a }`, `{ $.a = "x" && }`, `{ ($.a = "x" }`, `{ $.a = "x") }`, `{ $.a < "x" }`,
		`{ $.a = "` + strings.Repeat("x", 1024) + `" }`,
	} {
		if _, err := logs.ParsePattern(pattern); err == nil {
			t.Errorf("%s is read", pattern)
		}
	}
}
