package review_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// Names and the environment are values: a text that looks like them, here a tag and its
// value, is compared like any other.
func TestBetweenEnvironments(t *testing.T) {
	for name, test := range map[string]struct {
		environments string
		want         []string
	}{
		"alike":           {"{blue: {}, green: {}}", nil},
		"one keeps names": {"{blue: {keepName: true}, green: {}}", nil},
		"a value": {"{blue: {retry: {maxAttempts: 4}}, green: {}}",
			[]string{"README.md", "cmd/orchestrator/main.go", "plan.json", "statemachine.asl.json", "template.yaml"}},
		"a tag that is called like the field": {"{blue: {tags: {environment: blue}}, green: {tags: {environment: green}}}",
			[]string{"plan.json", "template.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			source := stack.Source{Name: "orders.yaml", Text: []byte(base + "environments: " + test.environments + "\n")}
			for _, pair := range [][2]string{{"blue", "green"}, {"green", "blue"}} {
				s, findings := stack.LoadWith(source, nil, pair[0])
				if s == nil {
					t.Fatalf("the test's own spec is wrong: %v", findings)
				}
				changes, err := review.BetweenEnvironments(s, "stacks/"+s.Name, source, pair[1])
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, c := range changes {
					got = append(got, c.Path)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("%v (-want +got):\n%s", pair, diff)
				}
			}
		})
	}
	s := load(t, base)
	broken := stack.Source{Name: "orders.yaml", Text: []byte("name: x")}
	if _, err := review.BetweenEnvironments(s, "stacks/orders", broken, "prod"); err == nil ||
		err.Error() != "orders.yaml changed while it was read" {
		t.Errorf("a spec with errors: %v", err)
	}
}
