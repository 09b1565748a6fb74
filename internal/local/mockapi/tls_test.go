package mockapi

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"
)

// trusting is a client that trusts the API's CA, at noon.
func trusting(t testing.TB, api *API, http2 bool) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(api.Authority()) {
		t.Fatal("the authority has no certificate")
	}
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots, Time: newWorld().Now},
		ForceAttemptHTTP2: http2,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestTLS(t *testing.T) {
	tests := []struct {
		kind TLS
		want string
	}{
		{TLSGood, "200"},
		{TLSExpired, "x509: certificate has expired or is not yet valid: current time 2026-03-01T12:00:00Z is after 2026-02-28T12:00:00Z"},
		{TLSWrongName, "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs"},
		{TLSSelfSigned, "x509: certificate signed by unknown authority"},
		{TLSHandshake, "remote error: tls: handshake failure"},
		{TLSNotSpoken, "http: server gave HTTP response to HTTPS client"},
	}
	for _, test := range tests {
		t.Run(string(test.kind), func(t *testing.T) {
			env := newWorld().environment()
			broken := make(chan string, 4)
			env.Broken = func(text string) { broken <- text }
			api := mustNew(t, Config{TLS: test.kind}, env)
			got := outcome(trusting(t, api, false), start(t, api))
			if !strings.Contains(got, test.want) {
				t.Errorf("the client got %q, want %q", got, test.want)
			}
			if test.kind == TLSGood || test.kind == TLSNotSpoken {
				return
			}
			if text := <-broken; !strings.HasPrefix(text, "TLS handshake error from 127.0.0.1:") {
				t.Errorf("told %q", text)
			}
			diff(t, "requests", 0, len(api.Requests()))
		})
	}
}

func TestNoAuthorityWithoutTLS(t *testing.T) {
	api := mustNew(t, Config{}, newWorld().environment())
	diff(t, "authority", []byte(nil), api.Authority())
	diff(t, "scheme", "http", api.Scheme())
}

func TestHTTP2(t *testing.T) {
	tests := []struct {
		name  string
		cfg   Config
		proto string
	}{
		{"asked for", Config{TLS: TLSGood, HTTP2: true}, "HTTP/2.0"},
		{"not asked for", Config{TLS: TLSGood}, "HTTP/1.1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := mustNew(t, test.cfg, newWorld().environment())
			url := start(t, api) // before the client, so its connection is closed first at the end
			got := mustCall(t, trusting(t, api, true), "POST", url, "hello")
			diff(t, "protocol", test.proto, decode(t, got.body).Protocol)
		})
	}
}

func TestHTTP2WithoutTLS(t *testing.T) {
	api := mustNew(t, Config{HTTP2: true}, newWorld().environment())
	url := start(t, api)
	var only http.Protocols
	only.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &only}
	defer transport.CloseIdleConnections()
	got := mustCall(t, &http.Client{Transport: transport}, "GET", url, "")
	diff(t, "protocol", "HTTP/2.0", decode(t, got.body).Protocol)
}

// A fault ends the stream, not the connection: the next request goes through.
func TestFaultsOverHTTP2(t *testing.T) {
	for _, fault := range []Fault{FaultReset, FaultEmpty, FaultHalf, FaultHalfReset, FaultMalformed, FaultBadChunk, FaultBadGzip} {
		t.Run(string(fault), func(t *testing.T) {
			api := mustNew(t, Config{TLS: TLSGood, HTTP2: true, Script: Script{Steps: []Step{{Fault: fault}, {Code: 200}}}},
				newWorld().environment())
			url := start(t, api)
			client := trusting(t, api, true)
			if got := outcome(client, url); !strings.Contains(got, "stream error") {
				t.Errorf("the client got %q, want a stream error", got)
			}
			diff(t, "next", "200", outcome(client, url))
		})
	}
}

// Over TLS a reset is one too: no TLS alert is sent before it.
func TestResetOverTLS(t *testing.T) {
	api := mustNew(t, Config{TLS: TLSGood, Script: Script{Steps: []Step{{Fault: FaultReset}}}}, newWorld().environment())
	if got := outcome(trusting(t, api, false), start(t, api)); !strings.Contains(got, "connection reset by peer") {
		t.Errorf("the client got %q, want a reset", got)
	}
}
