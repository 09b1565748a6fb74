package egress

import (
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// userAgent is sent when neither spec nor caller gives one.
const userAgent = "sfngen-egress"

// requestHeader gives the header of one call: what passes of the caller's, then
// what this attempt adds, then what the spec fixes.
func (e *Egress) requestHeader(a attempt, isJSON bool) (http.Header, error) {
	header, err := e.forwarded(a.Input.Request, a.Policy.IdempotencyHeader)
	if err != nil {
		return nil, err
	}
	if key := a.Policy.IdempotencyHeader; key != "" && header.Get(key) == "" {
		header.Set(key, a.ownKey())
	}
	for name, values := range e.headers {
		header[name] = values
	}
	if e.coding != codingGzip || mayBeGzip(a.Input.Request.Method, header) {
		header.Set("Accept-Encoding", e.coding)
	}
	setDefault(header, "Content-Type", "application/json", isJSON)
	setDefault(header, "User-Agent", userAgent, true)
	return header, nil
}

func setDefault(header http.Header, name, value string, wanted bool) {
	if _, given := header[name]; wanted && !given {
		header.Set(name, value)
	}
}

func (e *Egress) forwarded(r contract.Request, idempotencyHeader string) (http.Header, error) {
	out := http.Header{}
	perConnection := connectionFields(headerValue(r.Headers, "connection"))
	for name, value := range r.Headers {
		name = strings.ToLower(name)
		if !e.forward[name] && name != idempotencyHeader || contract.OwnHeaders[name] != "" || perConnection[name] {
			continue
		}
		if !contract.IsToken(name) || !contract.IsFieldValue(value) {
			return nil, &invalidHeader{name}
		}
		out.Set(name, value)
	}
	return out, nil
}

// invalidHeader names the field but not its value, which may be a secret.
type invalidHeader struct{ name string }

func (h *invalidHeader) Error() string {
	return "request.headers: " + h.name + " is no valid header field (RFC 9110 5.5)"
}

func headerValue(fields map[string]string, name string) string {
	for key, value := range fields {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// connectionFields reads the names that a Connection field declares hop-by-hop.
func connectionFields(values ...string) map[string]bool {
	out := map[string]bool{}
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			out[strings.ToLower(textproto.TrimString(name))] = true
		}
	}
	return out
}

// withoutHopByHop returns the fields of an answer that pass. net/http lets spaces
// in a name through: those at its end go, as a proxy must have it (RFC 9112 5.1);
// with another one it is no name, and a function URL would fail over it.
func withoutHopByHop(header http.Header) http.Header {
	perConnection := map[string]bool{}
	for written, values := range header {
		if nameOf(written) == "Connection" {
			maps.Copy(perConnection, connectionFields(values...))
		}
	}
	out := make(http.Header, len(header))
	for written, values := range header {
		name := nameOf(written)
		if lower := strings.ToLower(name); contract.IsToken(name) && contract.HopByHopHeaders[lower] == "" && !perConnection[lower] {
			out[name] = append(out[name], values...)
		}
	}
	return out
}

func nameOf(written string) string { return http.CanonicalHeaderKey(textproto.TrimString(written)) }

// noteSignature explains a refusal by what signs requests do: the signature covers host
// and path of the function URL, and a time that no retry renews.
func (e *Egress) noteSignature(a attempt, o *outcome) {
	if o.record.StatusCode != http.StatusUnauthorized && o.record.StatusCode != http.StatusForbidden {
		return
	}
	if by := e.signedBy(a.Input.Request); by != "" {
		o.reason += fmt.Sprintf("; the caller's signature (%s) is for the function URL's host and path, and a retry does not renew its time", by)
	}
}

// signedBy names what the caller's request is signed by, of what passes; "" for none.
func (e *Egress) signedBy(r contract.Request) string {
	for _, name := range []string{"signature-input", "signature", "dpop"} { // RFC 9421 4, RFC 9449 4.2
		if e.forward[name] && headerValue(r.Headers, name) != "" {
			return name
		}
	}
	if !e.forward["authorization"] || e.headers.Get("Authorization") != "" {
		return ""
	}
	scheme, parameters, _ := strings.Cut(headerValue(r.Headers, "authorization"), " ")
	if isSigningScheme(strings.ToLower(scheme), parameters) {
		return scheme
	}
	return ""
}

// isSigningScheme knows the schemes of Authorization that sign the request: those of AWS
// and the vendors that took theirs over (AWS4-HMAC-SHA256, GOOG4-RSA-SHA256,
// TC3-HMAC-SHA256), HTTP Signatures, OAuth 1 (RFC 5849 3.5.1), Hawk, Azure (SharedKey,
// HMAC-SHA256), those that have an HMAC after a key's name, and Digest (RFC 7616 3.4),
// which covers the path and counts its nonce.
func isSigningScheme(scheme, parameters string) bool {
	switch scheme {
	case "aws", "oss", "obs", "acs", "hmac", "mac", "signature", "hawk", "sharedkey", "sharedkeylite", "digest":
		return true
	case "oauth":
		return strings.Contains(parameters, "oauth_signature=")
	}
	return strings.HasPrefix(scheme, "hmac-") ||
		strings.Contains(scheme, "-hmac-") || strings.Contains(scheme, "-rsa-") || strings.Contains(scheme, "-ecdsa-")
}
