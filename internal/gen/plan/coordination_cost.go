package plan

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// CoordinationView is what it takes, and what it is for, that executions know of each
// other. Money is in US dollars.
type CoordinationView struct {
	Table string `json:"table"` // its name
	// Reads and Writes of the table, without contention: of a request that works at once,
	// and of an attempt that is refused.
	RequestReads  int `json:"requestReads"`
	RequestWrites int `json:"requestWrites"`
	RefusalReads  int `json:"refusalReads"`
	RefusalWrites int `json:"refusalWrites"`
	// AddedPerMillionRequests is what the table costs where all work at once;
	// AddedPerMillionRefusals for attempts that are refused.
	AddedPerMillionRequests float64 `json:"addedPerMillionRequests"`
	AddedPerMillionRefusals float64 `json:"addedPerMillionRefusals"`
	// SavedPerMillionRefusals is what attempts cost that are not made, because the table
	// says that they would be refused: Lambda and Step Functions.
	SavedPerMillionRefusals float64          `json:"savedPerMillionRefusals"`
	Transitions             []TransitionView `json:"transitions"`
}

// TransitionView is one course of an execution, with its transitions.
type TransitionView struct {
	Course      string `json:"course"`
	Transitions int    `json:"transitions"`
}

// Coordination is nil where executions do not know of each other.
func (p *Plan) Coordination() *CoordinationView {
	if !p.Coordinates() {
		return nil
	}
	return &CoordinationView{
		Table:        p.TableName(),
		RequestReads: p.reads(), RequestWrites: p.bookingWrites(),
		RefusalReads: p.reads(), RefusalWrites: 1 + p.bookingWrites(),
		AddedPerMillionRequests: cents(million * p.tableCost(1, 0)),
		AddedPerMillionRefusals: cents(million * p.refusalCost()),
		SavedPerMillionRefusals: cents(million * p.attemptCost()),
		Transitions:             p.courses(),
	}
}

// CoordinationLines say the same to people; none without coordination.
func (p *Plan) CoordinationLines() []string {
	v := p.Coordination()
	if v == nil {
		return nil
	}
	words := ""
	for i, c := range v.Transitions {
		if i > 0 {
			words += ", "
		}
		words += fmt.Sprintf("%s %d", c.Course, c.Transitions)
	}
	return []string{
		"coordination: the table " + v.Table + " has what every execution was told; who calls next, and when, is what it says",
		fmt.Sprintf("  adds %s to a million requests that work at once (%s), %s to a million attempts that are refused (%s)",
			dollars(v.AddedPerMillionRequests), operations(v.RequestReads, v.RequestWrites),
			dollars(v.AddedPerMillionRefusals), operations(v.RefusalReads, v.RefusalWrites)),
		fmt.Sprintf("  saves %s for a million refused attempts that are not made, and the refusals themselves",
			dollars(v.SavedPerMillionRefusals)),
		"  transitions: " + words,
	}
}

func operations(reads, writes int) string {
	text := count.Of(reads, "read")
	if writes > 0 {
		text += ", " + count.Of(writes, "write")
	}
	return text + " each"
}

// itemsOfRead is how many items one read unit of 4 KB holds, at some 400 bytes each.
const itemsOfRead = 10

// reads are the units of one question who may call: an item for each egress, and two that
// all share.
func (p *Plan) reads() int { return (p.Egresses + 2 + itemsOfRead - 1) / itemsOfRead }

// bookingWrites are the units of one slot: none without limits, else one; where the API
// counts both addresses and credentials, two items in a transaction, at twice the price
// (DynamoDB, "Read/write capacity mode": transactional requests).
func (p *Plan) bookingWrites() int {
	scopes := map[contract.Scope]bool{}
	for _, l := range p.spec.Upstream.Limits {
		scopes[l.Per] = true
	}
	if len(scopes) > 1 {
		return 4
	}
	return len(scopes)
}

// tableCost is what the table costs one request, in US dollars: for each attempt a question
// and a slot, for each refusal what it says to others.
func (p *Plan) tableCost(attempts, refused int) float64 {
	if !p.Coordinates() {
		return 0
	}
	each := float64(p.reads())*tableRead + float64(p.bookingWrites())*tableWrite
	return float64(attempts)*each + float64(refused)*tableWrite
}

// refusalCost is that of one refused attempt: it tells, and asks who goes next.
func (p *Plan) refusalCost() float64 { return p.tableCost(1, 1) }

// attemptCost is what Lambda and Step Functions cost for one attempt, in US dollars.
func (p *Plan) attemptCost() float64 {
	if p.Express() {
		return p.callOfEgress() + AssumedCall.Seconds()*expressMemoryGB*expressGBSecond
	}
	return p.callOfEgress() + standardTransition
}

// limitedStep is what follows a limit in the estimate: where the table chooses, an egress
// that no limit of its own holds back goes at once.
func (p *Plan) limitedStep(a Attempt) Step {
	if s := a.RateLimited; p.Coordinates() && s.Kind == Wait && s.Backoff == 0 && s.Min == 0 {
		return Step{Kind: AtOnce}
	}
	return a.RateLimited
}

// courses are those of an execution that people compare. A wait is two states, but one
// before the first attempt, which the input states; a skip is an attempt that calls
// nothing, and a wait.
func (p *Plan) courses() []TransitionView {
	all := []TransitionView{{"works at once", 2}, {"waits for its turn", 3}}
	if len(p.Attempts) > 1 {
		all = append(all, TransitionView{"limited once and then works", 3}, TransitionView{"a skip in between", 6})
	}
	if len(p.Attempts) > 2 {
		all = append(all, TransitionView{"limited twice and then works", 4})
	}
	return append(all, TransitionView{"all cooling for too long", 3}, TransitionView{"limited each time", len(p.Attempts) + 2})
}
