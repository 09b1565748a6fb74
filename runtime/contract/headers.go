package contract

import (
	"maps"
	"net/url"
	"strings"
	"unicode/utf8"
)

const (
	ofConnection = "it is about one connection"
	ofProxy      = "it is between a client and its proxy"
)

// What passes of an answer's header: lines, and bytes of their names and values. It is
// more than common clients take at all, so no API sends it: Python's http.client and
// Envoy take 100 lines, Node 16 KiB.
const (
	HeaderLinesLimit = 1000
	HeaderBytesLimit = 128 << 10
)

// HopByHopHeaders are the header fields, in lower case, that belong to one connection
// and never pass a proxy (RFC 9110 7.6.1, with those that RFC 2616 13.5.1 named). The
// values say why.
var HopByHopHeaders = map[string]string{
	"connection":          ofConnection,
	"keep-alive":          ofConnection,
	"proxy-connection":    ofConnection,
	"proxy-authenticate":  ofProxy,
	"proxy-authorization": ofProxy,
	"te":                  ofConnection,
	"trailer":             ofConnection,
	"transfer-encoding":   ofConnection,
	"upgrade":             ofConnection,
}

// HopByHop are the fields, in lower case, of a message that end at its connection:
// HopByHopHeaders, and those that the values of its Connection field name.
func HopByHop(connection ...string) map[string]bool {
	names := make(map[string]bool, len(HopByHopHeaders))
	for name := range HopByHopHeaders {
		names[name] = true
	}
	for _, value := range connection {
		for name := range strings.SplitSeq(value, ",") {
			names[strings.ToLower(strings.Trim(name, " \t"))] = true
		}
	}
	return names
}

// OwnHeaders are the header fields, in lower case, that an egress sets or removes
// itself: neither a caller nor a spec can set them. The values say why.
var OwnHeaders = func() map[string]string {
	own := maps.Clone(HopByHopHeaders)
	own["host"] = "it follows from upstream.url"
	own["content-length"] = "it follows from the body"
	own["accept-encoding"] = "an egress requests only what it unpacks itself (upstream.acceptEncoding)"
	own["expect"] = "an egress sends the body without waiting"
	return own
}()

// IsToken reports whether text is a token, as names of header fields and methods are
// (RFC 9110 5.6.2).
func IsToken(text string) bool {
	for i := range len(text) {
		c := text[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return text != ""
}

// IsFieldValue reports whether text has no control characters but tabs, as values of
// header fields (RFC 9110 5.5): line breaks above all would start another field.
func IsFieldValue(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// The codings that an egress requests of the upstream, as upstream.acceptEncoding
// writes them.
const (
	AcceptAuto     = "auto"     // gzip, which the egress unpacks
	AcceptIdentity = "identity" // none; what comes coded all the same passes as it came
)

// FieldText is the value of a header field as JSON can hold it: unchanged if it is
// UTF-8, else read as ISO 8859-1, whose bytes are the first 256 code points of Unicode
// (RFC 9110 5.5: historically, field values were in it).
func FieldText(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	text := make([]rune, len(value))
	for i := range len(value) {
		text[i] = rune(value[i])
	}
	return string(text)
}

// FieldTexts are fields with values that JSON can hold.
func FieldTexts(fields map[string][]string) map[string][]string {
	texts := make(map[string][]string, len(fields))
	for name, values := range fields {
		list := make([]string, len(values))
		for i, value := range values {
			list[i] = FieldText(value)
		}
		texts[name] = list
	}
	return texts
}

// PlainLocation is a Location (RFC 9110 10.2.2) that may stand in a log: without its
// user, query and fragment, which may hold secrets. One that leads to no URL of HTTP is
// left out.
func PlainLocation(location string) string {
	to, err := url.Parse(location)
	if err != nil || to.Opaque != "" {
		return ""
	}
	hidden := ""
	if to.RawQuery != "" {
		hidden = "?…"
	}
	to.User, to.RawQuery, to.ForceQuery, to.Fragment, to.RawFragment = nil, "", false, "", ""
	return to.String() + hidden
}
