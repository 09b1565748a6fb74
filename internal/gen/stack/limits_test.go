package stack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// TestLimitsChangeNoCode: what an API documents is stated, and nothing of what is deployed
// depends on it yet.
func TestLimitsChangeNoCode(t *testing.T) {
	files := func(limits string) map[string]string {
		s, findings := stack.Load("acme.yaml", []byte("version: 1\nname: acme\nupstream: {url: 'https://api.acme.example'"+limits+"}\n"+
			"retry: {maxAttempts: 3}\n"))
		if spec.HasErrors(findings) {
			t.Fatal(findings)
		}
		all := map[string]string{}
		for _, f := range s.Files {
			if f.Path != stack.PlanFile && f.Path != "sfngen.manifest.json" { // which has the hash of the plan
				all[f.Path] = string(f.Content)
			}
		}
		return all
	}
	without := files("")
	with := files(", limits: [{requests: 60, window: 1h, per: ip}, {requests: 9, window: 1s, burst: 5, per: credential}]")
	if diff := cmp.Diff(without, with); diff != "" {
		t.Errorf("the files but for plan.json and the manifest (-without +with limits):\n%s", diff)
	}
}
