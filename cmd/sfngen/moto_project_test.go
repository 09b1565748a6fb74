//go:build moto

package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

const environmentsSpec = `version: 1
name: orders
upstream: {url: 'https://api.example/v1'}
retry: {maxAttempts: 2}
egress: {count: 2}
environments:
  dev: {upstream: {url: 'https://sandbox.example/v1'}}
  staging: {}
  prod: {egress: {count: 3}}
`

// Three environments of one spec stand side by side in one account: built, compared and
// deployed by commands without arguments, and taken away one by one.
func TestMotoThreeEnvironmentsSideBySide(t *testing.T) {
	c := account(t, environmentsSpec)
	write(t, "sfngen.yaml", "region: eu-central-1\nsfngen: '>=0.1'\n")
	succeed(t, "diff")
	succeed(t, "deploy", "--all", "--dry-run", "--create-bucket")
	_, story := succeed(t, "deploy", "--all", "--create-bucket", "--yes")
	if !strings.HasSuffix(story, "\ndeployed: orders-dev, orders-staging, orders-prod\n") {
		t.Errorf("the story ends\n%s", story)
	}
	if n := len(functions(t, c)); n != 3+3+4 {
		t.Errorf("%d functions, want two egresses, two, and three, and an orchestrator each", n)
	}
	if diff := machines(t, c); !slices.Equal(diff, []string{"orders-dev", "orders-prod", "orders-staging"}) {
		t.Errorf("state machines %v", diff)
	}
	list, _ := succeed(t, "list", "--aws")
	if strings.Count(list, "as its spec  CREATE_COMPLETE\n") != 3 {
		t.Errorf("list says\n%s", list)
	}
	_, story = succeed(t, "deploy", "--all", "--yes")
	if !strings.HasSuffix(story, "\nno changes: orders-dev, orders-staging, orders-prod\n") {
		t.Errorf("once more:\n%s", story)
	}
	onlyOneChanges(t, c)
	withoutStaging(t, c)
}

// onlyOneChanges deploys what changes in one environment, all the same with --all.
func onlyOneChanges(t *testing.T, c *cloud.Cloud) {
	t.Helper()
	write(t, "orders.yaml", strings.Replace(environmentsSpec, "prod: {egress: {count: 3}}", "prod: {egress: {count: 3, memory: 256}}", 1))
	fail(t, exitFindings, []string{"diff"}, "stacks/orders-prod/template.yaml", "stacks/orders-dev is what orders.yaml gives")
	fail(t, exitTrouble, []string{"deploy", "--all", "--yes"}, "stacks/orders-prod no longer matches orders.yaml")
	succeed(t, "build")
	_, story := succeed(t, "deploy", "--all", "--yes")
	if !strings.HasSuffix(story, "\ndeployed: orders-prod\nno changes: orders-dev, orders-staging\n") {
		t.Errorf("one changed:\n%s", story)
	}
	for name, want := range map[string]int32{"orders-prod-egress-1": 256, "orders-dev-egress-1": 128, "orders-staging-egress-1": 128} {
		if got := *functions(t, c)[name].Configuration.MemorySize; got != want {
			t.Errorf("%s has %d MB, want %d", name, got, want)
		}
	}
}

// withoutStaging takes an environment out of the spec.
func withoutStaging(t *testing.T, c *cloud.Cloud) {
	t.Helper()
	write(t, "orders.yaml", strings.Replace(readFile(t, "orders.yaml"), "  staging: {}\n", "", 1))
	fail(t, exitFindings, []string{"diff"}, "Only in stacks: orders-staging")
	fail(t, exitTrouble, []string{"build", "--prune"}, "stacks/orders-staging is deployed", "sfngen destroy orders-staging")
	succeed(t, "destroy", "orders-staging", "--yes")
	succeed(t, "build", "--prune")
	succeed(t, "diff")
	if left := machines(t, c); !slices.Equal(left, []string{"orders-dev", "orders-prod"}) {
		t.Errorf("state machines %v are left", left)
	}
}

func machines(t *testing.T, c *cloud.Cloud) (names []string) {
	t.Helper()
	list, err := c.StepFunctions().ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list.StateMachines {
		names = append(names, *m.Name)
	}
	slices.Sort(names)
	return names
}
