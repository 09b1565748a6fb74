package contract_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestParsePath(t *testing.T) {
	name := func(name string) contract.Step { return contract.Step{Kind: contract.StepName, Name: name} }
	all := contract.Step{Kind: contract.StepAll}
	for text, want := range map[string]contract.Path{
		"$":                            {},
		"$.error.code":                 {name("error"), name("code")},
		"$.errors[*].code":             {name("errors"), all, name("code")},
		"$[0].code":                    {{Kind: contract.StepIndex}, name("code")},
		"$.a.*":                        {name("a"), all},
		"$['retry after'][12]":         {name("retry after"), {Kind: contract.StepIndex, Index: 12}},
		`$["a\"b"]['c\'d"']`:           {name(`a"b`), name(`c'd"`)},
		"$.größe.x-y_z.@type.$id":      {name("größe"), name("x-y_z"), name("@type"), name("$id")},
		"$['']":                        {name("")},
		"$.a['b]c'].d":                 {name("a"), name("b]c"), name("d")},
		"$" + strings.Repeat(".a", 20): slicesOf(name("a"), 20),
	} {
		got, err := contract.ParsePath(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", text, err, diff)
		}
	}
	for text, says := range map[string]string{
		"":                              "begin with $",
		"error.code":                    "begin with $",
		"$error":                        "must begin with . or [",
		"$..code":                       ".. is not known",
		"$.":                            "a name is missing",
		"$.a..b":                        ".. is not known",
		"$.a.":                          "a name is missing",
		"$.a b":                         "has to be written ['a b']",
		"$[":                            "] is missing",
		"$[0":                           "] is missing",
		"$[]":                           "an index from 0",
		"$[-1]":                         "an index from 0",
		"$[01]":                         "an index from 0",
		"$[1:2]":                        "an index from 0",
		"$[?(@.a)]":                     "an index from 0",
		"$['a]":                         "must end in ']",
		"$['a'":                         "must end in ']",
		`$['\q']`:                       "escape",
		"$[9999999999]":                 "an index from 0",
		"$" + strings.Repeat("[0]", 21): "more than 20 steps",
	} {
		if path, err := contract.ParsePath(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, %v, want an error with %q", text, path, err, says)
		}
	}
}

func slicesOf(step contract.Step, count int) contract.Path {
	var path contract.Path
	for range count {
		path = append(path, step)
	}
	return path
}

func TestCanonicalNumber(t *testing.T) {
	for _, same := range [][]string{
		{"0", "-0", "0.0", "0e5", "0.000e-3"}, {"1", "1.0", "1e0", "10e-1", "0.1E+1"}, {"-15", "-1.5e1", "-1500e-2"},
		{"12345678901234567890"}, {"12345678901234567891"}, {"1e99999999999"},
	} {
		for _, number := range same[1:] {
			if a, b := contract.CanonicalNumber(same[0]), contract.CanonicalNumber(number); a != b {
				t.Errorf("%s is %s, %s is %s", same[0], a, number, b)
			}
		}
	}
	if contract.CanonicalNumber("12345678901234567890") == contract.CanonicalNumber("12345678901234567891") {
		t.Error("two large numbers are taken for one")
	}
}
