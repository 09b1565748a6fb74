package stack

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/sfngen/sfngen/spec"
)

// caBundleField is where a spec names the file.
const caBundleField = "upstream.credentials.caBundle"

// maxCABundle is in bytes: that of all public authorities has some 200 KiB.
const maxCABundle = 512 << 10

// withCABundle reads the file of certificates that the spec names, beside it.
func withCABundle(file *spec.File, source Source) (*spec.File, []spec.Finding) {
	name := file.Spec().Upstream.Credentials.CABundle
	if name == "" {
		return file, nil
	}
	text, err := source.beside(name)
	problem, hint := caBundleProblem(text, source.Now)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		problem, hint = "there is no such file beside the spec", "write its path from the spec's folder"
	case err != nil:
		problem, hint = "cannot be read: "+err.Error(), ""
	}
	if problem != "" {
		return file, []spec.Finding{file.Error("ca-bundle", caBundleField, name+": "+problem, hint)}
	}
	return file.WithCABundle(strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")) + "\n"), nil
}

func (s Source) beside(name string) ([]byte, error) {
	if s.Beside == nil {
		return nil, fs.ErrNotExist
	}
	return s.Beside(name)
}

// caBundleProblem names the first thing for which an egress could not use the text, or
// nobody should see it; "" for nothing. now is zero where time does not count.
func caBundleProblem(text []byte, now time.Time) (problem, hint string) {
	const pemHint = "write the authorities' certificates in PEM, as -----BEGIN CERTIFICATE-----"
	if len(text) > maxCABundle {
		return fmt.Sprintf("has %d KiB, but at most %d are allowed", len(text)>>10, maxCABundle>>10), "write the authorities of this API alone"
	}
	valid, rest := 0, text
	for n := 1; ; n++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if strings.Contains(block.Type, "PRIVATE KEY") {
			return "holds a private key, which would be compiled in and committed", "take it out: only certificates belong there"
		}
		if block.Type != "CERTIFICATE" {
			return fmt.Sprintf("holds a %s, and only certificates count", strings.ToLower(block.Type)), pemHint
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Sprintf("its certificate %d cannot be read: %v", n, err), pemHint
		}
		if now.IsZero() || now.Before(certificate.NotAfter) {
			valid++
		} else {
			problem = fmt.Sprintf("its certificate of %s ended on %s", certificate.Subject, certificate.NotAfter.UTC().Format(time.DateOnly))
			hint = "write the authority's new one"
		}
	}
	switch {
	case strings.Contains(string(rest), "PRIVATE KEY"):
		return "holds a private key, which would be compiled in and committed", "take it out: only certificates belong there"
	case valid > 0:
		return "", ""
	case problem == "":
		return "holds no certificate", pemHint
	}
	return problem, hint
}
