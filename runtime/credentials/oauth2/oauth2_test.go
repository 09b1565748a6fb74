package oauth2_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/credentials/oauth2"
	"github.com/sfngen/sfngen/runtime/egress"
)

const (
	clientID     = "reports@acme"
	clientSecret = "s3cr:t/with+marks"
)

var start = time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)

// open opens a token endpoint that is served by answer over TLS.
func open(t *testing.T, cfg credentials.OAuth2, answer http.HandlerFunc) credentials.TokenEndpoint {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	cfg.TokenURL = server.URL + "/oauth/token"
	if cfg.AuthStyle == "" {
		cfg.AuthStyle = credentials.AuthHeader
	}
	endpoint, err := oauth2.Open(egress.CredentialEnvironment{
		Dialer: &egress.Dialer{}, TLS: &tls.Config{RootCAs: roots}, Now: func() time.Time { return start },
	}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return endpoint
}

func reply(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestTokenRequest(t *testing.T) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("reports%40acme:s3cr%3At%2Fwith%2Bmarks")) // RFC 6749 2.3.1
	for name, test := range map[string]struct {
		cfg   credentials.OAuth2
		basic string
		form  url.Values
	}{
		"header": {credentials.OAuth2{AuthStyle: credentials.AuthHeader}, basic, url.Values{"grant_type": {"client_credentials"}}},
		"body": {credentials.OAuth2{AuthStyle: credentials.AuthBody}, "",
			url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {clientSecret}}},
		"scopes and audience": {credentials.OAuth2{Scopes: []string{"orders", "reports.read"}, Audience: "https://api.acme.example"}, basic,
			url.Values{"grant_type": {"client_credentials"}, "scope": {"orders reports.read"}, "audience": {"https://api.acme.example"}}},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			endpoint := open(t, test.cfg, func(w http.ResponseWriter, r *http.Request) {
				calls++
				if err := r.ParseForm(); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(test.form, r.PostForm); diff != "" {
					t.Errorf("form (-want +got):\n%s", diff)
				}
				if got := r.Header.Get("Authorization"); got != test.basic {
					t.Errorf("Authorization: %q, want %q", got, test.basic)
				}
				reply(200, "application/json", `{"access_token": "abc.def", "token_type": "bearer", "expires_in": 3600}`)(w, r)
			})
			got, err := endpoint.Token(t.Context(), clientID, clientSecret)
			if err != nil {
				t.Fatal(err)
			}
			want := credentials.Token{Value: "abc.def", Expires: start.Add(time.Hour)}
			if diff := cmp.Diff(want, got); diff != "" || calls != 1 {
				t.Errorf("token after %d calls (-want +got):\n%s", calls, diff)
			}
		})
	}
}

func TestTokenLifetime(t *testing.T) {
	for said, want := range map[string]time.Time{
		`, "expires_in": 3600`:             start.Add(time.Hour),
		`, "expires_in": "32400"`:          start.Add(9 * time.Hour),
		`, "expires_in": 0`:                {},
		`, "expires_in": -5`:               {},
		``:                                 {},
		`, "expires_in": 9223372036854775`: start.Add(365 * 24 * time.Hour),
		`, "expires_in": 60, "token_type": "Bearer"`: start.Add(time.Minute),
	} {
		endpoint := open(t, credentials.OAuth2{}, reply(200, "application/json", `{"access_token": "abc"`+said+`}`))
		got, err := endpoint.Token(t.Context(), clientID, clientSecret)
		if err != nil || !got.Expires.Equal(want) {
			t.Errorf("%s: %v %v, want %v", said, got.Expires, err, want)
		}
	}
	endpoint := open(t, credentials.OAuth2{}, reply(200, "application/x-www-form-urlencoded", "access_token=abc&expires_in=120"))
	if got, err := endpoint.Token(t.Context(), clientID, clientSecret); err != nil || !got.Expires.Equal(start.Add(2*time.Minute)) {
		t.Errorf("a form: %v %v", got, err)
	}
}

