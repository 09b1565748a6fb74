package egress

import (
	"cmp"
	"fmt"
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
	hopByHop := contract.HopByHop(headerValue(r.Headers, "connection"))
	for name, value := range r.Headers {
		name = strings.ToLower(name)
		to, renamed := e.rename[name]
		to = cmp.Or(to, name)
		passes := renamed || e.forward[name] || name == idempotencyHeader
		if !passes || e.isCredential(to) || contract.OwnHeaders[name] != "" || hopByHop[name] {
			continue
		}
		if !contract.IsToken(name) || !contract.IsFieldValue(value) {
			return nil, &invalidHeader{name}
		}
		to = http.CanonicalHeaderKey(to)
		if _, taken := out[to]; renamed || !taken {
			out.Set(to, value)
		}
	}
	return out, nil
}

// sentAs is the value of the caller that goes out under a name, and the caller's name of
// it; "" for none.
func (e *Egress) sentAs(r contract.Request, sent string) (value, name string) {
	if e.isCredential(sent) {
		return "", ""
	}
	for from, to := range e.rename {
		if value := headerValue(r.Headers, from); to == sent && value != "" {
			return value, from
		}
	}
	if e.forward[sent] {
		return headerValue(r.Headers, sent), sent
	}
	return "", ""
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

// withoutHopByHop returns the fields of an answer that pass. net/http lets spaces
// in a name through: those at its end go, as a proxy must have it (RFC 9112 5.1);
// with another one it is no name, and a function URL would fail over it.
//
// What Connection names beside close passes all the same (RFC 9110 7.6.1): of HTTP/1.1
// net/http takes that field out before it gives the answer (shouldClose in transfer.go).
func withoutHopByHop(header http.Header) http.Header {
	var connection []string
	for written, values := range header {
		if nameOf(written) == "Connection" {
			connection = append(connection, values...)
		}
	}
	hopByHop := contract.HopByHop(connection...)
	out := make(http.Header, len(header))
	for written, values := range header {
		name := nameOf(written)
		if contract.IsToken(name) && !hopByHop[strings.ToLower(name)] {
			out[name] = append(out[name], values...)
		}
	}
	return out
}

func nameOf(written string) string { return http.CanonicalHeaderKey(textproto.TrimString(written)) }

// noteSignature explains a refusal by what signs requests do: the signature covers host
// and path of the function URL, or for a field that is renamed those that the caller has
// chosen, and a time that no retry renews.
func (e *Egress) noteSignature(a attempt, o *outcome) {
	if o.record.StatusCode != http.StatusUnauthorized && o.record.StatusCode != http.StatusForbidden {
		return
	}
	by, from := e.signedBy(a.Input.Request)
	covers := "is for the function URL's host and path"
	if _, renamed := e.rename[from]; renamed {
		covers = "in " + from + " has to be for the API's host and path"
	}
	if by != "" {
		o.reason += fmt.Sprintf("; the caller's signature (%s) %s, and a retry does not renew its time", by, covers)
	}
}

// signedBy names what the caller's request is signed by, of what passes, "" for none; and
// the caller's field.
func (e *Egress) signedBy(r contract.Request) (by, from string) {
	for _, name := range []string{"signature-input", "signature", "dpop"} { // RFC 9421 4, RFC 9449 4.2
		if value, from := e.sentAs(r, name); value != "" {
			return name, from
		}
	}
	if e.headers.Get("Authorization") != "" {
		return "", ""
	}
	value, from := e.sentAs(r, "authorization")
	scheme, parameters, _ := strings.Cut(value, " ")
	if isSigningScheme(strings.ToLower(scheme), parameters) {
		return scheme, from
	}
	return "", ""
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
	return strings.HasPrefix(scheme, "hmac-") || strings.Contains(scheme, "-hmac-") || strings.Contains(scheme, "-rsa-") ||
		strings.Contains(scheme, "-ecdsa-")
}
