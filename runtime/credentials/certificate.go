package credentials

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// readCertificate reads PEM (RFC 7468) with a certificate, the chain above it, and its
// key, in any order. Its errors quote nothing of it.
func readCertificate(text string, now time.Time) (*tls.Certificate, error) {
	blocks := map[bool][]byte{} // true: the keys
	for rest := []byte(text); ; {
		block, after := pem.Decode(rest)
		if block == nil {
			break
		}
		if isEncrypted(block) {
			return nil, errors.New("its private key is encrypted: store it without a passphrase (openssl pkey)")
		}
		isKey := strings.HasSuffix(block.Type, "PRIVATE KEY")
		blocks[isKey] = append(blocks[isKey], pem.EncodeToMemory(block)...)
		rest = after
	}
	switch {
	case len(blocks[false]) == 0 && len(blocks[true]) == 0:
		return nil, errors.New("it has no PEM (-----BEGIN CERTIFICATE-----): " +
			"a client certificate is its chain and its private key, in one secret")
	case len(blocks[true]) == 0:
		return nil, errors.New("it has a certificate but no private key: store both in one secret, one after the other")
	case len(blocks[false]) == 0:
		return nil, errors.New("it has a private key but no certificate: store both in one secret, one after the other")
	}
	return paired(blocks[false], blocks[true], now)
}

// isEncrypted knows PKCS #8 (RFC 7468 11) and what OpenSSL wrote before (RFC 1421 4.6).
func isEncrypted(block *pem.Block) bool {
	return block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED")
}

func paired(chain, key []byte, now time.Time) (*tls.Certificate, error) {
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, notPaired(chain, err)
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, errors.New("its certificate cannot be read: it is damaged")
		}
	}
	switch {
	case !now.Before(pair.Leaf.NotAfter):
		return nil, fmt.Errorf("its certificate has expired on %s: store a new one", day(pair.Leaf.NotAfter))
	case now.Before(pair.Leaf.NotBefore):
		return nil, fmt.Errorf("its certificate is not valid before %s", day(pair.Leaf.NotBefore))
	}
	return &pair, nil
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// notPaired says what is wrong with a chain and a key; the first certificate is to be
// the key's.
func notPaired(chain []byte, err error) error {
	if strings.Contains(err.Error(), "does not match") || strings.Contains(err.Error(), "type does not") {
		return errors.New("its private key does not belong to its first certificate: the chain begins with the client's own")
	}
	if block, _ := pem.Decode(chain); block != nil {
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return errors.New("its certificate cannot be read: it is damaged")
		}
	}
	return errors.New("its private key cannot be read: PKCS #8, PKCS #1 and SEC 1 are known")
}

// current is the certificate that handshakes show: the newest that a request had.
type current struct {
	mu sync.Mutex
	of *version[contents]
}

// take reports whether it is another one than before, where there was one.
func (c *current) take(next *version[contents]) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.of
	if before != nil && next.fetched.Before(before.fetched) {
		return false // of a request that began before
	}
	c.of = next
	return before != nil && !slices.Equal(before.value.certificate.Certificate[0], next.value.certificate.Certificate[0])
}

func (c *current) forHandshake(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		return new(tls.Certificate), nil // which sends none
	}
	return c.of.value.certificate, nil
}
