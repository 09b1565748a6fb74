package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

const placeholderHead = "version: 1\nname: acme\nupstream: {url: https://a.example}\n" +
	"retry: {maxAttempts: 3, idempotency: {header: idempotency-key}}\n"

func eventSpec(request string) string {
	return placeholderHead + "triggers: {events: [{name: on, pattern: {source: [x]}, request: {method: POST, " + request + "}}]}\n"
}

func scheduleSpec(request string) string {
	return placeholderHead + "triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: POST, " + request + "}}]}\n"
}

// TestPlaceholders: what other systems replace is an error, since it would reach the
// API as it stands.
func TestPlaceholders(t *testing.T) {
	tests := []struct{ request, field string }{
		{`path: "/orders/<$.detail.id>"`, "path"},
		{`path: "/orders/$.detail.id/lines"`, "path"},
		{`path: "/orders/{id}"`, "path"},
		{`path: "/orders{/id*}"`, "path"},
		{`path: "/orders/{{id}}"`, "path"},
		{`path: "/orders/${ORDER}"`, "path"},
		{`path: "/orders/%ORDER_ID%"`, "path"},
		{`path: "/day/%DATE%/x"`, "path"},
		{`path: "/orders/$ORDER_ID"`, "path"},
		{`path: "/orders/$ID"`, "path"},
		{`path: /, query: "id=$.detail.id"`, "query"},
		{`path: /, query: "a=1&id={id}"`, "query"},
		{`path: /, query: "a=1&key=${API_KEY}&b=2"`, "query"},
		{`path: /, query: "key=%KEY%"`, "query"},
		{`path: /, headers: {x-id: $.detail.id}`, "headers.x-id"},
		{`path: /, headers: {x-id: "id-{{ detail.id }}"}`, "headers.x-id"},
		{`path: /, headers: {authorization: "Bearer ${TOKEN:-none}"}`, "headers.authorization"},
		{`path: /, headers: {authorization: "Bearer $API_TOKEN"}`, "headers.authorization"},
		{`path: /, headers: {authorization: "Bearer %API_TOKEN%"}`, "headers.authorization"},
		{`path: /, headers: {x-k: "${{ secrets.KEY }}"}`, "headers.x-k"},
		{`path: /, headers: {x-run: "{% $states.context.Execution.Id %}"}`, "headers.x-run"},
		{`path: /, headers: {x-user: "%username%"}`, "headers.x-user"},
		{`path: /, headers: {x-build: "$(BUILD_ID)"}`, "headers.x-build"},
		{`path: /, headers: {x-build: "#{build.id}"}`, "headers.x-build"},
		{`path: /, headers: {x-build: "<%= build %>"}`, "headers.x-build"},
		{`path: /, headers: {x-build: "$context.requestId"}`, "headers.x-build"},
		{`path: /, query: "id=$input.params('id')"`, "query"},
		{`path: /, body: {id: $states.input.id}`, "body.id"},
		{`path: /, headers: {x-run: "$$.Execution.Name"}`, "headers.x-run"},
		{`path: /, body: "id={$.detail.id}"`, "body"},
		{`path: /, body: '{"id": "$.detail.id"}'`, "body"},
		{`path: /, body: '{"id": <$.detail.id>}'`, "body"},
		{`path: /, body: {id: $.detail.id}`, "body.id"},
		{`path: /, body: {a: [1, {id: "$.detail.items[0].id"}]}`, "body.a[1].id"},
		{`path: /, body: {at: $.time}`, "body.at"},
		{`path: /, body: {id: "{{event.id}}"}`, "body.id"},
		{`path: /, body: {id: "{{ event.id | default: 'x' }}"}`, "body.id"},
		{`path: /, body: {id: "{{{raw}}}"}`, "body.id"},
		{`path: /, body: {list: "{{#each items}}x{{/each}}"}`, "body.list"},
		{`path: /, body: {text: "Dear ${name}, hello"}`, "body.text"},
		{`path: /, body: {user: "%USERNAME%"}`, "body.user"},
		{`path: /, body: {id.$: $.order}`, `body["id.$"]`},
		{`path: /, body: {"${KEY}": 1}`, `body["${KEY}"]`},
		{`path: /, body: {event: <aws.events.event.json>}`, "body.event"},
	}
	for _, test := range tests {
		t.Run(test.request, func(t *testing.T) {
			for kind, src := range map[string]string{"events": eventSpec(test.request), "schedules": scheduleSpec(test.request)} {
				want := []string{fmt.Sprintf("placeholder at triggers.%s[0].request.%s", kind, test.field)}
				if diff := cmp.Diff(want, found(t, src)); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestEventPlaceholders: an event's request takes values of the event in path, query and
// headers, a schedule's none.
func TestEventPlaceholders(t *testing.T) {
	for _, request := range []string{
		`path: "/orders/{$.detail.id}"`,
		`path: "/orders/{$.detail['id']}/lines/{$.detail.lines[0].sku}.json"`,
		`path: "/{$.detail-type}/{$.id}-{$.time}"`,
		`path: "/a/.{$.id}/b"`,
		`path: "/odata/Orders({$.detail.id})/$value"`,
		`path: /, query: "id={$.id}&x={$.detail.x}-{$.detail.y}&a%20b=1"`,
		`path: /, query: "{$.detail.name}={$.detail.value}"`,
		`path: /, headers: {x-id: "order {$.detail.id}, {$.resources[0]}", x-plain: "{!$.detail.id}"}`,
		`path: /, headers: {x-json: '{"id":"{$.detail.id}"}', x-b: "{$.detail['a b}']}"}`,
		`path: /, headers: {authorization: "Bearer {$.detail.token}", x-a: "sk_live_{$.detail.key}"}, query: "api_key={$.detail.key}"`,
		`path: /, headers: {idempotency-key: "{$.detail.requestId}"}`,
		`path: "/{$.id}", bodyFrom: "$.detail.items[0]"`,
	} {
		if diff := cmp.Diff([]string(nil), found(t, eventSpec(request))); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", request, diff)
		}
		if strings.Contains(request, "bodyFrom") {
			continue
		}
		for _, finding := range found(t, scheduleSpec(request)) {
			if !strings.HasPrefix(finding, "placeholder at triggers.schedules[0].request.") && !strings.HasPrefix(finding, "secret-in-spec ") &&
				!strings.HasPrefix(finding, "fixed-idempotency-key ") {
				t.Errorf("%s of a schedule: %s", request, finding)
			}
		}
	}
}

// TestEventPlaceholderFaults: what nothing could fill in, and what it would lead to.
func TestEventPlaceholderFaults(t *testing.T) {
	for request, want := range map[string]string{
		`path: "/{$.details.id}"`:                        "{$.details.id}: an event has no field details, it has version, id,",
		`path: "/{$.detail.id"`:                          "{$.detail.id: } is missing",
		`path: "/{$.detail.items[*]}"`:                   "a placeholder is one value, so its path has no *",
		`path: "/{$[0]}"`:                                "an event has no field […]",
		`path: /, query: "a={$.detail..id}"`:             ".. is not known",
		`path: /, headers: {x-a: "{$.detail.}"}`:         "a name is missing after a dot",
		`path: "/{$.id}/../x"`:                           "has . or .. segments",
		`path: "/{$.id}/%zz"`:                            "has a % that is not followed by two hexadecimal digits",
		`path: "/a%4{$.id}"`:                             "has a % that is not followed by two hexadecimal digits",
		`path: "/{$.id}/${X}"`:                           `holds "${X}", a placeholder that nothing fills in`,
		`path: "/{$.id}", bodyFrom: "$.detail[01]"`:      "cannot be read: [01]: in brackets stands an index from 0",
		`path: /, query: "id=$.detail.id"`:               "write {$.detail.id} for that value of the event",
		`path: "/<$.detail.id>"`:                         "write {$.detail.id} for that value of the event",
		`path: /, headers: {x-a: "{ $.detail.id }"}`:     "write {$.detail.id} for that value of the event",
		`path: /, headers: {x-a: "$.detail.id"}`:         "write {$.detail.id} for that value of the event",
		`path: /, headers: {x-a: "{$$.Execution.Name}"}`: "{$.detail.id} is the value of the event's detail.id; nothing else is filled in",
		`path: /, headers: {x-a: "sk_live_a1b2 {$.id}"}`: "x-a: looks like a secret",
		`path: /, query: "a={$.id}&b=ghp_a1b2{$.id}"`:    `its parameter "b" looks like a secret`,
		`path: /, body: {id: "{$.detail.id}"}`:           "path, query and headers take single values as {$.detail.id}, a body takes none",
	} {
		if got := messages(t, eventSpec(request)); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: findings %q, want one with %q", request, got, want)
		}
	}
}

func TestPlaceholdersForTheUpstream(t *testing.T) {
	for value, want := range map[string][]string{
		"${API_TOKEN}":                   {"placeholder at upstream.headers.x-a"},
		"k {{ token }}":                  {"placeholder at upstream.headers.x-a"},
		"%API_TOKEN%":                    {"placeholder at upstream.headers.x-a"},
		"<aws.scheduler.scheduled-time>": {"placeholder at upstream.headers.x-a"},
		"acme/1.0 (+https://a.example)":  nil,
		"a{b}c $5 100% <x> {c}":          nil,
		"%C3%A9t%C3%A9":                  nil,
	} {
		src := strings.Replace(placeholderHead, "example}", "example, headers: {x-a: '"+value+"'}}", 1)
		if diff := cmp.Diff(want, found(t, src)); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", value, diff)
		}
	}
}

// TestPlaceholdersInTheURL: a URL is written out; most placeholders are no URL at all.
func TestPlaceholdersInTheURL(t *testing.T) {
	for url, want := range map[string][]string{
		"https://a.example/$STAGE/v1":    {"placeholder at upstream.url"},
		"https://a.example/v1/$ID":       {"placeholder at upstream.url"},
		"https://a.example/%24metadata":  nil,
		"https://a.example/v1/$metadata": nil,
		"https://a.example/${STAGE}":     {"upstream-url at upstream.url"},
		"https://{tenant}.example/v1":    {"upstream-url at upstream.url"},
	} {
		if diff := cmp.Diff(want, found(t, strings.Replace(placeholderHead, "https://a.example", `"`+url+`"`, 1))); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", url, diff)
		}
	}
}

// TestSchedulerValuesThatNothingFillsIn: Scheduler knows four.
func TestSchedulerValuesThatNothingFillsIn(t *testing.T) {
	want := []string{"placeholder at triggers.schedules[0].request.body.at"}
	src := scheduleSpec(`path: /, body: {at: "<aws.scheduler.scheduled-time> <aws.scheduler.schedule-time>"}`)
	if diff := cmp.Diff(want, found(t, src)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestRealValuesAreNoPlaceholders: what APIs are really sent.
func TestRealValuesAreNoPlaceholders(t *testing.T) {
	for _, request := range []string{
		`path: /a%20b/%C3%A9/%E4BC%9A/x%ABCD%EF`,
		`path: "/v1/accounts:signUp"`,
		`path: "/odata/Orders(17)/$value"`,
		`path: "/odata/$metadata"`,
		`path: "/~user/@me/!$&'()*+,;="`,
		`path: /, query: "$filter=total%20gt%205&$top=10"`,
		`path: /, query: "fields=photos{id}"`,
		`path: /, query: 'where={"open":true}'`,
		`path: /, query: "q=%25smith%25&p=100%25"`,
		`path: /, query: "price=$5"`,
		`path: /, headers: {accept: "application/json;q=0.9, */*", x-template: "/orders/{id}"}`,
		`path: /, headers: {x-price: "$5.00 {usd} 50%"}`,
		`path: /, body: "a{color:red}@media print{a{color:blue}}"`,
		`path: /, body: '{"a":{"b":{"c":{}}}}'`,
		`path: /, body: '{"query":"{orders{lines{id}}}"}'`,
		`path: /, body: {query: "query($id: ID!){order(id: $id){id}}", variables: {id: 5}}`,
		`path: /, body: {template: "/orders/{id}", price: $5, rate: "100%", search: "%smith%"}`,
		`path: /, body: {jsonPath: "$.items[0].id", filter: "$[0]"}`,
		`path: /, body: "a=%7B%7Bvar%7D%7D&b=%24%7BVAR%7D"`,
		`path: /, body: '{"text": "Hello \u007b{name}}"}'`,
		`path: /, body: {style: "style={{color: 'red'}}"}`,
		`path: /, body: {html: "<a href=x>$.</a> <b>5</b>", format: "%Y-%m-%d %H%M%S"}`,
		`path: /, body: {money: "$USD and $.50", note: "$.50"}`,
		`path: /, body: [1, null, true, "{}", "{{}}", "{ }", "${", "<$>"]`,
		`path: /, body: {script: "$(document).ready(f); a#b{c:d} <% 5 > 3", mongo: "$context", key: "__id__ @@a"}`,
		`path: "/$count", query: "$count=true&$expand=lines($select=id)", headers: {prefer: "odata.maxpagesize=50"}`,
		`path: /, body: {"$set": {a: 1}, "a.$": 5, "{x}": 1}`,
	} {
		t.Run(request, func(t *testing.T) {
			for _, src := range []string{eventSpec(request), scheduleSpec(request)} {
				if diff := cmp.Diff([]string(nil), found(t, src)); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			}
		})
	}
	scheduled := `path: "/runs/<aws.scheduler.execution-id>", body: {at: <aws.scheduler.scheduled-time>}`
	if diff := cmp.Diff([]string(nil), found(t, scheduleSpec(scheduled))); diff != "" {
		t.Errorf("what Scheduler fills in: findings (-want +got):\n%s", diff)
	}
}

// TestPlaceholderAdvice: each place says what sfngen has for it today.
func TestPlaceholderAdvice(t *testing.T) {
	inUpstream := strings.Replace(placeholderHead, "example}", "example, headers: {x-a: '${A}'}}", 1)
	for src, want := range map[string]string{
		eventSpec(`path: /, body: {id: $.detail.id}`): "write bodyFrom: $.detail in place of body",
		eventSpec(`path: "/{id}"`):                    "{$.detail.id} is the value of the event's detail.id",
		scheduleSpec(`path: "/${DAY}"`):               "a schedule's request is fixed",
		scheduleSpec(`path: "/{$.detail.id}"`):        "only the requests of triggers.events take values, from the event",
		inUpstream:                                    "with its name in upstream.forwardHeaders",
	} {
		if got := strings.Join(messages(t, src), "\n"); !strings.Contains(got, want) {
			t.Errorf("findings: %s\nwant one that says: %s", got, want)
		}
	}
}

// messages are the findings of a spec in their one-line form.
func messages(t *testing.T, src string) []string {
	t.Helper()
	_, findings := spec.Parse("spec.yaml", []byte(src))
	var got []string
	for _, f := range findings {
		got = append(got, f.String())
	}
	return got
}
