package lazyregexp_test

import (
	"slices"
	"testing"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

func TestAPatternIsARegularExpression(t *testing.T) {
	p := lazyregexp.New(`(\w+)-(\d+)`)
	if !p.MatchString("egress-3") || !p.Match([]byte("egress-3")) || p.MatchString("egress") {
		t.Error("it matches what it should not, or does not match what it should")
	}
	if got := p.FindString("an egress-3 here"); got != "egress-3" {
		t.Errorf("FindString: %q", got)
	}
	if got := p.FindAllString("a-1 b-2 c-3", 2); !slices.Equal(got, []string{"a-1", "b-2"}) {
		t.Errorf("FindAllString: %q", got)
	}
	if got := p.FindAllStringIndex("a-1 b-2", -1); len(got) != 2 || !slices.Equal(got[1], []int{4, 7}) {
		t.Errorf("FindAllStringIndex: %v", got)
	}
	if got := p.FindStringSubmatch("an egress-3 here"); len(got) != 3 || got[1] != "egress" || got[2] != "3" {
		t.Errorf("FindStringSubmatch: %q", got)
	}
	if got := p.FindSubmatch([]byte("egress-3")); string(got[2]) != "3" {
		t.Errorf("FindSubmatch: %q", got)
	}
	if got := p.ReplaceAllString("egress-3", "$2"); got != "3" {
		t.Errorf("ReplaceAllString: %q", got)
	}
	if got := p.ExpandString(nil, "$1!", "egress-3", p.FindStringSubmatchIndex("egress-3")); string(got) != "egress!" {
		t.Errorf("ExpandString: %q", got)
	}
	if p.String() != `(\w+)-(\d+)` {
		t.Errorf("String: %s", p)
	}
}

// What is not used costs nothing, not even its mistakes.
func TestAPatternIsCompiledAtItsFirstUse(t *testing.T) {
	wrong := lazyregexp.New(`(`)
	defer func() {
		if recover() == nil {
			t.Error("a wrong expression does not panic when it is used")
		}
	}()
	wrong.MatchString("")
}
