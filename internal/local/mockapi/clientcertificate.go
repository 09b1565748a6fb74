package mockapi

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"time"
)

// NewClientCertificate makes a certificate that the API takes of its clients: PEM, the
// certificate and its private key. It needs TLS.
func (a *API) NewClientCertificate() ([]byte, error) {
	if a.authority.certificate == nil {
		return nil, errors.New("there is no authority without TLS")
	}
	now := a.env.Now()
	der, key, err := certify(&x509.Certificate{
		Subject:   pkix.Name{CommonName: "a client of sfngen mockapi"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(validAfter - time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, a.authority)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}, nil), nil
}
