package egress

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// isText reports whether a body can be a JSON string unchanged: UTF-8, without NUL,
// which text does not need and some JSON readers refuse. A partial body may
// end within a character.
func isText(body []byte, partial bool) bool {
	if partial {
		body = wholeRunes(body, len(body))
	}
	return utf8.Valid(body) && bytes.IndexByte(body, 0) < 0
}

// wholeRunes is the longest beginning of body, of at most n bytes, that does
// not end within a character.
func wholeRunes(body []byte, n int) []byte {
	if n < len(body) {
		for n > 0 && !utf8.RuneStart(body[n]) {
			n--
		}
		return body[:n]
	}
	for back := 1; back <= min(utf8.UTFMax-1, len(body)); back++ {
		if c := body[len(body)-back]; utf8.RuneStart(c) {
			if !utf8.FullRune(body[len(body)-back:]) {
				return body[:len(body)-back]
			}
			break
		}
	}
	return body
}

// response is the answer with all of the body that was read.
func (a *answer) response() contract.Response {
	out := contract.Response{StatusCode: a.status, Headers: lowerNames(a.header)}
	a.putBody(&out, len(a.body))
	return out
}

// putBody puts at most the first n bytes of the body into r, and its full size
// when that is not all of it.
func (a *answer) putBody(r *contract.Response, n int) {
	isText, body := isText(a.body, a.partial), a.body
	r.CutFrom = 0
	if a.partial || n < len(a.body) {
		r.CutFrom = a.size
		body = body[:n]
		if isText {
			body = wholeRunes(a.body, n)
		}
	}
	r.IsBase64Encoded = !isText && len(body) > 0
	r.Body = string(body)
	if r.IsBase64Encoded {
		r.Body = base64.StdEncoding.EncodeToString(body)
	}
}

// summary is the answer of a failure that is not the last: the status, the
// fields that say how the upstream counts and how it names the call, and a small
// body with the fields that say how to read it.
func (a *answer) summary(waitHeaders []string) *contract.Response {
	kept := http.Header{}
	carried := carriedHeaders(waitHeaders)
	for name, values := range a.header {
		if carried[strings.ToLower(name)] || isAboutLimits(name) {
			kept[name] = values
		}
	}
	out := &contract.Response{StatusCode: a.status, Headers: lowerNames(kept)}
	size := len(a.body)
	if size > passingBody {
		size = 0
	}
	a.putBody(out, size)
	return out
}

// carriedHeaders are the names, lower case, that a failure carries in any case.
func carriedHeaders(waitHeaders []string) map[string]bool {
	return lowerSet(slices.Concat([]string{"date", "retry-after", "content-type", "content-encoding"},
		contract.RequestIDHeaders, waitHeaders))
}

// isAboutLimits finds ratelimit and rate-limit, in any case, in a field's name.
func isAboutLimits(name string) bool {
	const rate, limit = "rate", "limit"
	for at := 0; at+len(rate)+len(limit) <= len(name); at++ {
		if name[at]|0x20 != rate[0] || !strings.EqualFold(name[at:at+len(rate)], rate) {
			continue
		}
		if rest := strings.TrimPrefix(name[at+len(rate):], "-"); len(rest) >= len(limit) && strings.EqualFold(rest[:len(limit)], limit) {
			return true
		}
	}
	return false
}

// lowerNames gives the fields as JSON can hold them, with names in lower case.
func lowerNames(header http.Header) map[string][]string {
	out := make(map[string][]string, len(header))
	for name, values := range contract.FieldTexts(header) {
		out[strings.ToLower(name)] = values
	}
	for _, name := range []string{"Location", "Content-Location"} {
		for i, value := range header[name] {
			out[strings.ToLower(name)][i] = uriText(value)
		}
	}
	return out
}

// uriText escapes a reference that is not UTF-8, byte by byte: read as ISO 8859-1 and
// sent as UTF-8, as another field is, it would lead elsewhere.
func uriText(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	var out strings.Builder
	for i := range len(value) {
		if c := value[i]; c < utf8.RuneSelf {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}
