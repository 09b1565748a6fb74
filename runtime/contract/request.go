package contract

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// ExecutionInput is what a function URL, a schedule or an event starts an
// execution with.
type ExecutionInput struct {
	// Trigger is the name of the schedule or event that started the execution; ""
	// for a caller, who waits for the answer and sees what it is.
	Trigger string `json:"trigger,omitempty"`
	// Occurrence names what a schedule runs for, where its idempotency key is made
	// from that: STACK/SCHEDULE/TIME. No name has a slash, so no two are the same. An
	// egress older than this field takes the execution's name for the key.
	Occurrence string  `json:"occurrence,omitempty"`
	Request    Request `json:"request,omitzero"`
	// Start is who makes the first attempt, where executions know of each other and an
	// orchestrator started this one; nil: the definition draws it. An express execution
	// that nobody waits for may run twice, and has none.
	Start *Start `json:"start,omitempty"`
	// Template makes the request of Event, the whole event as EventBridge had it, where
	// parts of it come from there. Request is absent then, so that an egress older than
	// Template has no method, and refuses to send anything.
	Template *Template       `json:"template,omitempty"`
	Event    json.RawMessage `json:"event,omitempty"`
}

// KeyNamespace is the UUID in whose namespace an egress makes the idempotency key of
// an Occurrence (RFC 9562 5.5). It is the UUID, version 5, of the URL
// https://github.com/sfngen/sfngen#idempotency-key, and never changes: another one
// would be another key for an occurrence that the upstream has already seen.
const KeyNamespace = "65b67c07-1aac-5720-9e73-72876ad83696"

// Request is the caller's request to the upstream.
type Request struct {
	Method string `json:"method"`
	// Path is appended to the upstream's own path, as the caller escaped it.
	Path  string `json:"path"`
	Query string `json:"query,omitempty"` // raw, without "?"
	// Headers have lower-case names; several values are joined with ", "
	// (RFC 9110 5.3), as a function URL delivers them.
	Headers map[string]string `json:"headers,omitempty"`
	// Body is a JSON string (base64 when IsBase64Encoded), or any other JSON
	// value, which is sent as JSON. Absent or null: no body.
	Body            json.RawMessage `json:"body,omitempty"`
	IsBase64Encoded bool            `json:"isBase64Encoded,omitempty"`
}

// BodyBytes returns what is to be sent and whether it is JSON that came as a
// value, so that it needs a content type. The error names the field.
func (r Request) BodyBytes() (body []byte, isJSON bool, err error) {
	if len(r.Body) == 0 || string(r.Body) == "null" {
		return nil, false, nil
	}
	if !strings.HasPrefix(string(r.Body), `"`) {
		return r.Body, true, nil
	}
	var text string
	if err := json.Unmarshal(r.Body, &text); err != nil {
		return nil, false, fmt.Errorf("request.body: %w", err)
	}
	if !r.IsBase64Encoded {
		return []byte(text), false, nil
	}
	body, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, false, fmt.Errorf("request.body: isBase64Encoded is true but the body is not base64: %w", err)
	}
	return body, false, nil
}

// IsIdempotent reports whether a method may be repeated by its definition
// (RFC 9110 9.2.2). A method that it does not name is not.
func IsIdempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// PathFault says what is wrong with a path, unescaped once, that goes to no API: servers
// on the way would not agree which path it is. "" is one that may go.
func PathFault(plain string) string {
	switch {
	case strings.Contains(plain, "\x00"):
		return "has a NUL character, at which some servers end it"
	case ShortestForm(plain) != plain:
		return "has overlong UTF-8, which some servers take for a dot or a slash"
	}
	return ""
}

// DecodeOnce decodes the percent-escapes that are right and leaves the others, as lenient
// servers do (RFC 3986 2.1).
func DecodeOnce(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if IsEscape(text[i:]) {
			out.WriteByte(unhex(text[i+1])<<4 | unhex(text[i+2]))
			i += 2
			continue
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// PercentEncoded escapes all bytes of a text but those that are unreserved (RFC 3986 2.3):
// it stays one segment of a path, one name or value of a query.
func PercentEncoded(text string) string {
	const hex, unreserved = "0123456789ABCDEF", "-._~"
	var out strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(unreserved, c) >= 0:
			out.WriteByte(c)
		default:
			out.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return out.String()
}

// ReplaceParameters is a raw query with these pairs, NAME=VALUE&… encoded, at its end, and
// without the parameters of the names, decoded, that isReplaced says so of; the rest stays
// as it is. Some servers take a semicolon for an ampersand: what is replaced does not come
// after one either.
func ReplaceParameters(query, pairs string, isReplaced func(name string) bool) string {
	var kept strings.Builder
	for rest := query; rest != ""; {
		size := len(rest)
		if next := strings.IndexAny(rest[1:], "&;"); next >= 0 {
			size = next + 1
		}
		pair, isFirst := rest[:size], len(rest) == len(query)
		rest = rest[size:]
		if isReplaced(ParameterName(pair)) {
			continue
		}
		if kept.Len() == 0 && !isFirst {
			pair = pair[1:] // the separator of what went before it
		}
		kept.WriteString(pair)
	}
	if others := kept.String(); others != "" && !strings.HasSuffix(others, "&") {
		kept.WriteByte('&')
	}
	return kept.String() + pairs
}

// ParameterName is the decoded name of a parameter NAME=VALUE of a query; the separators
// before it may be a part of pair.
func ParameterName(pair string) string {
	name, _, _ := strings.Cut(strings.TrimLeft(pair, "&;"), "=")
	return DecodeOnce(strings.ReplaceAll(name, "+", " "))
}

// IsEscape reports whether a text begins with a percent-escape.
func IsEscape(text string) bool {
	return len(text) >= 3 && text[0] == '%' && isHex(text[1]) && isHex(text[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// ShortestForm replaces each overlong form of an ASCII character, in two to six bytes, by
// the character, as lenient decoders do (RFC 3629 3 and 10: C0 AE for a dot; RFC 2279 2
// had five and six bytes).
func ShortestForm(text string) string {
	var out []byte
	for i := 0; i < len(text); {
		c, size := overlong(text[i:])
		if size == 0 {
			c, size = text[i], 1
		}
		out, i = append(out, c), i+size
	}
	return string(out)
}

// overlongLeads are all bytes of an overlong form but the last: of a character below 64,
// of one from 64 on, and so on for each size.
var overlongLeads = []string{
	"\xc0", "\xc1", "\xe0\x80", "\xe0\x81", "\xf0\x80\x80", "\xf0\x80\x81",
	"\xf8\x80\x80\x80", "\xf8\x80\x80\x81", "\xfc\x80\x80\x80\x80", "\xfc\x80\x80\x80\x81",
}

// overlong is the ASCII character that text begins with in an overlong form, and the
// form's size; 0 for none.
func overlong(text string) (c byte, size int) {
	for i, lead := range overlongLeads {
		rest, is := strings.CutPrefix(text, lead)
		if is && len(rest) > 0 && rest[0]&0xc0 == 0x80 {
			return byte(i%2)<<6 | rest[0]&0x3f, len(lead) + 1
		}
	}
	return 0, 0
}
