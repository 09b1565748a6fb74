package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// recorded is what of a record decides the price.
type recorded struct {
	Architecture string `json:"architecture"`
	Upstream     struct {
		Limits []struct {
			Per contract.Scope `json:"per"`
		} `json:"limits"`
	} `json:"upstream"`
	Workflow struct {
		Type string `json:"type"`
	} `json:"workflow"`
	Egress struct {
		Count        int    `json:"count"`
		Start        string `json:"start"`
		Coordination string `json:"coordination"`
		Memory       int    `json:"memory"`
		Network      struct {
			Type string `json:"type"`
		} `json:"network"`
	} `json:"egress"`
	Operations struct {
		OrchestratorMemory int `json:"orchestratorMemory"`
	} `json:"operations"`
	Retry struct {
		Deadline recordedTime      `json:"deadline"`
		Rules    []json.RawMessage `json:"rules"`
	} `json:"retry"`
	Attempts []struct {
		RateLimited recordedStep `json:"rateLimited"`
		Transient   recordedStep `json:"transient"`
	} `json:"attempts"`
	Timeouts struct {
		Orchestrator recordedTime `json:"orchestrator"`
	} `json:"timeouts"`
}

type recordedStep struct {
	Then    StepKind     `json:"then"`
	Least   recordedTime `json:"least"`
	Backoff recordedTime `json:"backoff"`
}

// formerOrchestratorMemory is what the orchestrator had, in MB, before a spec could say it.
const formerOrchestratorMemory = 256

// recordedTime is a duration as a record writes it.
type recordedTime time.Duration

func (t *recordedTime) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*t = recordedTime(d)
	return err
}

// CostOfRecord is the cost of a plan of which only the record is left, the text of a
// plan.json: at the prices of today, so that it can be compared with another plan's.
func CostOfRecord(text []byte) (Cost, error) {
	var r recorded
	if err := json.Unmarshal(text, &r); err != nil {
		return Cost{}, err
	}
	if len(r.Attempts) == 0 || r.Workflow.Type == "" {
		return Cost{}, fmt.Errorf("it has no attempts or no workflow")
	}
	p := &Plan{
		Architecture: r.Architecture, Workflow: spec.Workflow{Type: r.Workflow.Type},
		Operations: spec.Operations{OrchestratorMemory: cmp.Or(r.Operations.OrchestratorMemory, formerOrchestratorMemory)},
		Egress:     spec.Egress{Memory: r.Egress.Memory, Coordination: r.Egress.Coordination}, Egresses: r.Egress.Count,
		RandomStart: r.Egress.Start == "random" && r.Egress.Count > 1, holdsRules: len(r.Retry.Rules) > 0,
		Deadline: time.Duration(r.Retry.Deadline), OrchestratorTimeout: time.Duration(r.Timeouts.Orchestrator),
	}
	for _, l := range r.Upstream.Limits {
		p.spec.Upstream.Limits = append(p.spec.Upstream.Limits, spec.Limit{Per: l.Per})
	}
	for _, a := range r.Attempts {
		p.Attempts = append(p.Attempts, Attempt{RateLimited: a.RateLimited.step(), Transient: a.Transient.step()})
	}
	return cost(p), nil
}

// NetworkMonthOfRecord is what the network of such a plan costs a month, used or not, in US
// dollars.
func NetworkMonthOfRecord(text []byte) (float64, error) {
	var r recorded
	if err := json.Unmarshal(text, &r); err != nil {
		return 0, err
	}
	p := &Plan{Egresses: r.Egress.Count, Egress: spec.Egress{Network: spec.Network{Type: r.Egress.Network.Type}}}
	return p.networkMonth(), nil
}

func (s recordedStep) step() Step {
	return Step{Kind: s.Then, Min: time.Duration(s.Least), Backoff: time.Duration(s.Backoff)}
}
