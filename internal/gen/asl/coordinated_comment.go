package asl

import (
	"fmt"
	"strings"

	"time"

	"github.com/sfngen/sfngen/internal/gen/plan"
)

// chooseComment says what the first state does.
func chooseComment(p *plan.Plan) string {
	text := "egress.coordination: dynamodb. Who makes the first attempt, and when: as the orchestrator chose by the table of the pool " +
		"(start in the input), else " + drawnComment(p) + ". $cause.errorMessage holds the egresses in their order, $turn says which of " +
		"them goes."
	if rules := rulesComment(p); rules != "" {
		text += " " + rules
	}
	return text
}

func drawnComment(p *plan.Plan) string {
	if p.RandomStart {
		return fmt.Sprintf("one of the %d egresses, drawn at random", p.Egresses)
	}
	return "egress 1"
}

func coordinatedComment(p *plan.Plan, a plan.Attempt) string {
	parts := []string{fmt.Sprintf("Attempt %d of %d, through the egress that %s names. It calls if the table of the pool lets it; "+
		"else nothing is called, and the egress that may go makes attempt %d after %s.",
		a.Number, len(p.Attempts), namedBy(a), a.Number, waitState(a.Number-1))}
	if a.Last() {
		return strings.Join(append(parts, "This is the last attempt: any failure is final."), " ")
	}
	limited, others := failures(p, a)
	if limited != "" {
		parts = append(parts, fmt.Sprintf("Rate-limited (%s, per %s): attempt %d at once, through the egress that the report names; "+
			"if all are cooling, after %s.", limited, a.Policy.RateLimited.Scope, a.Number+1, waitState(a.Number)))
	}
	if others != "" {
		parts = append(parts, fmt.Sprintf("Transient (%s): attempt %d after %s.", others, a.Number+1, waitState(a.Number)))
	}
	parts = append(parts, exceptions(p, a)...)
	return strings.Join(append(parts, fmt.Sprintf("Anything else is final. If the egress dies, attempt %d follows at once, through the "+
		"one behind it.", a.Number+1)), " ")
}

func namedBy(a plan.Attempt) string {
	if a.Number == 1 {
		return startState
	}
	return "the last report"
}

func turnComment(p *plan.Plan, a plan.Attempt) string {
	longest := time.Duration(a.Policy.RequestedWait.MaxSeconds) * time.Second
	text := fmt.Sprintf("Waits before attempt %d until the egress that goes may call, by the table of the pool, for up to %s", a.Number,
		plan.Short(longest))
	if a.Number == 1 {
		return text + "."
	}
	backoff := p.Attempts[a.Number-2].Transient.Backoff
	return fmt.Sprintf("%s; after a transient failure also for the backoff, %s.", text, plan.Short(backoff))
}