func TestTokenFailures(t *testing.T) {
	jsonError := func(code string) string { return `{"error": "` + code + `", "error_description": "no\nway"}` }
	for name, test := range map[string]struct {
		answer         http.HandlerFunc
		reason         string
		again, refused bool
	}{
		"invalid client": {reply(401, "application/json", jsonError("invalid_client")),
			"401 Unauthorized: invalid_client (no\nway); check clientId and clientSecret, and whether it wants authStyle: body", false, true},
		"401 without words": {reply(401, "text/html", "<p>"+clientSecret+"</p>"), "401 Unauthorized", false, true},
		"invalid scope": {reply(400, "application/json", jsonError("invalid_scope")),
			"400 Bad Request: invalid_scope (no\nway); check scopes", false, false},
		"error in a 200": {reply(200, "application/json", jsonError("unauthorized_client")), "200 OK: unauthorized_client", false, false},
		"busy":           {reply(400, "application/json", jsonError("temporarily_unavailable")), "temporarily_unavailable", true, false},
		"429":            {reply(429, "text/plain", "slow down"), "429 Too Many Requests", true, false},
		"503":            {reply(503, "text/html", "<h1>down</h1>"), "503 Service Unavailable", true, false},
		"redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) },
			"302 Found", false, false},
		"a page":   {reply(200, "text/html", "<h1>Welcome</h1>"), "its answer is none of RFC 6749 5.1", false, false},
		"no token": {reply(200, "application/json", `{"token_type": "bearer"}`), "missing access_token", false, false},
		"MAC token": {reply(200, "application/json", `{"access_token": "abc", "token_type": "mac"}`),
			"of type mac: only bearer tokens go out", false, false},
		"a type that is the token": {reply(200, "application/json", `{"access_token": "abc.def", "token_type": "Bearer abc.def"}`),
			"of type no known name: only bearer tokens go out", false, false},
		"newline in it": {reply(200, "application/json", `{"access_token": "ab\nc"}`), "is not one that a header can carry", false, false},
		"too large": {reply(200, "application/json", `{"access_token": "`+strings.Repeat("a", 1<<20)+`"}`),
			"larger than 256 KiB", false, false},
		"long words": {reply(400, "application/json", `{"error": "invalid_scope", "error_description": "`+strings.Repeat("a", 2000)+`"}`),
			"invalid_scope (2000 bytes of text)", false, false},
		"words of its language": {reply(400, "application/json", `{"error": "invalid_scope", "error_description": "clé\tinconnue"}`),
			"invalid_scope (clé\tinconnue)", false, false},
		"hangs up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open(t, credentials.OAuth2{}, test.answer).Token(t.Context(), clientID, clientSecret)
			var failure *egress.CredentialError
			if !errors.As(err, &failure) {
				t.Fatalf("%T %v, want a CredentialError", err, err)
			}
			if !strings.HasPrefix(failure.Reason, "the token endpoint 127.0.0.1:") || !strings.Contains(failure.Reason, test.reason) {
				t.Errorf("reason %q, want %q in it", failure.Reason, test.reason)
			}
			if failure.Again != test.again || failure.Refused != test.refused {
				t.Errorf("again %v, refused %v; want %v, %v", failure.Again, failure.Refused, test.again, test.refused)
			}
			if strings.Contains(failure.Reason, clientSecret) {
				t.Errorf("the reason has the secret: %s", failure.Reason)
			}
		})
	}
}

