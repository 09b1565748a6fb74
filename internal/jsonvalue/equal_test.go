package jsonvalue

import "testing"

func TestEqual(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"null", `null`, `null`, true},
		{"null and false", `null`, `false`, false},
		{"true and false", `true`, `false`, false},
		{"strings", `"a"`, `"\u0061"`, true},
		{"other strings", `"a"`, `"b"`, false},
		{"string and number", `"1"`, `1`, false},
		{"a number with a point", `1`, `1.0`, true},
		{"a number with an exponent", `1`, `10e-1`, true},
		{"exponents", `12.50E+3`, `125e2`, true},
		{"small", `0.00120`, `12e-4`, true},
		{"zeros", `-0`, `0.0e5`, true},
		{"signs", `1`, `-1`, false},
		{"more than floating point tells apart", `9007199254740993`, `9007199254740992`, false},
		{"tenfold", `10`, `1`, false},
		{"huge exponents, alike", `1e99999999999999999999`, `1e99999999999999999999`, true},
		{"huge exponents, not alike", `1e99999999999999999999`, `10e99999999999999999998`, false},
		{"zero with a huge exponent", `0e99999999999999999999`, `0`, true},
		{"items in order", `[1,2]`, `[1.0,2]`, true},
		{"items out of order", `[1,2]`, `[2,1]`, false},
		{"fewer items", `[1]`, `[1,2]`, false},
		{"empty array and empty object", `[]`, `{}`, false},
		{"members out of order", `{"a":1,"b":{"c":2}}`, `{"b":{"c":2e0},"a":1}`, true},
		{"another member", `{"a":1}`, `{"b":1}`, false},
		{"another value", `{"a":1,"b":2}`, `{"b":1,"a":1}`, false},
		{"one member more", `{"a":1}`, `{"a":1,"b":2}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, b := parse(t, test.a), parse(t, test.b)
			if Equal(a, b) != test.want || Equal(b, a) != test.want || a.Equal(b) != test.want {
				t.Errorf("Equal = %t, %t, %t; want %t", Equal(a, b), Equal(b, a), a.Equal(b), test.want)
			}
		})
	}
}
