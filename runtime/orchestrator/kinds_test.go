package orchestrator

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

var kinds = []kind{
	notAnHTTPEvent, invalidPath, invalidBody, invalidRequest, executionNotFound, methodNotAllowed,
	executionConflict, requestTooLarge,
	upstreamTimeout, upstreamUnreachable, upstreamLost, upstreamProtocol, upstreamRateLimited,
	responseTooLarge, blockedAddress,
	noCredential, egressFailed, egressTimeout, egressThrottled, lambdasOutdated, workflowFailed, executionAborted, executionLost,
	unreadableResult, deadlineExceeded, waitEnded,
	misconfigured, throttled, workflowUnavailable,
}

func readText(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestProblemsPage holds docs/problems.md against the code, in order.
func TestProblemsPage(t *testing.T) {
	var got []kind
	for _, m := range regexp.MustCompile(`(?m)^## (\S+)\n\n\*\*(\d{3}) (.+)\*\*\n\n\S`).FindAllStringSubmatch(readText(t,
		"../../docs/problems.md"), -1) {
		status, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, kind{slug: m[1], status: status, title: m[3]})
	}
	if diff := cmp.Diff(kinds, got, cmp.AllowUnexported(kind{})); diff != "" {
		t.Errorf("docs/problems.md (-code +page):\n%s", diff)
	}
}

// TestEveryKindIsListed: a kind that this file does not know is on no page.
func TestEveryKindIsListed(t *testing.T) {
	var written, listed []string
	for _, m := range regexp.MustCompile(`kind\{"([^"]+)"`).FindAllStringSubmatch(readText(t, "kinds.go"), -1) {
		written = append(written, m[1])
	}
	for _, k := range kinds {
		listed = append(listed, k.slug)
	}
	slices.Sort(written)
	slices.Sort(listed)
	if diff := cmp.Diff(written, listed); diff != "" {
		t.Errorf("kinds (-code +test):\n%s", diff)
	}
}

// TestEveryFaultHasWords: a fault that the contract gains needs a problem here.
func TestEveryFaultHasWords(t *testing.T) {
	found := regexp.MustCompile(`Fault\w+\s+Fault = "([^"]+)"`).FindAllStringSubmatch(readText(t, "../contract/contract.go"), -1)
	for _, m := range found {
		if _, ok := faultProblems[contract.Fault(m[1])]; !ok {
			t.Errorf("the fault %q has no problem", m[1])
		}
	}
	if len(found) != len(faultProblems) {
		t.Errorf("%d faults in the contract, %d with a problem", len(found), len(faultProblems))
	}
}
