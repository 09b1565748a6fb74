package contract_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestStatusRange(t *testing.T) {
	tests := []struct {
		text string
		want contract.StatusRange
		json string
	}{
		{"429", contract.StatusRange{From: 429, To: 429}, `429`},
		{"5xx", contract.StatusRange{From: 500, To: 599}, `"5xx"`},
		{"5XX", contract.StatusRange{From: 500, To: 599}, `"5xx"`},
		{"500-504", contract.StatusRange{From: 500, To: 504}, `"500-504"`},
		{"400-499", contract.StatusRange{From: 400, To: 499}, `"4xx"`},
		{"100-599", contract.StatusRange{From: 100, To: 599}, `"100-599"`},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := contract.ParseStatusRange(test.text)
			if err != nil || got != test.want {
				t.Fatalf("ParseStatusRange = %v, %v; want %v", got, err, test.want)
			}
			text, err := json.Marshal(got)
			if err != nil || string(text) != test.json {
				t.Errorf("JSON = %s, %v; want %s", text, err, test.json)
			}
			var back contract.StatusRange
			if err := json.Unmarshal(text, &back); err != nil || back != test.want {
				t.Errorf("read back as %v, %v", back, err)
			}
		})
	}
	for _, bad := range []string{"", "42", "4290", "99", "600", "0xx", "6xx", "xxx", "504-500", "500-", "-504", "500-600", "+42",
		" 429", "4 9"} {
		if got, err := contract.ParseStatusRange(bad); err == nil {
			t.Errorf("ParseStatusRange(%q) = %v, want an error", bad, got)
		}
	}
}

func TestStatusCodesContains(t *testing.T) {
	set := contract.StatusCodes{{From: 200, To: 299}, {From: 429, To: 429}}
	for code, want := range map[int]bool{199: false, 200: true, 299: true, 300: false, 429: true, 430: false} {
		if set.Contains(code) != want {
			t.Errorf("Contains(%d) = %v", code, !want)
		}
	}
}

func TestBodyBytes(t *testing.T) {
	tests := []struct {
		name, request string
		body          string
		isJSON        bool
		err           string
	}{
		{"none", `{}`, "", false, ""},
		{"null", `{"body":null}`, "", false, ""},
		{"text", `{"body":"a \"b\""}`, `a "b"`, false, ""},
		{"binary", `{"body":"AP8=","isBase64Encoded":true}`, "\x00\xff", false, ""},
		{"an object", `{"body":{"k":[1]}}`, `{"k":[1]}`, true, ""},
		{"a number", `{"body":7}`, `7`, true, ""},
		{"an object is JSON whatever the flag says", `{"body":{},"isBase64Encoded":true}`, `{}`, true, ""},
		{"no base64", `{"body":"?","isBase64Encoded":true}`, "", false,
			"request.body: isBase64Encoded is true but the body is not base64: illegal base64 data at input byte 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r contract.Request
			if err := json.Unmarshal([]byte(test.request), &r); err != nil {
				t.Fatal(err)
			}
			body, isJSON, err := r.BodyBytes()
			message := ""
			if err != nil {
				message = err.Error()
			}
			if diff := cmp.Diff([]any{test.body, test.isJSON, test.err}, []any{string(body), isJSON, message}); diff != "" {
				t.Errorf("body, JSON, error (-want +got):\n%s", diff)
			}
		})
	}
}

// The names are deployed: a definition of one build catches what an egress of
// another reports.
func TestErrorNamesStay(t *testing.T) {
	got := []string{contract.ErrRateLimited, contract.ErrTransient, contract.ErrRejected}
	if diff := cmp.Diff([]string{"Upstream.RateLimited", "Upstream.Transient", "Upstream.Rejected"}, got); diff != "" {
		t.Error(diff)
	}
}

// Every ASCII character has an overlong form of two to six bytes.
func TestShortestForm(t *testing.T) {
	for c := range byte(0x80) {
		for _, form := range []string{
			string([]byte{0xc0 | c>>6, 0x80 | c&0x3f}),
			string([]byte{0xe0, 0x80 | c>>6, 0x80 | c&0x3f}),
			string([]byte{0xf0, 0x80, 0x80 | c>>6, 0x80 | c&0x3f}),
			string([]byte{0xf8, 0x80, 0x80, 0x80 | c>>6, 0x80 | c&0x3f}),
			string([]byte{0xfc, 0x80, 0x80, 0x80, 0x80 | c>>6, 0x80 | c&0x3f}),
		} {
			if got := contract.ShortestForm("a" + form + "b"); got != "a"+string(rune(c))+"b" {
				t.Errorf("%x: %q, want %q", form, got, "a"+string(rune(c))+"b")
			}
		}
	}
	for _, text := range []string{"", "a/é/日/😀", "\xc0", "\xe0\x80", "\xc3\xa9", "\xe0\xa0\x80", "\xf0\x90\x80\x80", "caf\xe9",
		"\xf8\x88\x80\x80\x80", "\xfc\x80\x80\x80\x80"} {
		if got := contract.ShortestForm(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}
