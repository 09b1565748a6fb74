package contract_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestOwnHeaders(t *testing.T) {
	hopByHop := []string{
		"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
		"te", "trailer", "transfer-encoding", "upgrade",
	}
	if diff := cmp.Diff(hopByHop, slices.Sorted(maps.Keys(contract.HopByHopHeaders))); diff != "" {
		t.Errorf("hop by hop (-want +got):\n%s", diff)
	}
	want := slices.Sorted(slices.Values(append(hopByHop, "accept-encoding", "content-length", "expect", "host")))
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(contract.OwnHeaders))); diff != "" {
		t.Errorf("own (-want +got):\n%s", diff)
	}
	for name, why := range contract.OwnHeaders {
		if why == "" || name != strings.ToLower(name) {
			t.Errorf("%q: %q: a name in lower case with a reason", name, why)
		}
	}
}
