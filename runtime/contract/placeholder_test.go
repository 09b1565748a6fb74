package contract_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// shown writes the parts of a text with placeholders in angle brackets.
func shown(parts []contract.Part) string {
	var out strings.Builder
	for _, part := range parts {
		if part.Placeholder != nil {
			out.WriteString("<" + part.Placeholder.Written + ">")
		}
		out.WriteString(part.Text)
	}
	return out.String()
}

func TestParseText(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"/orders":                      "/orders",
		"/orders/{$.detail.id}":        "/orders/<{$.detail.id}>",
		"{$.a}{$.b}":                   "<{$.a}><{$.b}>",
		"a {$.detail.items[0].sku}, b": "a <{$.detail.items[0].sku}>, b",
		"{$.detail['a}b']}":            "<{$.detail['a}b']}>",
		`{$.detail["a\"}b"]}x`:         `<{$.detail["a\"}b"]}>x`,
		"{$.detail-type}":              "<{$.detail-type}>",
		"{!$.detail.id}":               "{$.detail.id}",
		"{!$.a}{$.b}{!$.c}":            "{$.a}<{$.b}>{$.c}",
		"{id} {$5} {$} ${x} $.detail":  "{id} {$5} {$} ${x} $.detail",
		"größe={$.größe}":              "größe=<{$.größe}>",
	} {
		parts, err := contract.ParseText(text)
		if diff := cmp.Diff(want, shown(parts)); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", text, err, diff)
		}
		if got := contract.HasPlaceholders(text); got != (strings.Contains(want, "<") || text != want) {
			t.Errorf("%s: HasPlaceholders() = %t", text, got)
		}
	}
	for text, says := range map[string]string{
		"/orders/{$.detail.id": "{$.detail.id: } is missing",
		"{$.}":                 "{$.}: a name is missing",
		"{$.items[*].id}":      "{$.items[*].id}: a placeholder is one value, so its path has no *",
		"{$.a..b}":             "{$.a..b}: ..b: .. is not known",
		"{$.order id}":         "{$.order id}: the name order id has to be written ['order id']",
		"{$.a['b}":             "} is missing",
	} {
		if _, err := contract.ParseText(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error = %v, want one with %q", text, err, says)
		}
	}
}