// A redirect of the token endpoint would carry the client's secret to another server.
func TestTokenRedirectIsNotFollowed(t *testing.T) {
	calls := 0
	endpoint := open(t, credentials.OAuth2{AuthStyle: credentials.AuthBody}, func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	if _, err := endpoint.Token(t.Context(), clientID, clientSecret); err == nil || calls != 1 {
		t.Errorf("%d calls, error %v; want 1 and an error", calls, err)
	}
}

func TestTokenEndsWithItsContext(t *testing.T) {
	reached := make(chan struct{})
	endpoint := open(t, credentials.OAuth2{}, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server notices that the client is gone
		close(reached)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reached
		cancel()
	}()
	_, err := endpoint.Token(ctx, clientID, clientSecret)
	var failure *egress.CredentialError
	if !errors.As(err, &failure) || !failure.Again || !strings.HasSuffix(failure.Reason, "did not answer in time") {
		t.Errorf("%#v", err)
	}
}

// The client certificate is the API's: a token endpoint that wants one gets none, and is
// not asked again.
func TestTokenEndpointWantsACertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(reply(200, "application/json", `{"access_token": "abc"}`))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	endpoint, err := oauth2.Open(egress.CredentialEnvironment{
		Dialer: &egress.Dialer{}, TLS: &tls.Config{RootCAs: roots}, Now: func() time.Time { return start },
	}, credentials.OAuth2{TokenURL: server.URL, AuthStyle: credentials.AuthBody})
	if err != nil {
		t.Fatal(err)
	}
	var failure *egress.CredentialError
	for range 50 { // its connection may break before the alert is read
		_, err = endpoint.Token(t.Context(), clientID, clientSecret)
		if errors.As(err, &failure) && !failure.Again {
			break
		}
	}
	if failure == nil || failure.Again || !strings.HasSuffix(failure.Reason, "which is shown to the API alone") {
		t.Errorf("%#v", err)
	}
}

func TestTokenEndpointIsUnreachable(t *testing.T) {
	// A port that was free a moment ago may be another test's by now.
	const nobody = "127.0.0.1:1"
	endpoint, err := oauth2.Open(egress.CredentialEnvironment{
		Dialer: &egress.Dialer{}, TLS: &tls.Config{}, Now: func() time.Time { return start },
	}, credentials.OAuth2{TokenURL: "https://" + nobody + "/token?tenant=hidden", AuthStyle: credentials.AuthBody})
	if err != nil {
		t.Fatal(err)
	}
	_, err = endpoint.Token(t.Context(), clientID, clientSecret)
	var failure *egress.CredentialError
	if !errors.As(err, &failure) || !failure.Again || !strings.Contains(failure.Reason, "connection refused") ||
		strings.Contains(failure.Reason, "hidden") {
		t.Errorf("%#v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, cfg := range []credentials.OAuth2{
		{TokenURL: "id.acme.example/token", AuthStyle: credentials.AuthHeader},
		{TokenURL: "ftp://id.acme.example/token", AuthStyle: credentials.AuthHeader},
		{TokenURL: "https://id.acme.example/token"},
		{TokenURL: "https://id.acme.example/token", AuthStyle: "cookie"},
	} {
		if _, err := oauth2.Open(egress.CredentialEnvironment{Dialer: &egress.Dialer{}}, cfg); err == nil {
			t.Errorf("%+v is taken", cfg)
		}
	}
}

// A handshake that nobody ends does not stay behind when the request is given up.
func TestAHandshakeThatHangsIsClosed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, giveUp := context.WithCancel(t.Context())
	closed := make(chan error, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			closed <- err
			return
		}
		defer conn.Close()
		giveUp()
		_, err = io.Copy(io.Discard, conn) // until the client closes it
		closed <- err
	}()
	endpoint, err := oauth2.Open(egress.CredentialEnvironment{
		Dialer: &egress.Dialer{Dialer: net.Dialer{Timeout: 100 * time.Millisecond}}, TLS: &tls.Config{}, Now: time.Now,
	}, credentials.OAuth2{TokenURL: "https://" + listener.Addr().String(), AuthStyle: credentials.AuthHeader})
	if err != nil {
		t.Fatal(err)
	}
	for ctx.Err() == nil { // a busy machine may not even connect in that time
		if _, err := endpoint.Token(ctx, clientID, clientSecret); err == nil {
			t.Error("there is a token")
		}
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}
