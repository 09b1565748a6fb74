//go:build moto

package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// One person leaves a change set, another one executes it: of a stack that is not
// there yet, and of one that is. Once executed, it is there no more.
func TestMotoExecuteWhatWasLeft(t *testing.T) {
	c := account(t, ordersSpec)
	leave := []string{"deploy", "orders", "--create-bucket", "--no-execute", "--json"}
	for _, memory := range []string{"128", "256"} {
		write(t, "orders.yaml", strings.Replace(ordersSpec, "count: 2", "count: 2, memory: "+memory, 1))
		succeed(t, "build", "orders.yaml")
		stdout, _ := succeed(t, leave...)
		var left struct{ Mode, Status, ChangeSet string }
		if err := json.Unmarshal([]byte(stdout), &left); err != nil || left.Mode != "no-execute" || left.Status == "" ||
			!strings.HasPrefix(left.ChangeSet, "arn:") {
			t.Fatalf("%v\n%s", err, stdout)
		}
		stdout, story := succeed(t, "deploy", "orders", "--execute", left.ChangeSet, "--yes")
		if !strings.Contains(story, "deployed orders in ") || !strings.Contains(stdout, "FunctionUrl") || strings.Contains(story, "compiling") {
			t.Errorf("the execution says\n%s%s", story, stdout)
		}
		if got := *functions(t, c)["orders-egress-1"].Configuration.MemorySize; memory != map[int32]string{128: "128", 256: "256"}[got] {
			t.Errorf("an egress has %d MB, want %s", got, memory)
		}
		fail(t, exitTrouble, []string{"deploy", "orders", "--execute", "sfngen-none", "--yes"},
			"the change set sfngen-none of the stack orders cannot be executed")
	}
}
