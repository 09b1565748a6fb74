package plan

import "time"

// Prices in US dollars, us-east-1, first tier, without free tiers
// (aws.amazon.com/step-functions/pricing and aws.amazon.com/lambda/pricing,
// as recorded in November 2026).
const (
	PriceDate   = "2026-11"
	PriceRegion = "us-east-1"

	standardTransition = 0.025 / 1_000
	expressRequest     = 1.00 / 1_000_000
	expressGBSecond    = 0.06 / 3_600
	expressMemoryGB    = 64.0 / 1024 // the least that is charged; these machines need no more
	lambdaRequest      = 0.20 / 1_000_000
	lambdaGBSecondARM  = 0.0000133334
	lambdaGBSecondX86  = 0.0000166667
	tableWrite         = 0.625 / 1_000_000  // on demand, 1 KB
	tableRead          = 0.0625 / 1_000_000 // on demand, 4 KB, eventually consistent
)

// AssumedCall is how long one call of the upstream takes in the cost estimate.
const AssumedCall = 500 * time.Millisecond

// Cost is what a million requests cost, for requests that go well and for
// requests that use every attempt.
type Cost struct {
	Cases []CostCase
}

// CostCase is one course of events and its price in US dollars for a million
// requests. Logs, data transfer and X-Ray are not in it.
type CostCase struct {
	Name     string `json:"name"`
	Attempts int    `json:"attempts"`
	// Transitions of the state machine, for one request.
	Transitions   int           `json:"transitions"`
	Duration      time.Duration `json:"-"`
	StepFunctions float64       `json:"stepFunctions"`
	Lambda        float64       `json:"lambda"`
	// Table is of the table of the pool, without contention; 0 where there is none.
	Table float64 `json:"table,omitempty"`
	Total float64 `json:"total"`
}

func cost(p *Plan) Cost {
	first := CostCase{Name: "the first attempt works", Attempts: 1, Transitions: p.start() + 1, Duration: AssumedCall}
	limited := p.everyAttempt("every attempt is rate-limited", p.limitedStep)
	transient := p.everyAttempt("every attempt fails otherwise", func(a Attempt) Step { return a.Transient })
	c := Cost{Cases: []CostCase{first, limited, transient}}
	for i := range c.Cases {
		refused := 0
		if c.Cases[i].Name == limited.Name {
			refused = len(p.Attempts)
		}
		c.Cases[i].Table = million * p.tableCost(c.Cases[i].Attempts, refused)
		p.price(&c.Cases[i])
	}
	return c
}

func (p *Plan) start() int {
	if p.Starts() {
		return 1
	}
	return 0
}

// everyAttempt adds up a request that uses every attempt and fails; each wait is
// its backoff, or a longer minWait, without jitter and without a requested wait.
func (p *Plan) everyAttempt(name string, step func(Attempt) Step) CostCase {
	c := CostCase{Name: name, Attempts: len(p.Attempts), Transitions: p.start() + len(p.Attempts) + 1}
	for _, a := range p.Attempts {
		c.Duration += AssumedCall
		if s := step(a); s.Kind == Wait {
			c.Transitions += 2 // Read k and Wait k
			c.Duration += max(s.Backoff, s.Min)
		}
	}
	return c
}

// price fills in the dollars for a million requests.
func (p *Plan) price(c *CostCase) {
	duration := c.Duration.Seconds()
	if p.Express() {
		c.StepFunctions = million * (expressRequest + duration*expressMemoryGB*expressGBSecond)
	} else {
		c.StepFunctions = million * float64(c.Transitions) * standardTransition
	}
	egress := float64(c.Attempts) * p.callOfEgress()
	waited := min(duration, p.OrchestratorTimeout.Seconds())
	if p.AlwaysAccepted() {
		waited = 0.1
	}
	orchestrator := lambdaRequest + waited*gigabytes(p.Operations.OrchestratorMemory)*p.perGBSecond()
	c.Lambda = million * (egress + orchestrator)
	c.Total = c.StepFunctions + c.Lambda + c.Table
}

const million = 1_000_000

func (p *Plan) perGBSecond() float64 {
	if p.Architecture == "x86_64" {
		return lambdaGBSecondX86
	}
	return lambdaGBSecondARM
}

// callOfEgress is what Lambda costs for one attempt, in US dollars.
func (p *Plan) callOfEgress() float64 {
	return lambdaRequest + AssumedCall.Seconds()*gigabytes(p.Egress.Memory)*p.perGBSecond()
}

func gigabytes(mb int) float64 { return float64(mb) / 1024 }
