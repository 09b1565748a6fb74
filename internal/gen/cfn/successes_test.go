package cfn_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Every golden template says what is a success.
func TestReadSuccesses(t *testing.T) {
	names, err := filepath.Glob("../../../golden/*")
	if err != nil || len(names) < 8 {
		t.Fatalf("%d goldens, %v", len(names), err)
	}
	for _, name := range names {
		if s := cfn.ReadSuccesses(golden(t, filepath.Base(name))); !s.Contain("POST", 200) || s.Contain("GET", 500) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	want := cfn.Successes{Codes: contract.StatusCodes{{From: 200, To: 299}, {From: 300, To: 399}}, RedirectsFail: true}
	if diff := cmp.Diff(want, cfn.ReadSuccesses(golden(t, "acme-orders"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, text := range []string{"", "\t", "Resources: {}", "Resources: {StateMachine: {Properties: {Definition: {States: 3}}}}"} {
		if s := cfn.ReadSuccesses([]byte(text)); s.Codes != nil {
			t.Errorf("%q: %+v", text, s)
		}
	}
}
