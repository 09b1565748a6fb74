package egress

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/contract"
)

// clientAuth is a server that asks for a client certificate.
func clientAuth(cert tls.Certificate, version uint16, http2 bool, auth tls.ClientAuthType) *tls.Config {
	config := &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: auth, MinVersion: version, MaxVersion: version}
	if !http2 {
		config.NextProtos = []string{"http/1.1"}
	}
	return config
}

// overTLS runs a test for each version of TLS and HTTP, with no body, one that fits into
// one write, and one that is still being written when the server closes.
func overTLS(t *testing.T, test func(t *testing.T, version uint16, http2 bool, body string)) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, http2 := range []bool{false, true} {
			for _, size := range []int{0, 1000, 5 << 20} {
				name := fmt.Sprintf("%s, HTTP/2 %t, %d bytes", tls.VersionName(version), http2, size)
				t.Run(name, func(t *testing.T) { test(t, version, http2, strings.Repeat("x", size)) })
			}
		}
	}
}

func TestAClientCertificateThatTheAPIWants(t *testing.T) {
	cert := certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	overTLS(t, func(t *testing.T, version uint16, http2 bool, body string) {
		var calls atomic.Int64
		url := serveTLS(t, clientAuth(cert, version, http2, tls.RequireAnyClientCert),
			func(http.ResponseWriter, *http.Request) { calls.Add(1) })
		l := newLab(url)
		l.TLS = trusting(t, cert)
		for range 3 { // what net/http reports first differs from time to time
			in := first("POST")
			in.Input.Request.Body = encode(body)
			failed := mustFail(t, l.build(t), in)
			diff(t, "name", contract.ErrRejected, failed.name)
			diff(t, "fault", contract.FaultTLS, failed.failure.Attempts[0].Fault)
			diff(t, "final", "the API wants a client certificate, and the egress has none", failed.failure.Final)
			reason := failed.failure.Reason
			if !strings.HasPrefix(reason, "TLS handshake failed: the API wants a client certificate (tls: ") ||
				!strings.HasSuffix(reason, "): it has not seen the request") {
				t.Errorf("reason %q", reason)
			}
		}
		diff(t, "calls", int64(0), calls.Load())
	})
}

// A certificate that the API does not take is a handshake that failed too: certain not
// to have acted, whatever the method.
func TestAClientCertificateThatTheAPIRefuses(t *testing.T) {
	cert, own := certificate(t, "127.0.0.1", noon.Add(-time.Minute)), certificate(t, "client", noon.Add(-time.Minute))
	overTLS(t, func(t *testing.T, version uint16, http2 bool, body string) {
		config := clientAuth(cert, version, http2, tls.RequireAndVerifyClientCert)
		config.ClientCAs = x509.NewCertPool()
		l := newLab(serveTLS(t, config, answering(200, "")))
		l.TLS = trusting(t, cert)
		l.TLS.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &own, nil }
		in := first("POST")
		in.Input.Request.Body = encode(body)
		failed := mustFail(t, l.build(t), in)
		diff(t, "name", contract.ErrTransient, failed.name)
		diff(t, "fault", contract.FaultTLS, failed.failure.Attempts[0].Fault)
		if reason := failed.failure.Reason; !strings.HasPrefix(reason, "TLS handshake failed: remote error: tls: ") {
			t.Errorf("reason %q", reason)
		}
	})
}

// A server that would like a certificate does without.
func TestAClientCertificateThatIsOptional(t *testing.T) {
	cert := certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	overTLS(t, func(t *testing.T, version uint16, http2 bool, body string) {
		l := newLab(serveTLS(t, clientAuth(cert, version, http2, tls.RequestClientCert), func(w http.ResponseWriter, r *http.Request) {
			n, _ := io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, n)
		}))
		l.TLS = trusting(t, cert)
		in := first("POST")
		in.Input.Request.Body = encode(body)
		diff(t, "body", fmt.Sprint(len(body)), mustSucceed(t, l.build(t), in).Response.Body)
	})
}

// Which alerts are those of a handshake, and on which connection.
func TestLateAlerts(t *testing.T) {
	wants := func(alert string) miss {
		return miss{
			fault:  contract.FaultTLS,
			reason: "TLS handshake failed: the API wants a client certificate (tls: " + alert + "): it has not seen the request",
			final:  "the API wants a client certificate, and the egress has none",
		}
	}
	failed := func(alert string) miss {
		return miss{fault: contract.FaultTLS, reason: "TLS handshake failed: remote error: tls: " + alert}
	}
	refused := failed("bad certificate")
	refused.certificate = true
	broke := func(alert string) miss {
		return miss{fault: contract.FaultConnection, reason: "connection broke: remote error: tls: " + alert}
	}
	tests := []struct {
		name   string
		alert  tls.AlertError
		change func(*trace)
		want   miss
	}{
		{"certificate required", 116, func(*trace) {}, wants("certificate required")},
		{"unknown authority of no certificate", 48, func(*trace) {}, wants("unknown certificate authority")},
		{"handshake failure, after it was asked for one", 40, func(t *trace) { t.asked = true }, wants("handshake failure")},
		{"access denied, without being asked", 49, func(*trace) {}, failed("access denied")},
		{"a certificate that was sent", 42, func(t *trace) { t.anonymous = false }, refused},
		{"a signature that is wrong", 51, func(*trace) {}, failed("error decrypting message")},
		{"internal error, which comes at any time", 80, func(*trace) {}, broke("internal error")},
		{"a connection that was used before, or an older TLS", 116, func(t *trace) { t.fresh = nil }, broke("certificate required")},
		{"after an answer has begun", 116, func(t *trace) { t.answered = true }, broke("certificate required")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			here, _ := net.Pipe()
			defer here.Close()
			tr := &trace{connected: true, written: true, anonymous: true, fresh: tls.Client(here, &tls.Config{ServerName: "x"})}
			test.change(tr)
			err := fmt.Errorf("%w", &net.OpError{Op: "remote error", Err: errors.New(test.alert.Error())})
			diff(t, "miss", test.want, *tr.miss(err), cmp.AllowUnexported(miss{}))
		})
	}
}
