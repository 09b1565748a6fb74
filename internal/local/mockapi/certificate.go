package mockapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"time"
)

// authority is the CA of the API's certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

const (
	validBefore = 48 * time.Hour // so an expired certificate was issued while the CA was valid
	validAfter  = 365 * 24 * time.Hour
)

func newAuthority(now time.Time) (authority, error) {
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "sfngen mockapi authority"},
		NotBefore: now.Add(-validBefore), NotAfter: now.Add(validAfter),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	der, key, err := certify(template, authority{})
	if err != nil {
		return authority{}, err
	}
	certificate, err := x509.ParseCertificate(der)
	return authority{certificate, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}, err
}

// certify creates a certificate with a new key, signed by a CA, or self-signed
// without one.
func certify(template *x509.Certificate, by authority) ([]byte, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
		return nil, nil, err
	}
	parent, signer := by.certificate, by.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	return der, key, err
}

// tlsConfig returns nil if the API does not speak TLS.
func (a *API) tlsConfig(listeners []net.Listener) (*tls.Config, error) {
	if a.cfg.TLS == NoTLS || a.cfg.TLS == TLSNotSpoken {
		return nil, nil
	}
	by := a.authority
	if a.cfg.TLS == TLSSelfSigned {
		by = authority{}
	}
	der, key, err := certify(a.template(listeners), by)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		Time:         a.env.Now,
	}
	if a.cfg.ClientCertificates {
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		config.ClientCAs.AddCert(a.authority.certificate)
	}
	if a.cfg.TLS == TLSHandshake {
		// Suites for an RSA key, which the certificate does not have: no client can share one.
		config.MaxVersion = tls.VersionTLS12
		config.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
	}
	return config, nil
}

// template is the server's certificate, with the configured fault.
func (a *API) template(listeners []net.Listener) *x509.Certificate {
	now := a.env.Now()
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "sfngen mockapi"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(validAfter - time.Hour),
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, listener := range listeners {
		if at, ok := listener.Addr().(*net.TCPAddr); ok && !slices.ContainsFunc(template.IPAddresses, at.IP.Equal) {
			template.IPAddresses = append(template.IPAddresses, at.IP)
		}
	}
	switch a.cfg.TLS {
	case TLSExpired:
		template.NotBefore, template.NotAfter = now.Add(-validBefore), now.Add(-validBefore/2)
	case TLSWrongName:
		template.DNSNames, template.IPAddresses = []string{"wrong.example"}, nil
	}
	return template
}
