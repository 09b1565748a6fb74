package expr

import (
	"fmt"
	"slices"
	"strings"
)

// contextFields are the context object's fields that this engine provides (AWS:
// "Accessing execution data from the Context object").
var contextFields = map[string][]string{
	"Execution":    {"Id", "Input", "Name", "RedriveCount", "RoleArn", "StartTime"},
	"State":        {"EnteredTime", "Name", "RetryCount"},
	"StateMachine": {"Id", "Name"},
}

// checkContext refuses a $$ path to a field that would not be there. Below
// Execution.Input anything may be.
func checkContext(p *path) error {
	if len(p.steps) == 0 {
		return nil
	}
	section := p.steps[0].name
	if section == "Task" {
		return fmt.Errorf("the context object's Task is only there with .waitForTaskToken, which this engine does not implement")
	}
	fields, known := contextFields[section]
	if !known {
		return fmt.Errorf("the context object has no %s that this engine knows: expected Execution, State or StateMachine", p.steps[0])
	}
	if len(p.steps) > 1 && !slices.Contains(fields, p.steps[1].name) {
		return fmt.Errorf("$$.%s has no %s that this engine knows: expected one of %s", section, p.steps[1], strings.Join(fields, ", "))
	}
	return nil
}
