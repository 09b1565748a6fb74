package egress

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// codingOf is the Accept-Encoding of calls.
func codingOf(acceptEncoding string) (string, error) {
	switch acceptEncoding {
	case "", contract.AcceptAuto:
		return codingGzip, nil
	case contract.AcceptIdentity:
		return contract.AcceptIdentity, nil
	}
	return "", fmt.Errorf("egress: Config.AcceptEncoding must be %s or %s, got %q",
		contract.AcceptAuto, contract.AcceptIdentity, acceptEncoding)
}

func parseUpstream(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("egress: Config.Upstream: %w", err)
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return nil, fmt.Errorf("egress: Config.Upstream must be an absolute http or https URL, got %q", text)
	case u.User != nil, u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		return nil, fmt.Errorf("egress: Config.Upstream must have no user info, query or fragment: %s", u.Redacted())
	}
	return u, nil
}

// fixedHeaders refuses what net/http would silently ignore or what would break
// the message: its framing, its connection and its host are not the spec's.
func fixedHeaders(fields map[string]string) (http.Header, error) {
	out := http.Header{}
	for name, value := range fields {
		switch {
		case !contract.IsToken(name) || !contract.IsFieldValue(value):
			return nil, fmt.Errorf("egress: Config.Headers: %q is no valid header field", name)
		case contract.OwnHeaders[strings.ToLower(name)] != "":
			return nil, fmt.Errorf("egress: Config.Headers: %q cannot be set, the egress decides it", name)
		}
		out.Set(name, value)
	}
	return out, nil
}

// renames gives the fields that pass under another name, in lower case. It refuses what
// could not go out under it, or not alone: a field of the message itself, one that is
// fixed, one that two others would be.
func renames(fields map[string]string, fixed http.Header) (map[string]string, error) {
	out, from := map[string]string{}, map[string]string{}
	for name, to := range fields {
		name, to = strings.ToLower(name), strings.ToLower(to)
		fault := ""
		switch {
		case !contract.IsToken(name) || !contract.IsToken(to):
			fault = "not both are names of header fields"
		case contract.OwnHeaders[name] != "" || contract.OwnHeaders[to] != "":
			fault = "the egress decides what becomes of it"
		case fixed.Get(to) != "":
			fault = "Config.Headers sets the second"
		case from[to] != "" || out[name] != "":
			fault = "it is not the only one from or to that name"
		}
		if fault != "" {
			return nil, fmt.Errorf("egress: Config.RenameHeaders: %q to %q: %s", name, to, fault)
		}
		out[name], from[to] = to, name
	}
	return out, nil
}

// rootsOf are the authorities of a bundle; nil for no bundle.
func rootsOf(bundle string) (*x509.CertPool, error) {
	if bundle == "" {
		return nil, nil
	}
	certificates, err := contract.ReadCABundle(bundle)
	if err != nil {
		return nil, fmt.Errorf("egress: Config.CABundle %w", err)
	}
	roots := x509.NewCertPool()
	for _, c := range certificates {
		roots.AddCert(c)
	}
	return roots, nil
}

// sendableMethods refuses what is no method in the form that HTTP sends it, or
// would make the egress a tunnel (RFC 9110 9.1, 9.3.6).
func sendableMethods(methods []string) ([]string, error) {
	if len(methods) == 0 {
		return nil, fmt.Errorf("egress: Config.Methods must name the methods that may be sent, got none")
	}
	for _, method := range methods {
		switch {
		case !contract.IsToken(method) || method != strings.ToUpper(method):
			return nil, fmt.Errorf("egress: Config.Methods: %q is no HTTP method in upper case", method)
		case method == http.MethodConnect:
			return nil, fmt.Errorf("egress: Config.Methods: CONNECT cannot be sent, an egress is no tunnel")
		}
	}
	return slices.Clone(methods), nil
}

func lowerSet(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[strings.ToLower(name)] = true
	}
	return set
}
