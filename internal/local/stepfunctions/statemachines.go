package stepfunctions

import (
	"cmp"
	"context"
	"slices"
)

type describeStateMachineInput struct {
	StateMachineARN *string `json:"stateMachineArn"`
	IncludedData    *string `json:"includedData"`
}

func (in describeStateMachineInput) check(c *constraints) {
	c.arn("stateMachineArn", in.StateMachineARN)
	checkIncludedData(c, in.IncludedData)
}

type stateMachineItem struct {
	StateMachineARN string    `json:"stateMachineArn"`
	Name            string    `json:"name"`
	Type            Type      `json:"type"`
	CreationDate    timestamp `json:"creationDate"`
}

func (m *machine) item() stateMachineItem {
	return stateMachineItem{m.ARN, m.Name, m.Type, timestamp(m.created)}
}

type describeStateMachineOutput struct {
	stateMachineItem
	Status     string `json:"status"`
	RoleARN    string `json:"roleArn"`
	Definition string `json:"definition,omitempty"`
	RevisionID string `json:"revisionId,omitempty"`
	Logging    struct {
		Level       string `json:"level"`
		IncludeData bool   `json:"includeExecutionData"`
	} `json:"loggingConfiguration"`
	Tracing struct {
		Enabled bool `json:"enabled"`
	} `json:"tracingConfiguration"`
}

// describeStateMachine reports no logging and no tracing: there is none here,
// whatever the template says.
func (s *Service) describeStateMachine(ctx context.Context, in describeStateMachineInput) (any, error) {
	m, err := s.machine(ctx, *in.StateMachineARN)
	if err != nil {
		return nil, err
	}
	out := describeStateMachineOutput{stateMachineItem: m.item(), Status: "ACTIVE", RoleARN: m.RoleARN, RevisionID: m.revision}
	out.Logging.Level = "OFF"
	if textOf(in.IncludedData) != metadataOnly {
		out.Definition = m.Source
	}
	return out, nil
}

type listStateMachinesInput struct {
	MaxResults int     `json:"maxResults"`
	NextToken  *string `json:"nextToken"`
}

func (in listStateMachinesInput) check(c *constraints) {
	c.results(in.MaxResults)
	c.length("nextToken", in.NextToken, 1, 1024)
}

type listStateMachinesOutput struct {
	StateMachines []stateMachineItem `json:"stateMachines"`
	NextToken     string             `json:"nextToken,omitempty"`
}

// listStateMachines lists by name, as AWS does.
func (s *Service) listStateMachines(_ context.Context, in listStateMachinesInput) (any, error) {
	last, err := positionOf(in.NextToken, "ListStateMachines")
	if err != nil {
		return nil, err
	}
	machines := s.machinesAfter(last)
	out := listStateMachinesOutput{StateMachines: []stateMachineItem{}}
	for _, m := range machines[:min(pageSize(in.MaxResults), len(machines))] {
		out.StateMachines = append(out.StateMachines, m.item())
	}
	if n := len(out.StateMachines); n < len(machines) {
		out.NextToken = tokenAt(machines[n-1].sortKey(), "ListStateMachines")
	}
	return out, nil
}

// sortKey orders by name, then by ARN for different Regions.
func (m *machine) sortKey() string { return m.Name + " " + m.ARN }

func (s *Service) machinesAfter(key string) []*machine {
	s.mu.Lock()
	defer s.mu.Unlock()
	var machines []*machine
	for _, m := range s.machines {
		if m.sortKey() > key {
			machines = append(machines, m)
		}
	}
	slices.SortFunc(machines, func(a, b *machine) int { return cmp.Compare(a.sortKey(), b.sortKey()) })
	return machines
}
