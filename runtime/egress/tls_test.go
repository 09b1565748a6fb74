package egress

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// certificate is self-signed, valid for an hour from begin, for the name.
func certificate(t testing.TB, name string, begin time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "test"},
		NotBefore:    begin,
		NotAfter:     begin.Add(time.Hour),
		IsCA:         true, BasicConstraintsValid: true,
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func trusting(t testing.TB, cert tls.Certificate) *tls.Config {
	t.Helper()
	parsed, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{RootCAs: pool, Time: at(0)}
}

func serveTLS(t testing.TB, config *tls.Config, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.TLS = config
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

func TestTLSFaults(t *testing.T) {
	good := certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	other := certificate(t, "elsewhere.example", noon.Add(-time.Minute))
	expired := certificate(t, "127.0.0.1", noon.Add(-2*time.Hour))
	tests := []struct {
		name   string
		server *tls.Config
		client *tls.Config
		reason string
	}{
		{"unknown authority", &tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: x509.NewCertPool(), Time: at(0)},
			"x509: certificate signed by unknown authority"},
		{"expired", &tls.Config{Certificates: []tls.Certificate{expired}}, trusting(t, expired),
			"x509: certificate has expired or is not yet valid"},
		{"wrong name", &tls.Config{Certificates: []tls.Certificate{other}}, trusting(t, other),
			"x509: cannot validate certificate for 127.0.0.1"},
		{"alert", &tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS12}, minTLS13(trusting(t, good)),
			"remote error: tls: protocol version not supported"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(serveTLS(t, test.server, answering(200, "")))
			l.TLS = test.client
			failed := mustFail(t, l.build(t), first("POST"))
			diff(t, "name", contract.ErrTransient, failed.name)
			diff(t, "fault", contract.FaultTLS, failed.failure.Attempts[0].Fault)
			reason := failed.failure.Reason
			if !strings.HasPrefix(reason, "TLS handshake failed: ") || !strings.Contains(reason, test.reason) {
				t.Errorf("reason %q does not say %q", reason, test.reason)
			}
		})
	}
}

func minTLS13(c *tls.Config) *tls.Config {
	c.MinVersion = tls.VersionTLS13
	return c
}

func TestHTTP2IsSpoken(t *testing.T) {
	cert := certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	var protocol string
	url := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{cert}}, func(w http.ResponseWriter, r *http.Request) {
		protocol = r.Proto
		io.WriteString(w, "over h2")
	})
	l := newLab(url)
	l.TLS = trusting(t, cert)
	got := mustSucceed(t, l.build(t), first("GET"))
	diff(t, "protocol", "HTTP/2.0", protocol)
	diff(t, "body", "over h2", got.Response.Body)
}

func TestHTTP2StreamThatBreaks(t *testing.T) {
	cert := certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	url := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{cert}}, func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	})
	l := newLab(url)
	l.TLS = trusting(t, cert)
	failed := mustFail(t, l.build(t), first("GET"))
	diff(t, "fault", contract.FaultConnection, failed.failure.Attempts[0].Fault)
}

// A bundle stands in place of the system's authorities, for the upstream alone.
func TestCABundle(t *testing.T) {
	own, other := certificate(t, "127.0.0.1", noon.Add(-time.Minute)), certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	bundle := func(certificates ...tls.Certificate) (text string) {
		for _, c := range certificates {
			text += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}))
		}
		return text
	}
	url := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{own}}, func(http.ResponseWriter, *http.Request) {})
	for _, test := range []struct {
		name, bundle string
		system       *tls.Config
		want         string // of the reason; "" for a success
	}{
		{"the API's own authority", bundle(own), &tls.Config{RootCAs: x509.NewCertPool(), Time: at(0)}, ""},
		{"among others", bundle(other, own), &tls.Config{RootCAs: x509.NewCertPool(), Time: at(0)}, ""},
		{"another one, though the system knows the API's", bundle(other), trusting(t, own), "x509: certificate signed by unknown authority"},
		{"no bundle", "", trusting(t, own), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(url)
			l.CABundle, l.TLS = test.bundle, test.system
			system := test.system.RootCAs
			_, failed := handle(t, l.build(t), first("GET"))
			if got := failed != nil; got != (test.want != "") || got && !strings.Contains(failed.failure.Reason, test.want) {
				t.Errorf("failed: %+v, want: %q", failed, test.want)
			}
			if test.system.RootCAs != system {
				t.Error("the environment's own configuration was changed")
			}
		})
	}
}

func TestCABundleIsNotForProbes(t *testing.T) {
	api, echo := certificate(t, "127.0.0.1", noon.Add(-time.Minute)), certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	l := newLab("https://127.0.0.1:1")
	l.AddressEcho = serveTLS(t, &tls.Config{Certificates: []tls.Certificate{echo}}, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "192.0.2.1")
	})
	l.TLS = trusting(t, echo)
	l.CABundle = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: api.Certificate[0]}))
	answer, err := l.build(t).Handle(t.Context(), contract.Payload{Probe: &contract.Probe{}})
	if err != nil {
		t.Fatal(err)
	}
	if result := answer.(contract.ProbeResult); result.Probe.Address.String() != "192.0.2.1" {
		t.Errorf("probe: %+v", result)
	}
}

func TestCABundleThatIsNone(t *testing.T) {
	l := newLab("https://127.0.0.1:1")
	l.CABundle = "ca.pem"
	_, err := New(l.Config, l.Environment)
	if err == nil {
		t.Fatal("no error")
	}
	diff(t, "error", "egress: Config.CABundle has no certificate as PEM, which begins with -----BEGIN CERTIFICATE-----", err.Error())
}
