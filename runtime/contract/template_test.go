package contract_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

const orderEvent = `{"id": "e-1", "time": "2026-12-01T10:00:00Z", "account": "123456789012", "resources": ["arn:a", "arn:b"],
	"detail-type": "Order changed", "detail": {"id": 17, "big": 12345678901234567890, "exp": 1e3, "price": 10.50, "zero": -0.0,
	"yes": true, "no": false, "name": "A&B = 50% + #1?", "slash": "a/b\\c", "text": "g\u00fcn \ud83d\ude00", "order id": "o 1",
	"items": [{"sku": "S-1"}, [2]], "none": null, "empty": "", "dots": "..", "dot": ".", "up": "../admin", "win": "..\\x",
	"spaced": ".. ", "twice": "%2e%2e%2fadmin", "overlong": "%c0%ae%c0%ae", "nul": "a\u0000b", "line": "a\r\nx-evil: 1", "c1": "a\u0085b",
	"slashes": "//", "parameter": "..;v=1", "esc": "\u002e\u002e", "percent": "100%", "wide": "\uff0e\uff0e"}}`

func TestTemplateFill(t *testing.T) {
	template := contract.Template{Request: contract.Request{
		Method: "PUT", Path: "/orders/{$.detail.id}-x/{$.detail.slash}",
		Query:   "id={$.detail.name}&{$.detail['order id']}={$.detail.percent}&x=1+1",
		Headers: map[string]string{"x-id": "{$.id}; {$.detail.name}", "x-plain": "{!$.id}", "x-text": "{$.detail.text}"},
	}, BodyFrom: "$.detail.items"}
	got, err := template.Fill(json.RawMessage(orderEvent))
	want := contract.Request{
		Method: "PUT", Path: "/orders/17-x/a%2Fb%5Cc", Query: "id=A%26B%20%3D%2050%25%20%2B%20%231%3F&o%201=100%25&x=1+1",
		Headers: map[string]string{"x-id": "e-1; A&B = 50% + #1?", "x-plain": "{$.id}", "x-text": "gün 😀"},
		Body:    json.RawMessage(`[{"sku": "S-1"}, [2]]`),
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Fill(): %v (-want +got)\n%s", err, diff)
	}
	if template.Headers["x-id"] != "{$.id}; {$.detail.name}" {
		t.Error("Fill changed the template")
	}
}

// TestTemplateValues: numbers as they are written, booleans as words, items by index.
func TestTemplateValues(t *testing.T) {
	for placeholder, want := range map[string]string{
		"{$.detail.big}": "12345678901234567890", "{$.detail.exp}": "1e3", "{$.detail.price}": "10.50", "{$.detail.zero}": "-0.0",
		"{$.detail.yes}": "true", "{$.detail.no}": "false", "{$.time}": "2026-12-01T10%3A00%3A00Z", "{$.account}": "123456789012",
		"{$.resources[1]}": "arn%3Ab", "{$.detail.items[0].sku}": "S-1", "{$.detail.items[1][0]}": "2", "{$.detail-type}": "Order%20changed",
		"{$.detail.text}": "g%C3%BCn%20%F0%9F%98%80", "v{$.detail.dot}1": "v.1", "{$.detail.wide}": "%EF%BC%8E%EF%BC%8E",
	} {
		got, err := contract.Template{Request: contract.Request{Path: "/" + placeholder}}.Fill(json.RawMessage(orderEvent))
		if diff := cmp.Diff("/"+want, got.Path); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", placeholder, err, diff)
		}
	}
}

