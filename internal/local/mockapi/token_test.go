package mockapi

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

const formType = "application/x-www-form-urlencoded"

func TestTokenEndpoint(t *testing.T) {
	secret := OAuth2{ClientID: "me", Secret: "s+ e", Lifetime: time.Minute}
	basic := func(user, password string) string {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	for _, test := range []struct {
		name, body string
		fields     []string
		want       int
		code       string
	}{
		{"form fields", "grant_type=client_credentials&client_id=me&client_secret=s%2B+e", nil, 200, ""},
		{"Basic", "grant_type=client_credentials&scope=a", []string{"Authorization", basic("me", "s%2B+e")}, 200, ""},
		{"Basic that is not encoded", "grant_type=client_credentials", []string{"Authorization", basic("me", "s+ e")}, 401, "invalid_client"},
		{"another secret", "grant_type=client_credentials&client_id=me&client_secret=x", nil, 401, "invalid_client"},
		{"another client", "grant_type=client_credentials&client_id=you&client_secret=s%2B+e", nil, 401, "invalid_client"},
		{"nobody", "grant_type=client_credentials", nil, 401, "invalid_client"},
		{"another grant", "grant_type=password&client_id=me&client_secret=s%2B+e", nil, 400, "unsupported_grant_type"},
		{"JSON", `{}`, []string{"Content-Type", "application/json"}, 400, "invalid_request"},
	} {
		t.Run(test.name, func(t *testing.T) {
			api := mustNew(t, Config{OAuth2: secret}, newWorld().environment())
			fields := append([]string{"Content-Type", formType}, test.fields...)
			got := mustCall(t, from(t, "127.0.0.1"), "POST", start(t, api)+"/token", test.body, fields...)
			var answer struct {
				Token   string `json:"access_token"`
				Type    string `json:"token_type"`
				Expires int    `json:"expires_in"`
				Error   string
			}
			if err := json.Unmarshal([]byte(got.body), &answer); err != nil {
				t.Fatal(err)
			}
			if got.status != test.want || answer.Error != test.code {
				t.Errorf("%d %s, want %d %s", got.status, got.body, test.want, test.code)
			}
			if test.want == 200 && (len(answer.Token) < 20 || answer.Type != "Bearer" || answer.Expires != 60) {
				t.Errorf("the token %+v", answer)
			}
		})
	}
}

// Every other path wants a token that has not expired.
func TestTokens(t *testing.T) {
	world := newWorld()
	api := mustNew(t, Config{OAuth2: OAuth2{ClientID: "me", Secret: "s", Lifetime: time.Minute},
		Paths: []PathScript{{Prefix: "/token", Script: Script{Steps: []Step{{Code: 503}, {Pass: true}}}}}}, world.environment())
	url, client := start(t, api), from(t, "127.0.0.1")
	token := func() answered {
		return mustCall(t, client, "POST", url+"/token", "grant_type=client_credentials&client_id=me&client_secret=s", "Content-Type", formType)
	}
	if got := token(); got.status != 503 {
		t.Errorf("a script does not answer for the endpoint: %d", got.status)
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(token().body), &answer); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, authorization string
		after               time.Duration
		want                int
		why                 string
	}{
		{"no token", "", 0, 401, "header authorization has no bearer token of /token"},
		{"another token", "Bearer x", 0, 401, "the token is not of /token"},
		{"the token", "Bearer " + answer.Token, 59 * time.Second, 200, ""},
		{"an old token", "Bearer " + answer.Token, time.Second, 401, "the token has expired"},
	} {
		world.advance(test.after)
		got := mustCall(t, client, "GET", url+"/orders", "", "Authorization", test.authorization)
		all := api.Requests()
		if why := all[len(all)-1].Why; got.status != test.want || why != test.why {
			t.Errorf("%s: %d %q, want %d %q", test.name, got.status, why, test.want, test.why)
		}
		if got.status == 401 && got.header.Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
			t.Errorf("%s: WWW-Authenticate %q", test.name, got.header.Get("WWW-Authenticate"))
		}
	}
}
