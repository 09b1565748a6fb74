package mockapi

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Per says by what a limit or a script counts.
type Per string

const (
	PerIP         Per = "ip"         // each source address
	PerCredential Per = "credential" // each Authorization or X-Api-Key; all requests without one count as one client
	PerAll        Per = "all"        // everyone together
)

var pers = []Per{PerIP, PerCredential, PerAll}

// ParsePer reads ip, credential or all.
func ParsePer(text string) (Per, error) { return choose(text, pers) }

func (p Per) validate() error { return oneOf(p, pers) }

// TLS is what a client gets when it connects with TLS. All certificates except the
// self-signed one come from the API's own CA (see [API.Authority]), so a client
// that trusts it gets exactly the named fault.
type TLS string

const (
	NoTLS         TLS = "off"
	TLSGood       TLS = "good"
	TLSExpired    TLS = "expired"     // the certificate ended a day ago
	TLSWrongName  TLS = "wrong-name"  // the certificate is for wrong.example
	TLSSelfSigned TLS = "self-signed" // the certificate has no CA
	TLSHandshake  TLS = "handshake"   // the handshake fails: no cipher suite in common
	TLSNotSpoken  TLS = "not-spoken"  // the port speaks plain HTTP
)

var tlses = []TLS{NoTLS, TLSGood, TLSExpired, TLSWrongName, TLSSelfSigned, TLSHandshake, TLSNotSpoken}

// ParseTLS reads off, good, expired, wrong-name, self-signed, handshake or not-spoken.
func ParseTLS(text string) (TLS, error) { return choose(text, tlses) }

func (t TLS) validate() error { return oneOf(t, tlses) }

func choose[T ~string](text string, all []T) (T, error) {
	return T(text), oneOf(T(text), all)
}

func oneOf[T ~string](got T, all []T) error {
	if slices.Contains(all, got) {
		return nil
	}
	return fmt.Errorf("must be %s, got %q", either(all), string(got))
}

// Choices are the words that the command's flags of these names take.
func Choices() map[string][]string {
	return map[string][]string{
		"per": words(pers), "script-per": words(pers), "retry-after": words(retryAfters), "headers": words(quotaHeaders), "tls": words(tlses),
		"window": words(limitKinds),
	}
}

func words[T ~string](all []T) []string {
	names := make([]string, len(all))
	for i, name := range all {
		names[i] = string(name)
	}
	return names
}

// either joins names for a sentence: "a, b or c".
func either[T ~string](all []T) string {
	names := words(all)
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

func validateEach[T interface{ validate() error }](all []T) error {
	var errs []error
	for i, one := range all {
		errs = append(errs, in(fmt.Sprintf("[%d]", i), one.validate()))
	}
	return errors.Join(errs...)
}
