package credentials

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/egress"
)

// issued is a client's certificate and its key, in PEM, of a name and for an hour from
// begin.
func issued(t testing.TB, name string, begin time.Time) (chain, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: begin, NotAfter: begin.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, DNSNames: []string{"localhost"},
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return inPEM("CERTIFICATE", der), inPEM("PRIVATE KEY", pkcs8)
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestClientCertificates(t *testing.T) {
	chain, key := issued(t, "client", noon.Add(-time.Minute))
	other, otherKey := issued(t, "other", noon.Add(-time.Minute))
	old, oldKey := issued(t, "old", noon.Add(-time.Hour))
	early, earlyKey := issued(t, "early", noon.Add(time.Hour))
	block, _ := pem.Decode([]byte(key))
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(private.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	legacy := "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n"
	tests := []struct{ name, text, want string }{
		{"chain and key", chain + other + key, ""},
		{"key first", key + chain, ""},
		{"SEC 1", chain + inPEM("EC PRIVATE KEY", sec1), ""},
		{"with OpenSSL's curve", "notes\n" + chain + inPEM("EC PARAMETERS", []byte{6, 8}) + inPEM("EC PRIVATE KEY", sec1), ""},
		{"Windows lines", strings.ReplaceAll(chain+key, "\n", "\r\n"), ""},
		{"nothing", "hello", "it has no PEM (-----BEGIN CERTIFICATE-----): a client certificate is its chain and its private key, in one secret"},
		{"lines that are lost", strings.ReplaceAll(chain+key, "\n", " "), "it has no PEM (-----BEGIN CERTIFICATE-----): " +
			"a client certificate is its chain and its private key, in one secret"},
		{"no key", chain, "it has a certificate but no private key: store both in one secret, one after the other"},
		{"no certificate", key, "it has a private key but no certificate: store both in one secret, one after the other"},
		{"another's key", chain + otherKey, "its private key does not belong to its first certificate: the chain begins with the client's own"},
		{"a key of another kind", chain + inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)),
			"its private key does not belong to its first certificate: the chain begins with the client's own"},
		{"a wrong order", other + chain + key,
			"its private key does not belong to its first certificate: the chain begins with the client's own"},
		{"encrypted", chain + inPEM("ENCRYPTED PRIVATE KEY", block.Bytes),
			"its private key is encrypted: store it without a passphrase (openssl pkey)"},
		{"encrypted as of old", chain + legacy, "its private key is encrypted: store it without a passphrase (openssl pkey)"},
		{"damaged", inPEM("CERTIFICATE", []byte("hello")) + key, "its certificate cannot be read: it is damaged"},
		{"a damaged key", chain + inPEM("PRIVATE KEY", []byte("hello")), "its private key cannot be read: PKCS #8, PKCS #1 and SEC 1 are known"},
		{"expired", old + oldKey, "its certificate has expired on 2026-03-01 12:00 UTC: store a new one"},
		{"not valid yet", early + earlyKey, "its certificate is not valid before 2026-03-01 13:00 UTC"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab()
			l.set("mtls", test.text)
			c := l.open(t, Config{ClientCertificate: secretOf("mtls", "", "")}, 1)
			_, err := c.Present(t.Context(), request(t, "https://api.example/"))
			want := error(nil)
			if test.want != "" {
				want = &egress.CredentialError{Reason: "secret mtls: " + test.want}
			}
			diff(t, "error", want, err)
			shown, err := c.ClientCertificate()(nil)
			diff(t, "certificates", test.want == "", len(shown.Certificate) > 0)
			diff(t, "error", error(nil), err)
		})
	}
}

// A certificate ends on its own too, whatever the TTL.
func TestACertificateThatExpires(t *testing.T) {
	l := newLab()
	chain, key := issued(t, "client", noon.Add(-time.Minute))
	l.set("mtls", chain+key)
	c := l.open(t, Config{ClientCertificate: secretOf("mtls", "", ""), TTL: 24 * time.Hour}, 1)
	present(t, c)
	l.pass(time.Hour)
	_, err := c.Present(t.Context(), request(t, "https://api.example/"))
	diff(t, "error", error(&egress.CredentialError{
		Reason: "secret mtls: its certificate has expired on 2026-03-01 12:59 UTC: store a new one"}), err)
	next, nextKey := issued(t, "client", noon)
	l.set("mtls", next+nextKey)
	l.pass(-30 * time.Minute) // the new one is of an hour too
	present(t, c)
}

func TestAnotherCertificateMakesOtherConnections(t *testing.T) {
	l := newLab()
	chain, key := issued(t, "client", noon.Add(-time.Minute))
	l.set("mtls", chain+key)
	c := l.open(t, Config{ClientCertificate: secretOf("mtls", "", "")}, 1)
	present(t, c)
	l.pass(5 * time.Minute)
	present(t, c)
	diff(t, "reconnects", 0, l.reconnects)
	next, nextKey := issued(t, "client", noon.Add(-time.Minute))
	l.set("mtls", next+nextKey)
	l.pass(5 * time.Minute)
	present(t, c)
	present(t, c)
	diff(t, "reconnects", 1, l.reconnects)
}
