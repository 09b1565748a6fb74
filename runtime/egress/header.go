package egress

import (
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
		header.Set(key, a.Execution.Name)
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
