package expr

import (
	"fmt"
	"slices"
	"strings"
)

// contextFields are the context object's fields that this engine provides (AWS:
// "Accessing execution data from the Context object").
var contextFields = map[string][]string{
	"Execution":    {"Id", "Input", "Name", "RoleArn", "StartTime"},
	"State":        {"EnteredTime", "Name", "RetryCount"},
	"StateMachine": {"Id", "Name"},
}

// checkContext refuses a $$ path to a field that does not exist, and one to the
// whole Execution: that has a RedriveCount in Standard executions, but not in those
// of StartSyncExecution (recorded: LocalStack, test_query_context_object_values and
// test_query_runtime_memory), and the definition does not say which one runs it.
// Below Execution.Input anything is allowed.
func checkContext(p *path) error {
	if len(p.steps) == 0 || len(p.steps) == 1 && p.steps[0].name == "Execution" {
		return fmt.Errorf("the context object's Execution as a whole has a RedriveCount in Standard executions only, which this engine does " +
			"not tell apart: name its fields, such as $$.Execution.Name")
	}
	section := p.steps[0].name
	if section == "Task" {
		return fmt.Errorf("the context object's Task is only there with .waitForTaskToken, which this engine does not implement")
	}
	fields, known := contextFields[section]
	if !known {
		return fmt.Errorf("the context object has no %s that this engine knows: expected Execution, State or StateMachine", p.steps[0])
	}
	if section == "Execution" && p.steps[1].name == "RedriveCount" {
		return fmt.Errorf("$$.Execution.RedriveCount is there in Standard executions only, which this engine does not tell apart: it does " +
			"not implement it")
	}
	if len(p.steps) > 1 && !slices.Contains(fields, p.steps[1].name) {
		return fmt.Errorf("$$.%s has no %s that this engine knows: expected one of %s", section, p.steps[1], strings.Join(fields, ", "))
	}
	return nil
}
