package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSecretInAQuery: many APIs take their key as a parameter.
func TestSecretInAQuery(t *testing.T) {
	warned := []string{"secret-in-spec at triggers.schedules[0].request.query"}
	for query, want := range map[string][]string{
		"a=1&api_key=sk_live_1": warned, "apiKey=1": warned, "API-KEY=1": warned, "accessToken=1&b": warned, "pass%77ord=x": warned,
		"sig=ab%2B": warned,
		"token=":    nil, "page=2&sort=key": nil, "q=token": nil, "tokens=5": nil, "$filter=token%20eq%201": nil, "a": nil,
	} {
		if diff := cmp.Diff(want, found(t, scheduleSpec(`path: /, query: "`+query+`"`))); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", query, diff)
		}
	}
	got := strings.Join(messages(t, eventSpec(`path: /, query: "api_key=1"`)), "\n")
	const say = `its parameter "api_key" looks like a secret, and the spec is committed and copied into the template; name where it is ` +
		"kept in upstream.credentials.query, which sends it with every call; or let a program that has the secret " +
		"send this request to the function URL in place of the trigger [secret-in-spec]"
	if !strings.HasSuffix(got, say) {
		t.Errorf("findings: %s\nwant: %s", got, say)
	}
}

// TestSecretInAPath: some APIs take their key there, and a webhook's path is one.
func TestSecretInAPath(t *testing.T) {
	for path, secret := range map[string]bool{
		"/bot123456:AAExampleExampleExample/send":                        true,
		"/bot123456%3AAAExampleExampleExample/send":                      true,
		"/v1/sk_live_51HexampleExample/charges":                          true,
		"/services/T01234567/B01234567/abcdefABCDEF0123456789ab":         true,
		"/api/webhooks/123456789012345678/" + strings.Repeat("aB3_", 17): true,
		"/orders/2026": false, "/bot/send": false, "/bots/12:30": false, "/services/Tickets/Bookings/list": false, "/api/webhooks/17": false,
		"/v1/customers/cus_NffrFeUfNV2Hib": false,
	} {
		var schedule, upstream []string
		if secret {
			schedule, upstream = []string{"secret-in-spec at triggers.schedules[0].request.path"}, []string{"secret-in-spec at upstream.url"}
		}
		if diff := cmp.Diff(schedule, found(t, scheduleSpec(`path: "`+path+`"`))); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", path, diff)
		}
		src := "version: 1\nname: acme\nupstream: {url: 'https://api.acme.example" + path + "'}\nretry: {maxAttempts: 2}\n"
		if diff := cmp.Diff(upstream, found(t, src)); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", path, diff)
		}
	}
	const say = "its path seems to hold a secret, and the spec is committed and copied into the template; if the API takes it " +
		"in a header or a parameter too, name where it is kept in upstream.credentials; else let a program that has the secret send " +
		"this request to the function URL in place of the trigger [secret-in-spec]"
	got := strings.Join(messages(t, eventSpec(`path: "/bot123456:AAExampleExampleExample/{$.detail.id}"`)), "\n")
	if !strings.HasSuffix(got, say) {
		t.Errorf("findings: %s\nwant: %s", got, say)
	}
}
