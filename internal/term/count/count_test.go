package count_test

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/term/count"
)

func TestOf(t *testing.T) {
	for _, test := range []struct {
		n    int
		noun string
		want string
	}{
		{1, "egress", "1 egress"}, {2, "egress", "2 egresses"}, {0, "attempt", "0 attempts"}, {3, "distinct address", "3 distinct addresses"},
		{2, "retry", "2 retries"}, {2, "day", "2 days"}, {2, "box", "2 boxes"}, {2, "match", "2 matches"}, {12, "egress Lambda",
			"12 egress Lambdas"},
	} {
		if got := count.Of(test.n, test.noun); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestLists(t *testing.T) {
	for items, want := range map[string][2]string{"": {"", ""}, "a": {"a", "a"}, "a b": {"a and b", "a or b"},
		"a b c": {"a, b and c", "a, b or c"}} {
		words := strings.Fields(items)
		if got := [2]string{count.And(words...), count.Or(words...)}; got != want {
			t.Errorf("%q: %q, want %q", items, got, want)
		}
	}
	if count.Verb(1, "is", "are") != "is" || count.Verb(0, "is", "are") != "are" {
		t.Error("verbs do not follow the number")
	}
}
