package credentials

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/egress"
)

// calling is an egress with credentials, and the calls that it makes.
func (l *lab) calling(t testing.TB, upstream string, c Config, secure *tls.Config) *egress.Egress {
	t.Helper()
	if c.TTL == 0 {
		c.TTL = 5 * time.Minute
	}
	c.Store = func(egress.CredentialEnvironment) (Store, error) { return l, nil }
	e, err := egress.New(egress.Config{
		Upstream: upstream, Methods: []string{"GET", "POST"}, AllowPrivate: true, Timeout: 20 * time.Second, Credentials: c,
	}, egress.Environment{Egress: 1, Now: l.clock, TLS: secure, Log: slog.New(slog.NewTextHandler(&l.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// call makes one attempt: its answer, or the message of its failure.
func (l *lab) call(t testing.TB, e *egress.Egress, method, query string) (body, failure string) {
	t.Helper()
	out, err := e.Handle(context.Background(), contract.Payload{Invocation: contract.Invocation{
		Attempt:   1,
		Execution: contract.Execution{Name: "exec-1", StartTime: l.clock().Format(time.RFC3339)},
		Input:     contract.Input{Request: contract.Request{Method: method, Path: "/orders", Query: query}},
		Policy: contract.Policy{
			MaxAttempts: 3, Egresses: 3, DeadlineSeconds: 120, AttemptSeconds: 25,
			SuccessStatusCodes: statuses("2xx"), UnsafeMethods: contract.UnsafeGuarded,
			RateLimited: contract.RateLimited{StatusCodes: statuses("429"), Scope: contract.ScopeIP},
			Transient:   contract.Transient{StatusCodes: statuses("500"), Errors: []string{contract.ErrorConnection}},
		},
	}})
	var failed messages.InvokeResponse_Error
	if errors.As(err, &failed) {
		return "", failed.Type + " " + failed.Message
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.(contract.Success).Response.Body, ""
}

func statuses(texts ...string) (out contract.StatusCodes) {
	for _, text := range texts {
		r, err := contract.ParseStatusRange(text)
		if err != nil {
			panic(err)
		}
		out = append(out, r)
	}
	return out
}

// demanding is an API that asks for a client certificate, one of those if there are any,
// and answers with its name.
func demanding(t testing.TB, http2 bool, version uint16, known ...string) (url string, secure *tls.Config) {
	t.Helper()
	chain, key := issued(t, "localhost", noon.Add(-time.Minute))
	pair, err := tls.X509KeyPair([]byte(chain), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	server.EnableHTTP2 = http2
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert, MaxVersion: version}
	if len(known) > 0 {
		server.TLS.ClientAuth, server.TLS.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		server.TLS.Time = func() time.Time { return noon }
		server.TLS.ClientCAs.AppendCertsFromPEM([]byte(strings.Join(known, "")))
	}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(chain))
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1), &tls.Config{RootCAs: roots, Time: func() time.Time { return noon }}
}

// A fetched certificate is shown, and after a rotation the new one, on every connection.
func TestAnAPIThatWantsAClientCertificate(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(fmt.Sprintf("HTTP/2 %t, %s", http2, tls.VersionName(version)), func(t *testing.T) {
				url, secure := demanding(t, http2, version)
				l := newLab()
				first, firstKey := issued(t, "first", noon.Add(-time.Minute))
				second, secondKey := issued(t, "second", noon.Add(-time.Minute))
				l.set("mtls", first+firstKey)
				e := l.calling(t, url, Config{ClientCertificate: secretOf("mtls", "", "")}, secure)
				for _, step := range []struct{ text, want string }{{first + firstKey, "first"}, {second + secondKey, "second"}, {"", "second"}} {
					l.set("mtls", step.text)
					l.pass(5 * time.Minute)
					for range 3 {
						body, failure := l.call(t, e, "POST", "")
						diff(t, "certificate and failure", step.want+" ", body+" "+failure)
					}
				}
			})
		}
	}
}

// Calls that begin after a rotation was seen show the new certificate, while others are
// under way with the old one.
func TestACertificateRotatesUnderLoad(t *testing.T) {
	url, secure := demanding(t, false, tls.VersionTLS13)
	l := newLab()
	names := []string{"a", "b", "c", "d"}
	texts := map[string]string{}
	for _, name := range names {
		chain, key := issued(t, name, noon.Add(-time.Minute))
		texts[name] = chain + key
	}
	l.set("mtls", texts["a"])
	e := l.calling(t, url, Config{ClientCertificate: secretOf("mtls", "", ""), TTL: time.Second}, secure)
	l.call(t, e, "GET", "")
	for _, name := range names {
		l.set("mtls", texts[name])
		l.pass(time.Second)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 5 {
					if body, failure := l.call(t, e, "POST", ""); len(body) != 1 {
						t.Errorf("%q %s", body, failure)
					}
				}
			})
		}
		all.Wait()
		body, _ := l.call(t, e, "GET", "")
		diff(t, "certificate", name, body)
	}
}

// No connection is made where the certificate cannot be had, and the words say which.
func TestACertificateThatCannotBeHad(t *testing.T) {
	url, secure := demanding(t, false, tls.VersionTLS13)
	l := newLab()
	chain, _ := issued(t, "first", noon)
	l.set("mtls", chain)
	e := l.calling(t, url, Config{ClientCertificate: secretOf("mtls", "", "")}, secure)
	_, failure := l.call(t, e, "GET", "")
	for _, want := range []string{"Upstream.Rejected",
		"no credential: secret mtls: it has a certificate but no private key", `"fault":"credential"`} {
		if !strings.Contains(failure, want) {
			t.Errorf("%s lacks %s", failure, want)
		}
	}
}

