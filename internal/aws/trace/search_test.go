package trace

import (
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/gen/cfn"
)

func TestPatternsHoldEveryNameAndNotMoreThanTheyMay(t *testing.T) {
	var names []string
	for i := range 60 {
		names = append(names, strings.Repeat(string(rune('a'+i%26)), 36)+strings.Repeat("-", i))
	}
	all := ""
	for _, p := range ofExecutions(names) {
		if len(p) > patternLimit || !strings.HasPrefix(p, "{ $.execution = ") || !strings.HasSuffix(p, `" }`) {
			t.Errorf("%d characters: %s", len(p), p)
		}
		all += p
	}
	for _, name := range names {
		if strings.Count(all, `"`+name+`"`) != 1 {
			t.Errorf("%s is in the patterns %d times", name, strings.Count(all, `"`+name+`"`))
		}
	}
	if n := len(ofExecutions(names)); n > 6 {
		t.Errorf("%d patterns", n)
	}
}

// A name that is as long as a pattern may be gets one of its own: a pattern without
// a term fails the search.
func TestAPatternHasATerm(t *testing.T) {
	for _, p := range ofExecutions([]string{strings.Repeat("x", patternLimit), "a"}) {
		if !strings.HasPrefix(p, "{ $.execution = ") {
			t.Errorf("%.40s", p)
		}
	}
}

// Of logs that AWS does not search a standard execution shows its history, and an express
// one says why there is nothing.
func TestLogsThatCannotBeSearched(t *testing.T) {
	const why = "cannot be searched (operations.logClass: infrequentAccess): CloudWatch Logs Insights alone reads it"
	s := &Source{Summary: cfn.Summary{Egresses: []string{"acme-egress-1"}, LogGroup: "/aws/vendedlogs/states/acme", Express: true,
		Operations: cfn.Operations{Unsearchable: true}}, Now: time.Now}
	_, notes, err := s.lambdaLines(t.Context(), []string{"a"}, s.Summary.Egresses, span{})
	if err != nil || len(notes) != 1 || !strings.Contains(notes[0], why) {
		t.Errorf("%v, %v", notes, err)
	}
	if _, err := s.Latest(t.Context(), Selection{Limit: 1, Failed: true}); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("the list: %v", err)
	}
}
