package stack_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

const bundled = "version: 1\nname: acme\nupstream: {url: 'https://api.acme.example', credentials: {caBundle: certs/ca.pem}}\n" +
	"retry: {maxAttempts: 2}\n"

// TestCABundle: the file of certificates is read beside the spec, compiled in, and refused
// where an egress could not use it or nobody should see it.
func TestCABundle(t *testing.T) {
	pem, err := os.ReadFile("testdata/edges/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	const key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
	for _, test := range []struct {
		name, text string
		now        time.Time
		want       string // "" for a good one
	}{
		{"good", string(pem), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), ""},
		{"with words between", "the authority:\n" + string(pem), time.Time{}, ""},
		{"from Windows", strings.ReplaceAll(string(pem), "\n", "\r\n"), time.Time{}, ""},
		{"ended", string(pem), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), "its certificate of CN=Acme example authority ended on 2126-11-07"},
		{"missing", "", time.Time{}, "there is no such file beside the spec"},
		{"no PEM", "hello", time.Time{}, "holds no certificate"},
		{"a key", string(pem) + key, time.Time{}, "holds a private key"},
		{"half a key", string(pem) + "-----BEGIN EC PRIVATE KEY-----\nMIIB\n", time.Time{}, "holds a private key"},
		{"a request", "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n", time.Time{},
			"holds a certificate request"},
		{"broken", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", time.Time{}, "its certificate 1 cannot be read"},
		{"huge", strings.Repeat(string(pem), 1000), time.Time{}, "has 620 KiB, but at most 512 are allowed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := stack.Source{Name: "spec.yaml", Text: []byte(bundled), Now: test.now, Beside: func(path string) ([]byte, error) {
				if path != "certs/ca.pem" || test.text == "" {
					return nil, os.ErrNotExist
				}
				return []byte(test.text), nil
			}}
			s, findings := stack.LoadWith(source, nil)
			if test.want == "" {
				if spec.HasErrors(findings) || !strings.Contains(string(s.File("cmd/egress/main.go")), "`-----BEGIN CERTIFICATE-----\n") &&
					!strings.Contains(string(s.File("cmd/egress/main.go")), "`the authority:\n-----BEGIN") {
					t.Errorf("the egress does not have it: %v", findings)
				}
				return
			}
			if len(findings) != 1 || findings[0].Rule != "ca-bundle" || !strings.Contains(findings[0].Message, test.want) ||
				findings[0].Path != "upstream.credentials.caBundle" {
				t.Errorf("findings %v, want %q", findings, test.want)
			}
		})
	}
	if _, findings := stack.Load("spec.yaml", []byte(bundled)); len(findings) != 1 {
		t.Errorf("a text without files beside it: %v", findings)
	}
}
