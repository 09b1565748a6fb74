package contract_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestEgressNumberReadsEgressName(t *testing.T) {
	for _, stack := range []string{"a", "acme-orders", "x-egress-1", ""} {
		for egress := 1; egress <= contract.MaxEgresses; egress++ {
			name := contract.EgressName(stack, egress)
			for _, function := range []string{name, "arn:aws:lambda:eu-central-1:123456789012:function:" + name} {
				if got := contract.EgressNumber(function); got != egress {
					t.Errorf("EgressNumber(%q) = %d, want %d", function, got, egress)
				}
			}
		}
	}
	for _, function := range []string{"", "acme-orchestrator", "acme-egress-", "acme-egress-x", "acme-egress-+1",
		"acme-egress-1:live", "egress-1"} {
		if got := contract.EgressNumber(function); got != 0 {
			t.Errorf("EgressNumber(%q) = %d, want 0", function, got)
		}
	}
}

func TestEgressAfter(t *testing.T) {
	tests := []struct{ egress, attempts, pool, want int }{
		{1, 0, 3, 1}, {1, 1, 3, 2}, {1, 2, 3, 3}, {1, 3, 3, 1}, {3, 1, 3, 1}, {2, 49, 3, 3},
		{1, -1, 3, 3}, {2, -1, 3, 1}, {1, -49, 3, 3}, {1, 7, 1, 1}, {1, -7, 1, 1}, {50, 1, 50, 1},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, contract.EgressAfter(test.egress, test.attempts, test.pool)); diff != "" {
			t.Errorf("EgressAfter(%d, %d, %d) (-want +got):\n%s", test.egress, test.attempts, test.pool, diff)
		}
	}
}

func TestRoundCountsTheAttemptsOfAnEgress(t *testing.T) {
	for pool := 1; pool <= 4; pool++ {
		used := map[int]int{}
		for attempt := 1; attempt <= 12; attempt++ {
			egress := contract.EgressAfter(2, attempt-1, pool)
			if got := contract.Round(attempt, pool); got != used[egress] {
				t.Errorf("Round(%d, %d) = %d, but egress %d was used %d times", attempt, pool, got, egress, used[egress])
			}
			used[egress]++
		}
	}
}