func TestTemplateFaults(t *testing.T) {
	for name, test := range map[string]struct {
		template contract.Template
		want     string
	}{
		"missing":           {ofPath("/a/{$.detail.nothing}"), "request.path: {$.detail.nothing} leads to nothing in this event"},
		"below a scalar":    {ofPath("/a/{$.detail.id.x}"), "leads to nothing"},
		"beyond an array":   {ofPath("/a/{$.resources[2]}"), "leads to nothing"},
		"an index of text":  {ofPath("/a/{$.detail.name[0]}"), "leads to nothing"},
		"null":              {ofPath("/a/{$.detail.none}"), "{$.detail.none} leads to null"},
		"an object":         {ofPath("/a/{$.detail}"), "{$.detail} leads to an object"},
		"an array":          {ofPath("/a/{$.resources}"), "{$.resources} leads to an array"},
		"empty":             {ofPath("/a/{$.detail.empty}"), "{$.detail.empty} is empty"},
		"empty before more": {ofPath("/a/{$.detail.empty}/b"), "is empty"},
		"slashes":           {ofPath("/a/{$.detail.slashes}"), "slashes alone"},
		"..":                {ofPath("/a/{$.detail.dots}"), "{$.detail.dots} has a . or .. segment"},
		".":                 {ofPath("/a/{$.detail.dot}/b"), "has a . or .. segment"},
		"two dots of two":   {ofPath("/a/{$.detail.dot}{$.detail.dot}"), "has a . or .. segment"},
		"a dot beside one":  {ofPath("/a/.{$.detail.dot}/b"), "has a . or .. segment"},
		"an empty beside":   {ofPath("/a/..{$.detail.empty}/b"), "has a . or .. segment"},
		"up":                {ofPath("/a/b/{$.detail.up}"), "has a . or .. segment"},
		"up, backslash":     {ofPath("/a/b/{$.detail.win}"), "has a . or .. segment"},
		"up, with a space":  {ofPath("/a/b/{$.detail.spaced}"), "has a . or .. segment"},
		"up, decoded twice": {ofPath("/a/b/{$.detail.twice}"), "has a . or .. segment"},
		"up, parameters":    {ofPath("/a/b/{$.detail.parameter}"), "has a . or .. segment"},
		"up, JSON escapes":  {ofPath("/a/b/{$.detail.esc}"), "has a . or .. segment"},
		"overlong":          {ofPath("/a/{$.detail.overlong}"), "has overlong UTF-8"},
		"NUL":               {ofPath("/a/{$.detail.nul}"), "has a NUL character"},
		"the query":         {contract.Template{Request: contract.Request{Query: "a={$.x}"}}, "request.query: {$.x} leads to nothing"},
		"a header":          {ofHeader("{$.x}"), "request.headers.x-a: {$.x} leads to nothing"},
		"a line break":      {ofHeader("{$.detail.line}"), "{$.detail.line} has a control character or a line break"},
		"NUL in a header":   {ofHeader("{$.detail.nul}"), "has a control character"},
		"C1 in a header":    {ofHeader("{$.detail.c1}"), "has a control character"},
		"no body":           {contract.Template{BodyFrom: "$.detail.nothing"}, "request.bodyFrom: $.detail.nothing leads to nothing"},
		"body null":         {contract.Template{BodyFrom: "$.detail.none"}, "request.bodyFrom: $.detail.none leads to null"},
		"no placeholder":    {ofPath("/a/{$.detail.id"), "request.path: {$.detail.id: } is missing"},
	} {
		got, err := test.template.Fill(json.RawMessage(orderEvent))
		if err == nil || !strings.Contains(err.Error(), test.want) || got.Path != "" {
			t.Errorf("%s: Fill() = %+v, %v, want an error with %q", name, got, err, test.want)
		}
	}
	if _, err := ofPath("/{$.id}").Fill(nil); err == nil {
		t.Error("without an event: no error")
	}
}

func ofPath(path string) contract.Template {
	return contract.Template{Request: contract.Request{Path: path}}
}

func ofHeader(value string) contract.Template {
	return contract.Template{Request: contract.Request{Headers: map[string]string{"x-a": value}}}
}