// An API that answers 401 to an old value and echoes all that it got.
func TestARotatedKeyAndAnAPIThatEchoes(t *testing.T) {
	var key atomic.Value
	key.Store("first-key-of-acme")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			w.Header()[name+"-Echo"] = values
		}
		w.Header().Set("Location", r.URL.String())
		w.Header().Set(r.Header.Get("X-Key"), "a name")
		if got := key.Load().(string); r.Header.Get("X-Key") != got || r.URL.Query().Get("key") != got {
			w.WriteHeader(401)
			user := base64.StdEncoding.EncodeToString([]byte("user:" + r.Header.Get("X-Key")))
			fmt.Fprintf(w, "%s %s %q %s", r.URL, r.Header.Get("X-Key"), r.Header, user)
			return
		}
		io.WriteString(w, "hello")
	}))
	t.Cleanup(server.Close)
	l := newLab()
	l.set("acme", `{"key":"first-key-of-acme"}`)
	from := secretOf("acme", "key", "")
	e := l.calling(t, server.URL, Config{Headers: []Field{{"x-key", from}}, Query: []Field{{"key", from}}}, nil)
	call := func() string { body, failure := l.call(t, e, "POST", "key=of+the+caller&a=b"); return body + failure }
	diff(t, "first", "hello", call())
	key.Store("second-key-of-acme")
	l.set("acme", `{"key":"second-key-of-acme"}`)
	l.pass(6 * time.Second)
	diff(t, "after a rotation", "hello", call())
	if !strings.Contains(l.log.String(), "(after 401; sent once more with a new value of secret acme)") {
		t.Errorf("no line says so: %s", l.log.String())
	}
	key.Store("third-key-of-acme")
	l.pass(6 * time.Second)
	failure := call()
	if !strings.Contains(failure, "401 Unauthorized; secret acme has no newer value") || !strings.Contains(failure, "[credential acme]") {
		t.Error(failure)
	}
	key.Store("second-key-of-acme")
	for what, text := range map[string]string{"failure": failure, "log": l.log.String()} {
		for _, part := range []string{"key-of-acme", "Key-Of-Acme", "a2V5LW9mLWFj", "tleS1vZi1hY21l", "rZXktb2YtYWNtZ"} {
			if strings.Contains(text, part) {
				t.Errorf("the %s has %s: %s", what, part, text)
			}
		}
	}
}

// An API that takes an old certificate no more: what was rotated before the TTL is over.
func TestACertificateThatIsRefused(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		l := newLab()
		first, firstKey := issued(t, "first", noon.Add(-time.Minute))
		second, secondKey := issued(t, "second", noon.Add(-time.Minute))
		url, secure := demanding(t, false, version, second)
		l.set("mtls", first+firstKey)
		e := l.calling(t, url, Config{ClientCertificate: secretOf("mtls", "", "")}, secure)
		_, failure := l.call(t, e, "POST", "")
		if !strings.Contains(failure, "Upstream.Transient") || !strings.Contains(failure, "the value of secret mtls was fetched just now") {
			t.Error(failure)
		}
		l.pass(6 * time.Second)
		_, failure = l.call(t, e, "POST", "")
		if !strings.Contains(failure, "TLS handshake failed: ") || !strings.Contains(failure, "secret mtls has no newer value") {
			t.Error(failure)
		}
		l.pass(6 * time.Second)
		l.set("mtls", second+secondKey)
		body, failure := l.call(t, e, "POST", "")
		diff(t, "certificate and failure", "second ", body+" "+failure)
		if !strings.Contains(l.log.String(), "(after a refused client certificate; sent once more with a new value of secret mtls)") {
			t.Error(l.log.String())
		}
	}
}

// The name of a field is written in lower case, which a short value may be; its value may
// come in ISO 8859-1, and is written in UTF-8.
func TestFieldsAreMaskedAsTheyAreWritten(t *testing.T) {
	for _, value := range []string{"hunter2", "pässwörd"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header()["X-"+value+"-Seen"] = []string{"a name"} // where it can be one
			w.Header().Set("X-Seen", latin1(value))
			w.WriteHeader(400)
		}))
		t.Cleanup(server.Close)
		l := newLab()
		l.set("acme", value)
		e := l.calling(t, server.URL, Config{Headers: []Field{{"x-key", secretOf("acme", "", "")}}}, nil)
		_, failure := l.call(t, e, "GET", "")
		if strings.Contains(failure, value) || !strings.Contains(failure, "[credential acme]") {
			t.Errorf("the failure has %s, or no mark: %s", value, failure)
		}
	}
}

// Nobody can look into a body that is packed, also where no field says so.
func TestAPackedBodyIsLeftOut(t *testing.T) {
	for _, start := range []string{"\x1f\x8b\x08", "\x28\xb5\x2f\xfd"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(400)
			io.WriteString(w, start+"packed")
		}))
		t.Cleanup(server.Close)
		l := newLab()
		l.set("acme", "first-value")
		e := l.calling(t, server.URL, Config{Headers: []Field{{"x-key", secretOf("acme", "", "")}}}, nil)
		if _, failure := l.call(t, e, "GET", ""); strings.Contains(failure, `"body"`) || !strings.Contains(failure, `"cutFrom"`) {
			t.Errorf("the body is there, or nothing says that it is not: %s", failure)
		}
	}
}
