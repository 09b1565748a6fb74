// Package check lets AWS validate a stack's state machine and its network, and turns what
// AWS says into findings about the spec.
package check

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// Check sends each stack's definition to ValidateStateMachineDefinition, which creates
// nothing, asks about its network, and returns the findings, sorted. The error is that of the first call that
// failed; the findings before it are returned as well.
func Check(ctx context.Context, c *cloud.Cloud, stacks []*stack.Stack) ([]spec.Finding, error) {
	var findings []spec.Finding
	var files []*spec.File
	client := c.StepFunctions()
	for _, s := range stacks {
		out, err := client.ValidateStateMachineDefinition(ctx, &sfn.ValidateStateMachineDefinitionInput{
			Definition: aws.String(definition(c, s)),
			Type:       types.StateMachineType(s.Plan.MachineType()),
			Severity:   types.ValidateStateMachineDefinitionSeverityWarning,
		})
		if err != nil {
			return said(findings, files), fmt.Errorf("asking AWS about the state machine of %s: %w", s.Origin.Name(), cloud.Explain(err))
		}
		findings, files = append(findings, diagnosed(s.Origin, out)...), append(files, s.Origin)
		more, err := Network(ctx, c, s, nil)
		if findings = append(findings, more...); err != nil {
			return said(findings, files), err
		}
	}
	return said(findings, files), nil
}

// said sorts the findings, and says once what is so in several environments of a spec. A
// comment that silences nothing does so in none of them.
func said(findings []spec.Finding, files []*spec.File) []spec.Finding {
	findings = spec.Combine(findings, files)
	checked := map[string]int{} // environments by the name of their spec
	for _, f := range files {
		checked[f.Name()]++
		if checked[f.Name()] == max(1, len(f.Environments())) {
			findings = append(findings, f.UnusedIgnoresOfAWS(findings)...)
		}
	}
	spec.Sort(findings)
	return findings
}

// definition is what CloudFormation would make of statemachine.asl.json in the caller's
// account and region, without its white space: a request has at most 1 MiB (Step
// Functions quotas).
func definition(c *cloud.Cloud, s *stack.Stack) string {
	pairs := []string{"${" + asl.InvokePlaceholder + "}", "arn:" + c.Partition + ":states:::lambda:invoke"}
	for k := 1; k <= s.Plan.Egresses; k++ {
		pairs = append(pairs, "${"+asl.EgressPlaceholder(k)+"}",
			fmt.Sprintf("arn:%s:lambda:%s:%s:function:%s", c.Partition, c.Region, c.Account, contract.EgressName(s.Name, k)))
	}
	var text bytes.Buffer
	if err := json.Compact(&text, s.File(stack.MachineFile)); err != nil {
		panic(fmt.Sprintf("awscheck: the generated definition is no JSON: %v", err))
	}
	return strings.NewReplacer(pairs...).Replace(text.String())
}
