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
