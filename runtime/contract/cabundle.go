package contract

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// ReadCABundle reads the certificates of authorities as PEM (RFC 7468 5), one after the
// other; text around them is left out, as OpenSSL does. The error completes "the CA bundle
// …". It is no matter here whether a certificate is still valid, or an authority's: a
// server's own may stand there too.
func ReadCABundle(text string) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	rest := []byte(text)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		certificate, err := certificateOf(block)
		if err != nil {
			return nil, fmt.Errorf("has in block %d %w", len(all)+1, err)
		}
		all = append(all, certificate)
	}
	switch begun := strings.Count(text, "-----BEGIN "); {
	case begun > len(all): // what cannot be read, Decode passes over
		return nil, fmt.Errorf("has %d blocks that begin with -----BEGIN, of which only %d can be read as PEM", begun, len(all))
	case len(all) == 0 && strings.HasPrefix(text, "\x30"): // a sequence of ASN.1
		return nil, errors.New("is DER and not PEM; openssl x509 -inform der -in FILE writes it as PEM")
	case len(all) == 0:
		return nil, errors.New("has no certificate as PEM, which begins with -----BEGIN CERTIFICATE-----")
	}
	return all, nil
}

// certificateOf does not quote a block, which may be a key.
func certificateOf(block *pem.Block) (*x509.Certificate, error) {
	switch {
	case strings.Contains(block.Type, "PRIVATE KEY"):
		return nil, errors.New("a private key, which must not be there; a client certificate is another setting")
	case block.Type != "CERTIFICATE":
		return nil, fmt.Errorf("a %q and no CERTIFICATE", block.Type)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("no certificate: %w", err)
	}
	return certificate, nil
}
