package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/table"
)

// Text is the plan for people, on a terminal of so many columns; 0 for any number.
func (p *Plan) Text(columns int, paint color.Painter) string {
	parts := []string{p.head(paint)}
	if len(p.Rules()) > 0 {
		parts = append(parts, p.ruleTable().Text(columns, paint))
	}
	return strings.Join(append(parts,
		p.attemptTable(paint).Text(columns, paint),
		p.worstCaseTable(paint).Text(columns, paint)+
			"(repeats for Lambda's own errors come on top, up to three per call; the deadline bounds them)\n",
		p.costTable().Text(columns, paint)+
			fmt.Sprintf("(US dollars, %s, prices of %s, %s a call; logs, X-Ray and data transfer not counted)\n", PriceRegion, PriceDate,
				AssumedCall),
	), "\n")
}

// ruleTable has the rules in their order: the first that matches decides.
func (p *Plan) ruleTable() table.Table {
	t := table.Table{Head: []string{"RULE (THE FIRST THAT MATCHES DECIDES)", "WHEN", "MEANS"}}
	for i, rule := range p.RuleViews() {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%d. %s", i+1, rule.Name), rule.When, rule.Then})
	}
	return t
}

func (p *Plan) head(paint color.Painter) string {
	var text strings.Builder
	environment := ""
	if p.Environment != "" {
		environment = " (environment " + p.Environment + ")"
	}
	fmt.Fprintf(&text, "%s%s: %s\n", paint.Paint(color.Bold, p.Name), environment, p.Upstream)
	fmt.Fprintf(&text, "%s workflow, %s, %s (start: %s), deadline %s\n\n", p.Workflow.Type,
		count.Of(len(p.Attempts), "attempt"), count.Of(p.Egresses, "egress"), p.spec.Egress.Start, Short(p.Deadline))
	for _, line := range slices.Concat(p.Sent(), p.CredentialLines(), p.NetworkLines()) {
		fmt.Fprintf(&text, "%s\n", line)
	}
	fmt.Fprintf(&text, "rate-limited: %s (per %s)\n", p.RateLimitedFailures(), p.spec.Retry.RateLimit.Scope)
	fmt.Fprintf(&text, "transient: %s\n", p.TransientFailures())
	fmt.Fprintf(&text, "everything else fails at once\n")
	for _, rule := range []string{p.RedirectRule(), p.ResendRule(), p.KeyRule()} {
		if rule != "" {
			fmt.Fprintf(&text, "%s\n", rule)
		}
	}
	for _, line := range slices.Concat(p.Limits(), p.CoordinationLines(), p.Capacity()) {
		fmt.Fprintf(&text, "%s\n", line)
	}
	for _, line := range slices.Concat([]string{p.CallersWait(), p.ScheduleKey()}, p.EventRules(), []string{p.FailureRule()},
		p.OperationRules()) {
		if line != "" {
			fmt.Fprintf(&text, "%s\n", line)
		}
	}
	return text.String()
}

func (p *Plan) attemptTable(paint color.Painter) table.Table {
	t := table.Table{Head: []string{"ATTEMPT", "EGRESS", "LIMIT", "IF RATE-LIMITED", "IF TRANSIENT"}}
	step := func(a Attempt, s Step) string { return paint.Paint(s.color(), a.Describe(s)) }
	for _, a := range p.Attempts {
		t.Rows = append(t.Rows, []string{strconv.Itoa(a.Number), p.EgressOf(a), Short(a.Limit), step(a, a.RateLimited), step(a, a.Transient)})
	}
	return t
}

// color is that of what follows a failure.
func (s Step) color() color.Color {
	switch s.Kind {
	case AtOnce:
		return color.Green
	case Wait:
		return color.Yellow
	}
	return color.Red
}

func (p *Plan) worstCaseTable(paint color.Painter) table.Table {
	t := table.Table{Head: []string{"WORST CASE", Short(p.WorstCase.Total), "FROM"}}
	for _, part := range p.WorstCase.Parts {
		t.Rows = append(t.Rows, []string{part.What, Short(part.Time), part.From})
	}
	if p.Deadline < p.WorstCase.Total {
		sure := fmt.Sprintf("cuts it off: only %s sure to start", isOrAre(p.certain(longestWait)))
		t.Rows = append(t.Rows, []string{"deadline", Short(p.Deadline), paint.Paint(color.Yellow, sure)})
	}
	return t
}

func (p *Plan) costTable() table.Table {
	t := table.Table{Head: []string{"COST OF A MILLION REQUESTS", "ATTEMPTS", "TRANSITIONS", "STEP FUNCTIONS", "LAMBDA", "TOTAL"}}
	total := len(t.Head) - 1
	if p.Coordinates() {
		t.Head = slices.Insert(t.Head, total, "TABLE")
	}
	for _, c := range p.Cost.Cases {
		row := []string{c.Name, strconv.Itoa(c.Attempts), strconv.Itoa(c.Transitions),
			dollars(c.StepFunctions), dollars(c.Lambda), dollars(c.Total)}
		if p.Coordinates() {
			row = slices.Insert(row, total, dollars(c.Table))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func dollars(amount float64) string { return fmt.Sprintf("$%.2f", amount) }
