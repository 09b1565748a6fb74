package stack_test

import (
	"slices"
	"strings"
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
			if !slices.Contains([]string{stack.PlanFile, "README.md", "sfngen.manifest.json"}, f.Path) {
				all[f.Path] = string(f.Content)
			}
		}
		return all
	}
	without := files("")
	with := files(", limits: [{requests: 60, window: 1h, per: ip}, {requests: 9, window: 1s, burst: 5, per: credential}]")
	if diff := cmp.Diff(without, with); diff != "" {
		t.Errorf("the files but for those that tell of the plan (-without +with limits):\n%s", diff)
	}
}

// TestLimitsInTheReadme: who is on call sees what the API lets through.
func TestLimitsInTheReadme(t *testing.T) {
	s, _ := stack.Load("acme.yaml", []byte("version: 1\nname: acme\n"+
		"upstream: {url: 'https://api.acme.example', limits: [{requests: 60, window: 1h, per: ip}]}\nretry: {maxAttempts: 3}\n"))
	want := "\n| limit of the API | for whom |\n|---|---|\n| 60 in 1h per ip | 180 in 1h over 3 egresses, if each has an address of its " +
		"own |\n" +
		"\nIn all, a request takes 1 to 3 attempts, and each counts: at most 180 requests an hour, 60 if each takes 3. " +
		"Nothing is paced: calls beyond the limits"
	if got := string(s.File("README.md")); !strings.Contains(got, want) {
		t.Errorf("the README lacks %q:\n%s", want, got)
	}
}
