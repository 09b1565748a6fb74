package asl_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
)

// TestRulesStandOnceInTheFirstState: as the egress gets them, and so that Step Functions
// takes nothing in them for a path.
func TestRulesStandOnceInTheFirstState(t *testing.T) {
	for name, fields := range shapes {
		t.Run(name, func(t *testing.T) {
			p, m := build(t, fields)
			text := string(document.JSON(document.Of(m)))
			if count := strings.Count(text, `"minSeconds": 10`); len(p.Rules()) > 0 && count != 1 {
				t.Errorf("the rules stand %d times in the definition", count)
			}
			first, _ := states(m)[m.StartAt].(asl.Pass)
			held, has := first.Assign.Get("rules")
			if has != (len(p.Rules()) > 0) {
				t.Fatalf("the first state holds rules: %t", has)
			}
			var got []contract.Rule
			decoder := json.NewDecoder(strings.NewReader(string(document.JSON(document.Of(held)))))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p.Rules(), got); diff != "" {
				t.Errorf("rules (-plan +definition):\n%s", diff)
			}
			if strings.Contains(string(document.JSON(document.Of(held))), "null,") {
				t.Error("validators of definitions take no null")
			}
			for _, key := range keys(document.Of(held)) {
				if strings.HasSuffix(key, ".$") {
					t.Errorf("Step Functions takes %q for a path", key)
				}
			}
		})
	}
}

func keys(v document.Value) []string {
	var all []string
	switch v := v.(type) {
	case document.Map:
		for _, f := range v {
			all = append(append(all, f.Name), keys(f.Value)...)
		}
	case document.List:
		for _, item := range v {
			all = append(all, keys(item)...)
		}
	}
	return all
}

// TestDefinitionStatesTheLeastVersion: a runtime from before the rules serves what has
// none, and refuses what has.
func TestDefinitionStatesTheLeastVersion(t *testing.T) {
	for fields, want := range map[string]int{
		story:         2,
		ruled + story: 3,
		"retry: {maxAttempts: 3, rules: [{when: {status: 418}, is: rejected, coolDown: {pool: 10m}}]}\n": 4,
		"retry: {maxAttempts: 3, rules: [{when: {status: 418}, is: success, coolDown: {pool: 10m}}]}\n":  3,
		"retry: {maxAttempts: 3, rateLimit: {minWait: 5s}}\n":                                            3,
		"retry: {maxAttempts: 3, rateLimit: {bodyWaits: [$.wait]}}\n":                                    3,
		"retry: {maxAttempts: 3, rateLimit: {backoff: {jitter: none}}}\n":                                2,
		"retry: {maxAttempts: 3, rateLimit: {maxWait: 5m, minWait: 0s}}\n":                               2,
	} {
		p, _ := build(t, fields)
		if got := p.Attempts[0].Policy.Contract; got != want {
			t.Errorf("%s: version %d, want %d", fields, got, want)
		}
	}
}

// TestTwentyRulesAtFiftyAttempts: the most that a spec can have of both fits.
func TestTwentyRulesAtFiftyAttempts(t *testing.T) {
	var rules strings.Builder
	for n := range contract.RulesLimit {
		fmt.Fprintf(&rules, "{name: \"%s %d\", when: {status: 429, body: {contains: \"%s %d\"}}, is: rateLimited},", strings.Repeat("n", 57), n,
			strings.Repeat("x", 450), n)
	}
	p, m := build(t, "workflow: {type: standard}\nretry: {maxAttempts: 50, rules: ["+rules.String()+"]}\n")
	if size := len(document.JSON(document.Of(m))); size > 400_000 {
		t.Errorf("the definition has %d bytes", size)
	}
	if len(p.Rules()) != contract.RulesLimit {
		t.Errorf("%d rules", len(p.Rules()))
	}
}
