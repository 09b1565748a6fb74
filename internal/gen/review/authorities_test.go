package review_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

func authority(t *testing.T, name string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	certificate := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotAfter: time.Date(2100, 1, 2, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, &certificate, &certificate, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// bundled is the base with these authorities; "" for the public ones.
func bundled(t *testing.T, bundle string) *stack.Stack {
	t.Helper()
	src := base
	if bundle != "" {
		src = change(t, "  headers:", "  credentials: {caBundle: ca.pem}\n  headers:")
	}
	s, findings := stack.LoadWith(stack.Source{Name: "orders.yaml", Text: []byte(src),
		Beside: func(string) ([]byte, error) { return []byte(bundle), nil }}, nil)
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	return s
}

// TestAuthorities: the file of the authorities has another content, and nothing else shows it.
func TestAuthorities(t *testing.T) {
	ours, theirs := authority(t, "Ours"), authority(t, "Theirs")
	const file = "upstream.credentials.caBundle"
	const exposed = "exposed: %s until 2100-01-02 (sha256 HASH) may speak for the API (" + file + ")"
	for _, test := range []struct {
		name, old, current string
		dangers            []string
		line               string // of the summary
	}{
		{"another one", ours, theirs, []string{strings.Replace(exposed, "%s", "CN=Theirs", 1)},
			"authorities of " + file + ": + CN=Theirs until 2100-01-02 (sha256 HASH), - CN=Ours until 2100-01-02 (sha256 HASH)"},
		{"one more", ours, ours + theirs, []string{strings.Replace(exposed, "%s", "CN=Theirs", 1)},
			"authorities of " + file + ": + CN=Theirs until 2100-01-02 (sha256 HASH)"},
		{"one of the same name", ours, authority(t, "Ours"), []string{strings.Replace(exposed, "%s", "CN=Ours", 1)},
			"authorities of " + file + ": + CN=Ours until 2100-01-02 (sha256 HASH), - CN=Ours until 2100-01-02 (sha256 HASH)"},
		{"one less", ours + theirs, ours, nil, "authorities of " + file + ": - CN=Theirs until 2100-01-02 (sha256 HASH)"},
		{"a comment", ours, "from `the wiki`\n" + ours, nil, "note: the text of " + file + " is another, and its authorities are the same"},
		{"a first one", "", ours, []string{strings.Replace(exposed, "%s", "CN=Ours", 1)}, file + ": (none) -> ca.pem"},
		{"none any more", ours, "", []string{"exposed: every public authority may speak for the API (no " + file + " any more)"},
			file + ": ca.pem -> (none)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := of(t, bundled(t, test.current), files(bundled(t, test.old)))
			var dangers []string
			for _, d := range r.Dangers {
				dangers = append(dangers, withoutHash(string(d.Kind)+": "+d.Text))
			}
			if diff := cmp.Diff(test.dangers, dangers); diff != "" {
				t.Errorf("dangers (-want +got):\n%s", diff)
			}
			got := withoutHash(review.Text([]review.Review{r}, false))
			if !strings.HasPrefix(got, "stacks/orders: changes\n") || !strings.Contains(got, "\n  "+test.line+"\n") ||
				!strings.Contains(got, "\n  needs a new deployment of: egress\n") {
				t.Errorf("want %q:\n%s", test.line, got)
			}
		})
	}
}

func withoutHash(text string) string {
	return regexp.MustCompile(`sha256 [0-9a-f]{16}`).ReplaceAllString(text, "sha256 HASH")
}