// TestOlderEgressFindsNoRequest: one that does not know Template has no method, which it
// refuses. So nothing goes out with the placeholders as text.
func TestOlderEgressFindsNoRequest(t *testing.T) {
	template := ofPath("/{$.id}")
	template.Method = "DELETE"
	input, err := json.Marshal(contract.ExecutionInput{Trigger: "gone", Template: &template, Event: json.RawMessage(orderEvent)})
	if err != nil {
		t.Fatal(err)
	}
	var older struct{ Request contract.Request }
	if err := json.Unmarshal(input, &older); err != nil || older.Request.Method != "" || older.Request.Path != "" {
		t.Errorf("%v, request %+v of %s", err, older.Request, input)
	}
}

// FuzzTemplateSegment: what stands in a path is one segment, whose value is the event's,
// or nothing is sent; a query's value is one value, and a header's one line.
func FuzzTemplateSegment(f *testing.F) {
	for _, seed := range []string{"17", "a/b", "..", "%2e%2e", "%c0%ae", "a\x00b", "a&b=c", "é", ". ", "\\", ";", "a\nb", "{$.x}",
		"?#[]@!$'()*+,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		event, err := json.Marshal(map[string]any{"x": value})
		if err != nil || !utf8.ValidString(value) { // JSON holds no such text
			t.Skip()
		}
		template := contract.Template{Request: contract.Request{
			Path: "/a/{$.x}/b", Query: "k={$.x}&l=1", Headers: map[string]string{"h": "<{$.x}>"}}}
		path, err := contract.Template{Request: contract.Request{Path: template.Path}}.Fill(event)
		if err == nil {
			checkSegment(t, path.Path, value)
		}
		query, err := contract.Template{Request: contract.Request{Query: template.Query}}.Fill(event)
		values, parsed := url.ParseQuery(query.Query)
		if err != nil || parsed != nil || values.Get("k") != value || len(values) != 2 {
			t.Errorf("%q: the query %q, %v, %v", value, query.Query, err, parsed)
		}
		header, err := contract.Template{Request: contract.Request{Headers: template.Headers}}.Fill(event)
		if err == nil && (header.Headers["h"] != "<"+value+">" || !contract.IsFieldValue(header.Headers["h"])) {
			t.Errorf("%q: the header %q", value, header.Headers["h"])
		}
	})
}

// checkSegment wants /a/SEGMENT/b, of unreserved characters and escapes.
func checkSegment(t *testing.T, path, value string) {
	t.Helper()
	segments := strings.Split(path, "/")
	if len(segments) != 4 || segments[1] != "a" || segments[3] != "b" {
		t.Fatalf("%q: the path %q", value, path)
	}
	plain, err := url.PathUnescape(segments[2])
	if err != nil || plain != value || plain == "" || plain == "." || plain == ".." || strings.Contains(plain, "\x00") {
		t.Errorf("%q: the segment %q, %v", value, segments[2], err)
	}
	odd := func(r rune) bool { return r > 0x7e || strings.ContainsRune(`/\?#&=+;:@ "<>{}`, r) || r < ' ' }
	if strings.ContainsFunc(segments[2], odd) {
		t.Errorf("%q: the segment %q holds a separator", value, segments[2])
	}
}

// FuzzParseText: a text is read or refused, and without placeholders it is itself.
func FuzzParseText(f *testing.F) {
	for _, seed := range []string{"/orders/{$.detail.id}", "{!$.x}{$", "{$['a}']}", `{$["\`, "{$.[", "{$.a}}{", "{!$[0]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parts, err := contract.ParseText(text)
		if !contract.HasPlaceholders(text) && (err != nil || shown(parts) != text) {
			t.Errorf("%q: %q, %v", text, shown(parts), err)
		}
		if !contract.HasPlaceholders(text) || err != nil {
			return
		}
		var back strings.Builder
		for _, part := range parts {
			back.WriteString(strings.ReplaceAll(part.Text, "{$", "{!$"))
			if part.Placeholder != nil {
				back.WriteString(part.Placeholder.Written)
			}
		}
		again, err := contract.ParseText(back.String())
		if err != nil || shown(again) != shown(parts) {
			t.Errorf("%q: %q, written again %q, %v", text, shown(parts), back.String(), err)
		}
	})
}
