package local_test

import (
	"crypto/x509"
	"net"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// deaf is an upstream that never gets a request.
type deaf struct{}

func (deaf) heard() []string { return nil }

// secured is a mock API behind TLS, and an option to trust its CA.
func secured(t *testing.T, cfg mockapi.Config) (mocked, string, option) {
	t.Helper()
	a, url := api(t, cfg)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(a.Authority()) {
		t.Fatal("the authority's certificate cannot be read")
	}
	trusting := func(o *local.Options) { o.RootCAs = pool }
	return mocked{a}, strings.Replace(url, "http:", "https:", 1), trusting
}

// refusing is an address where nothing listens, or can listen until the test ends:
// it is the near end of a connection.
func refusing(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); listener.Close() })
	return conn.LocalAddr().String()
}

// hearHello waits for the first bytes of a handshake.
func hearHello(conn net.Conn) { conn.Read(make([]byte, 64)) }

// A failure before the request is sent certainly had no effect, so a POST without a
// key is sent again like a GET.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	type reached struct {
		upstream
		url  string
		more []option
	}
	badTLS := func(kind mockapi.TLS) func(*testing.T) reached {
		return func(t *testing.T) reached {
			m, url, trusting := secured(t, mockapi.Config{TLS: kind})
			return reached{m, url, []option{trusting}}
		}
	}
	cut := func(t *testing.T, talk func(net.Conn)) reached {
		w, address := onSocket(t, talk)
		return reached{knocks{w}, "https://" + address, nil}
	}
	threeKnocks := []string{"127.0.0.101", "127.0.0.102", "127.0.0.103"}
	for _, test := range []struct {
		name  string
		at    func(*testing.T) reached
		fault string
		heard []string
	}{
		{"name that does not resolve", func(*testing.T) reached { return reached{deaf{}, "http://nowhere.invalid", nil} }, "dns", nil},
		{"refused", func(t *testing.T) reached { return reached{deaf{}, "http://" + refusing(t), nil} }, "connection-refused", nil},
		{"TLS with an expired certificate", badTLS(mockapi.TLSExpired), "tls", nil},
		{"TLS with a certificate for another name", badTLS(mockapi.TLSWrongName), "tls", nil},
		{"TLS with a self-signed certificate", badTLS(mockapi.TLSSelfSigned), "tls", nil},
		{"TLS without a cipher suite in common", badTLS(mockapi.TLSHandshake), "tls", nil},
		{"not TLS at all", badTLS(mockapi.TLSNotSpoken), "tls", nil},
		{"TLS handshake cut", func(t *testing.T) reached { return cut(t, hearHello) }, "tls", threeKnocks},
		{"TLS handshake reset", func(t *testing.T) reached {
			return cut(t, func(c net.Conn) { hearHello(c); c.(*net.TCPConn).SetLinger(0) })
		}, "tls", threeKnocks},
		{"TLS answered with another protocol", func(t *testing.T) reached {
			return cut(t, func(c net.Conn) { hearHello(c); c.Write([]byte("220 mail.example ready\r\n")) })
		}, "tls", threeKnocks},
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(test.name+" "+method, func(t *testing.T) {
				t.Parallel()
				at := test.at(t)
				r := run(t, thrice, at.url, append(at.more, skipping)...)
				r.expect(exhausted(unreachable, test.fault, test.heard), at, r.call(method, "/orders", ""))
			})
		}
	}
}

// A certificate that the system does not trust is valid only with Options.RootCAs.
func TestTrustedCertificate(t *testing.T) {
	t.Parallel()
	m, url, trusting := secured(t, mockapi.Config{TLS: mockapi.TLSGood})
	r := run(t, thrice, url, skipping)
	r.expect(exhausted(unreachable, "tls", nil), m, r.call("GET", "/orders", ""))
	r = run(t, thrice, url, skipping, trusting)
	r.expect(succeeded(200, "GET /orders"), m, r.call("GET", "/orders", ""))
}

// Over HTTP/2, a stream that is reset is a connection that broke: net/http itself
// would repeat some of these requests.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	m, url, trusting := secured(t, mockapi.Config{TLS: mockapi.TLSGood, HTTP2: true})
	for _, test := range []struct {
		name, method, path string
		want               scene
	}{
		{"success", "POST", "/orders?dry=1", succeeded(200, "POST /orders?dry=1")},
		{"GET reset", "GET", "/fault/reset", exhausted(lost, "connection", from(3, "GET /fault/reset"))},
		{"GET reset in the body", "GET", "/fault/half", exhausted(lost, "200 connection", from(3, "GET /fault/half"))},
		{"POST reset", "POST", "/fault/reset", rejected(lost+oneAttempt, "connection", from(1, "POST /fault/reset"))},
		{"POST reset in the body", "POST", "/fault/half", rejected(lost+oneAttempt, "200 connection", from(1, "POST /fault/half"))},
	} {
		t.Run(test.name, func(t *testing.T) {
			m.Reset()
			r := run(t, thrice, url, skipping, trusting)
			body := ""
			if test.method == "POST" {
				body = `{"n": 1}`
			}
			r.expect(test.want, m, r.call(test.method, test.path, body))
			for _, q := range m.Requests() {
				if q.Proto != "HTTP/2.0" || string(q.Body) != body {
					t.Errorf("request: got %s with %q, want HTTP/2.0 with %q", q.Proto, q.Body, body)
				}
			}
		})
	}
}
