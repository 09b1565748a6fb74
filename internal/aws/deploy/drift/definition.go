package drift

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// compareDefinition checks whether the workflow is as the deployed template says. To
// CloudFormation its definition is write-only (schema of
// AWS::StepFunctions::StateMachine).
func (s *search) compareDefinition(ctx context.Context) {
	arn := s.Cloud.ARN("states", "stateMachine:"+s.Stack.Summary.StateMachine)
	now, err := s.Cloud.StepFunctions().DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &arn})
	if errors.As(err, new(*sfntypes.StateMachineDoesNotExist)) {
		s.Unknown = true // drift detection reports that it was deleted
		return
	}
	var was string
	if err == nil {
		was, err = definition(s.Stack.Template, s.Cloud)
	}
	var same bool
	if err == nil {
		same, err = sameJSON(was, aws.ToString(now.Definition))
	}
	switch {
	case err != nil:
		s.noteUnknown(ctx, "the workflow's definition was edited outside of CloudFormation", err)
	case !same:
		s.Definition = true
		s.Lines = append(s.Lines, "StateMachine (workflow): its definition was edited outside of CloudFormation")
	}
}

// workflow is the part of a template from which its definition comes.
type workflow struct {
	Resources map[string]struct {
		Properties struct {
			FunctionName            string               `yaml:"FunctionName"`
			Definition              any                  `yaml:"Definition"`
			DefinitionSubstitutions map[string]yaml.Node `yaml:"DefinitionSubstitutions"`
		} `yaml:"Properties"`
	} `yaml:"Resources"`
}

// definition is the workflow's as a template deploys it: JSON, with the
// substitutions done.
func definition(template string, c *cloud.Cloud) (string, error) {
	var w workflow
	if err := yaml.Unmarshal([]byte(template), &w); err != nil {
		return "", err
	}
	machine := w.Resources[cfn.StateMachineID].Properties
	text, err := json.Marshal(machine.Definition)
	if err != nil {
		return "", err
	}
	var pairs []string
	for name, value := range machine.DefinitionSubstitutions {
		is, err := w.value(value, c)
		if err != nil {
			return "", err
		}
		pairs = append(pairs, "${"+name+"}", is)
	}
	return strings.NewReplacer(pairs...).Replace(string(text)), nil
}

// value is what CloudFormation makes of a substitution, in the forms that sfngen writes: a
// function's ARN, and text with pseudo parameters.
func (w workflow) value(n yaml.Node, c *cloud.Cloud) (string, error) {
	id, isARN := strings.CutSuffix(n.Value, ".Arn")
	name := w.Resources[id].Properties.FunctionName
	switch {
	case n.Tag == "!GetAtt" && isARN && name != "":
		return c.ARN("lambda", "function:"+name), nil
	case n.Tag == "!Sub":
		return strings.NewReplacer(
			"${AWS::Partition}", c.Partition, "${AWS::Region}", c.Region, "${AWS::AccountId}", c.Account, "${AWS::URLSuffix}", c.Suffix(),
		).Replace(n.Value), nil
	case n.Tag == "!!str":
		return n.Value, nil
	}
	return "", fmt.Errorf("the deployed template has a substitution that sfngen does not know: %s %s", n.Tag, n.Value)
}

// sameJSON compares values, whatever their order and spelling.
func sameJSON(a, b string) (bool, error) {
	var values [2]any
	for i, text := range []string{a, b} {
		decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
		decoder.UseNumber()
		if err := decoder.Decode(&values[i]); err != nil {
			return false, fmt.Errorf("reading the definition: %w", err)
		}
	}
	return reflect.DeepEqual(plainValue(values[0]), plainValue(values[1])), nil
}

// plainValue spells numbers and booleans in one way, as text: CloudFormation may turn 165
// into "165".
func plainValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = plainValue(v[key])
		}
	case []any:
		for i := range v {
			v[i] = plainValue(v[i])
		}
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return plainValue(v.String())
	case string:
		if n, err := strconv.ParseFloat(v, 64); err == nil {
			return strconv.FormatFloat(n, 'g', -1, 64)
		}
	}
	return value
}
