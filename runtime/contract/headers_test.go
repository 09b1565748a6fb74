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

func TestHopByHop(t *testing.T) {
	known := contract.HopByHop()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(contract.HopByHopHeaders)), slices.Sorted(maps.Keys(known))); diff != "" {
		t.Errorf("without a Connection field (-want +got):\n%s", diff)
	}
	named := contract.HopByHop("X-A, \tKeep-Alive , x-b", "close")
	for name, want := range map[string]bool{"x-a": true, "x-b": true, "keep-alive": true, "te": true, "X-A": false, "x-c": false} {
		if named[name] != want {
			t.Errorf("%q is hop-by-hop: %t", name, named[name])
		}
	}
	if contract.HopByHop()["x-a"] {
		t.Error("one message's fields count for the next")
	}
}

func TestFieldText(t *testing.T) {
	for value, want := range map[string]string{
		"":                 "",
		"plain":            "plain",
		"caf\xc3\xa9":      "café", // UTF-8 stays
		"r\xe9sum\xe9.pdf": "résumé.pdf",
		"\xc3\xa9 \xe9":    "Ã© é", // as a whole it is no UTF-8
		"\x80\x9f\xff":     "\u0080\u009fÿ",
		"\xed\xa0\x80":     "í\u00a0\u0080", // a surrogate is no UTF-8
	} {
		if diff := cmp.Diff(want, contract.FieldText(value)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", value, diff)
		}
	}
	fields := map[string][]string{"a": {"\xe9", "b"}}
	if diff := cmp.Diff(map[string][]string{"a": {"é", "b"}}, contract.FieldTexts(fields)); diff != "" || fields["a"][0] != "\xe9" {
		t.Errorf("fields (-want +got), which stay as they were:\n%s", diff)
	}
}

func TestPlainLocation(t *testing.T) {
	for location, want := range map[string]string{
		"/orders/1":                               "/orders/1",
		"../x?to=%2Fa#b":                          "../x?…",
		"https://id.example/in?a=b":               "https://id.example/in?…",
		"https://user:pw@id.example/in?":          "https://id.example/in",
		"https://app.example/cb#access_token=abc": "https://app.example/cb",
		"//other.example/x":                       "//other.example/x",
		"javascript:alert(1)":                     "",
		"ht tp://x:y":                             "",
		"":                                        "",
	} {
		if got := contract.PlainLocation(location); got != want {
			t.Errorf("%s: %q, want %q", location, got, want)
		}
	}
}
