package asl_test

import (
	"fmt"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
)

func attemptName(k int) string { return fmt.Sprintf("Attempt %d", k) }

func lastAttempt(p *plan.Plan) string { return attemptName(len(p.Attempts)) }

func docMap(v any) document.Map {
	m, _ := document.Of(v).(document.Map)
	return m
}

// walk goes through the machine as the attempts fail in turn, the one after them
// works, and counts the states that it enters: Step Functions charges for each.
func walk(t *testing.T, m asl.Machine, failures []string) int {
	t.Helper()
	name, entered := m.StartAt, 0
	for entered < 1000 {
		entered++
		switch s := states(m)[name].(type) {
		case asl.Pass:
			name = s.Next
		case asl.Wait:
			name = s.Next
		case asl.Fail:
			return entered
		case asl.Task:
			if len(failures) == 0 {
				return entered
			}
			name, failures = next(s, failures[0]).Next, failures[1:]
		default:
			t.Fatalf("no state %q", name)
		}
	}
	t.Fatal("the machine does not end")
	return 0
}
