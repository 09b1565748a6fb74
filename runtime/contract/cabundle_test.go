package contract

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func block(kind string, content []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

func TestReadCABundle(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	certificate := func(name string) []byte {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	a, b := certificate("a"), certificate("b")
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pemA, pemB := block("CERTIFICATE", a), block("CERTIFICATE", b)
	for _, test := range []struct {
		name, text string
		want       string // names, or the error
	}{
		{"one", pemA, "a"},
		{"two, with text around", "Subject: a\n" + pemA + "\n# b\n" + pemB + "the end", "a b"},
		{"lines of Windows", strings.ReplaceAll(pemA, "\n", "\r\n"), "a"},
		{"nothing", "", "has no certificate as PEM, which begins with -----BEGIN CERTIFICATE-----"},
		{"text", "ca.pem\n", "has no certificate as PEM, which begins with -----BEGIN CERTIFICATE-----"},
		{"DER", string(a), "is DER and not PEM; openssl x509 -inform der -in FILE writes it as PEM"},
		{"a key", pemA + block("PRIVATE KEY", secret),
			"has in block 2 a private key, which must not be there; a client certificate is another setting"},
		{"an older key", block("EC PRIVATE KEY", secret),
			"has in block 1 a private key, which must not be there; a client certificate is another setting"},
		{"a request", block("CERTIFICATE REQUEST", a), `has in block 1 a "CERTIFICATE REQUEST" and no CERTIFICATE`},
		{"one that is cut off", pemA + pemB[:100], "has 2 blocks that begin with -----BEGIN, of which only 1 can be read as PEM"},
		{"one that is broken", pemA[:60] + "!" + pemA[60:] + pemB, "has 2 blocks that begin with -----BEGIN, of which only 1 can be read as PEM"},
		{"no certificate in it", block("CERTIFICATE", []byte("x")), "has in block 1 no certificate: x509: malformed certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var names []string
			certificates, err := ReadCABundle(test.text)
			for _, c := range certificates {
				names = append(names, c.Subject.CommonName)
			}
			got := strings.Join(names, " ")
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
