package plan

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteTable prints the plan as text.
func (p *Plan) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	p.writeHead(t)
	p.writeAttempts(t)
	p.writeWorstCase(t)
	p.writeCost(t)
	return t.Flush()
}

func (p *Plan) writeHead(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", p.Name, p.Upstream)
	fmt.Fprintf(w, "%s workflow, %s, %s (start: %s), deadline %s\n\n",
		p.Workflow.Type, Count(len(p.Attempts), "attempt"), Count(p.Egresses, "egress"), p.Egress.Start, Short(p.Deadline))
	fmt.Fprintf(w, "rate-limited: %s (per %s)\n", p.RateLimitedFailures(), p.spec.Retry.RateLimit.Scope)
	fmt.Fprintf(w, "transient: %s\n", p.TransientFailures())
	fmt.Fprintf(w, "everything else fails at once\n")
	if rule := p.ResendRule(); rule != "" {
		fmt.Fprintf(w, "%s\n", rule)
	}
	fmt.Fprintln(w)
}

func (p *Plan) writeAttempts(w io.Writer) {
	fmt.Fprintln(w, "ATTEMPT\tEGRESS\tLIMIT\tIF RATE-LIMITED\tIF TRANSIENT")
	for _, a := range p.Attempts {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", a.Number, p.EgressOf(a), Short(a.Limit), a.Describe(a.RateLimited), a.Describe(a.Transient))
	}
	fmt.Fprintln(w)
}

func (p *Plan) writeWorstCase(w io.Writer) {
	fmt.Fprintf(w, "WORST CASE\t%s\tFROM\n", Short(p.WorstCase.Total))
	for _, part := range p.WorstCase.Parts {
		fmt.Fprintf(w, "%s\t%s\t%s\n", part.What, Short(part.Time), part.From)
	}
	if p.Deadline < p.WorstCase.Total {
		fmt.Fprintf(w, "deadline\t%s\tcuts it off: only %s sure to start\n", Short(p.Deadline), isOrAre(p.certain()))
	}
	fmt.Fprintln(w, "(repeats for Lambda's own errors come on top, up to three per call; the deadline bounds them)")
	fmt.Fprintln(w)
}

func (p *Plan) writeCost(w io.Writer) {
	fmt.Fprintln(w, "COST OF A MILLION REQUESTS\tATTEMPTS\tTRANSITIONS\tSTEP FUNCTIONS\tLAMBDA\tTOTAL")
	for _, c := range p.Cost.Cases {
		fmt.Fprintf(w, "%s\t%d\t%d\t$%.2f\t$%.2f\t$%.2f\n", c.Name, c.Attempts, c.Transitions, c.StepFunctions, c.Lambda, c.Total)
	}
	fmt.Fprintf(w, "(US dollars, %s, prices of %s, %s a call; logs, X-Ray and data transfer not counted)\n",
		PriceRegion, PriceDate, AssumedCall)
}
