package asl

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Ping is the state machine that invokes each egress once, and calls nothing else. One
// execution does it for all: a schedule has one target, and a stack has room for 500
// resources. An egress that does not answer fails the execution in the end; the others
// have been invoked by then.
func Ping(p *plan.Plan) document.Map {
	var egresses document.List
	for k := 1; k <= p.Egresses; k++ {
		egresses = append(egresses, "${"+EgressPlaceholder(k)+"}")
	}
	return document.Map{
		{Name: "Comment", Value: "Invokes each egress, which then calls nothing: " +
			"AWS makes a function in a VPC inactive that nobody invokes for 14 days."},
		{Name: "StartAt", Value: "Egresses"},
		{Name: "States", Value: document.Map{
			{Name: "Egresses", Value: document.Map{
				{Name: "Type", Value: "Pass"}, {Name: "Result", Value: egresses}, {Name: "Next", Value: "Each"},
			}},
			{Name: "Each", Value: document.Map{
				{Name: "Type", Value: "Map"},
				{Name: "ItemProcessor", Value: document.Map{
					{Name: "ProcessorConfig", Value: document.Map{{Name: "Mode", Value: "INLINE"}}},
					{Name: "StartAt", Value: "Ping"},
					{Name: "States", Value: document.Map{{Name: "Ping", Value: pingTask(p)}}},
				}},
				{Name: "End", Value: true},
			}},
		}},
	}
}

// pingTask tries for half an hour: a function that is inactive becomes active again by a
// call that fails.
func pingTask(p *plan.Plan) document.Map {
	return document.Map{
		{Name: "Type", Value: "Task"},
		{Name: "Resource", Value: invokeResource(p)},
		{Name: "Parameters", Value: document.Map{
			{Name: "FunctionName.$", Value: "$"},
			{Name: "Payload", Value: document.Of(contract.ProbePayload{Probe: contract.Probe{Ping: true}})},
		}},
		{Name: "ResultPath", Value: nil},
		{Name: "TimeoutSeconds", Value: int64(60)},
		{Name: "Retry", Value: document.List{document.Map{
			{Name: "ErrorEquals", Value: document.List{"States.ALL"}},
			{Name: "IntervalSeconds", Value: int64(60)},
			{Name: "MaxAttempts", Value: int64(5)},
			{Name: "BackoffRate", Value: int64(2)},
		}}},
		{Name: "End", Value: true},
	}
}
