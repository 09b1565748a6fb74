package credentials

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// valuesKept is how many values of one secret stay masked, those of before a rotation
// included: the newest. Tokens count as one.
const valuesKept = 64

// longValue is as long as no word is: such a value is hidden in other cases too.
const longValue = 16

// masks hide values in what an API echoes: as they are, in base64 (RFC 4648, wherever in
// the encoded bytes they begin), and in texts that are escaped as JSON, HTML or URLs are.
type masks struct {
	mu     sync.RWMutex
	values []masked
	needles
}

// masked is a value and where it is from.
type masked struct{ name, value string }

// needles are all texts that are looked for, by their first two bytes.
type needles struct {
	starts  [1 << 10]uint64 // one bit for each two bytes that a needle begins with
	byStart map[uint16][]needle
}

type needle struct {
	text   string
	base64 bool // the characters beside it may have bits of the value
	mark   string
}

// add hides a value from now on. One that comes again is as new as any.
func (m *masks) add(from Reference, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := masked{shortName(from.Secret + from.Parameter), value}
	if at := slices.Index(m.values, v); at >= 0 {
		m.values = append(slices.Delete(m.values, at, at+1), v)
		return
	}
	m.values = withoutOldest(append(m.values, v), v.name)
	m.needles = needlesOf(m.values)
}

// withoutOldest leaves out a name's oldest value where there are too many of it: tokens
// come and go, and must not push out the secret that they are got with.
func withoutOldest(values []masked, name string) []masked {
	count, oldest := 0, -1
	for i, v := range values {
		if v.name != name {
			continue
		}
		count++
		if oldest < 0 {
			oldest = i
		}
	}
	if count <= valuesKept {
		return values
	}
	return slices.Delete(values, oldest, oldest+1)
}

// shortName is the name in an ARN: callers see it, and an account is not theirs to know.
func shortName(name string) string {
	if !strings.HasPrefix(name, "arn:") {
		return name
	}
	isSecret, name := strings.Contains(name, ":secret:"), name[strings.LastIndexByte(name, ':')+1:]
	const random = len("-AbCdEf")
	if at := len(name) - random; isSecret && at > 0 && name[at] == '-' {
		return name[:at]
	}
	return strings.TrimPrefix(name, "parameter")
}

func needlesOf(values []masked) needles {
	n := needles{byStart: map[uint16][]needle{}}
	for _, v := range values {
		for text, in := range formsOf(v.value) {
			n.put(needle{text: text, base64: in})
		}
	}
	for _, v := range values {
		mark := "[credential " + v.name + "]"
		if v.name == "" || n.foundIn(mark) {
			mark = "[credential]"
		}
		if n.foundIn(mark) {
			mark = "[***]"
		}
		for text, in := range formsOf(v.value) {
			n.mark(text, in, mark)
		}
	}
	return n
}

// formsOf are a value's own form and those in base64, which are true.
func formsOf(value string) map[string]bool {
	forms := map[string]bool{}
	texts := append(secretsIn(value), value)
	for _, text := range texts {
		texts = append(texts, inLatin1(text)...)
	}
	for _, text := range texts {
		forms[text] = false
		if len(text) >= longValue { // as the name of a header field, or as a database writes a UUID
			forms[strings.ToLower(text)], forms[strings.ToUpper(text)], forms[http.CanonicalHeaderKey(text)] = false, false, false
		}
		forms[strings.ReplaceAll(text, " ", "+")] = false // in a query
		for _, plain := range []string{text, url.QueryEscape(text), contract.PercentEncoded(text)} {
			addBase64(forms, plain)
		}
	}
	return forms
}

// secretsIn are those in a value that is user:password in base64 (RFC 7617 2).
func secretsIn(value string) []string {
	for _, coding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		plain, err := coding.DecodeString(value)
		if err != nil || !utf8.Valid(plain) {
			continue
		}
		if _, password, ok := strings.Cut(string(plain), ":"); ok && len(password) >= leastValue {
			return []string{string(plain), password}
		}
	}
	return nil
}

// inLatin1 is a value that is not ASCII in ISO 8859-1, as which fields of HTTP are read
// (RFC 9110 5.5), and what comes of its UTF-8 where a server takes it for that.
func inLatin1(value string) (texts []string) {
	written, mistaken := []byte{}, make([]rune, len(value))
	for _, r := range value {
		if r > 0xff {
			written = nil
			break
		}
		written = append(written, byte(r))
	}
	for i := range len(value) {
		mistaken[i] = rune(value[i])
	}
	if string(mistaken) == value {
		return nil
	}
	if len(written) >= leastValue {
		texts = append(texts, string(written))
	}
	return append(texts, string(mistaken))
}

// addBase64 adds what a value looks like within encoded bytes: what comes before and
// after it changes the characters at its ends.
func addBase64(forms map[string]bool, value string) {
	for _, coding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			encoded := coding.EncodeToString(append(make([]byte, before, before+len(value)), value...))
			text := encoded[(before*8+5)/6 : (before+len(value))*8/6]
			if _, known := forms[text]; !known {
				forms[text] = true
			}
		}
	}
}

func start(text string, i int) uint16 { return uint16(text[i])<<8 | uint16(text[i+1]) }

func (n *needles) put(one needle) {
	at := start(one.text, 0)
	n.starts[at>>6] |= 1 << (at & 63)
	n.byStart[at] = append(n.byStart[at], one)
}

func (n *needles) mark(text string, in bool, mark string) {
	for i, one := range n.byStart[start(text, 0)] {
		if one.text == text && one.base64 == in {
			n.byStart[start(text, 0)][i].mark = mark
		}
	}
}

// at gives the end of the longest needle that begins at i; 0 for none.
func (n *needles) at(text string, i int, onlyBase64 bool) (end int, found needle) {
	for _, one := range n.byStart[start(text, i)] {
		if i+len(one.text) > end && (one.base64 || !onlyBase64) && strings.HasPrefix(text[i:], one.text) {
			end, found = i+len(one.text), one
		}
	}
	return end, found
}

// hide replaces in text what is found. Where what is put in makes up a value together with
// its neighbours, nothing of the text is left.
func (m *masks) hide(text string) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for range 3 {
		pieces := m.find(text)
		if len(pieces) == 0 {
			return text
		}
		text = replaced(text, pieces)
	}
	if m.foundIn(text) {
		return ""
	}
	return text
}

func (n *needles) foundIn(text string) bool { return len(n.find(text)) > 0 }

// find looks for the needles in a text and in what it is decoded.
func (n *needles) find(text string) []piece {
	if len(n.byStart) == 0 {
		return nil
	}
	v := &view{text: text}
	pieces := n.findDecoded(v, nil)
	if next, changed := withoutNUL(v); changed {
		v = next
		pieces = n.findDecoded(v, pieces)
	}
	for range 2 { // JSON in a text of JSON
		next, changed := fromJSON(v)
		if !changed {
			break
		}
		v = next
		pieces = n.findDecoded(v, pieces)
	}
	return merged(pieces)
}

// findDecoded looks in a text as it is, then without the escapes of HTML and URLs.
func (n *needles) findDecoded(v *view, pieces []piece) []piece {
	pieces = n.findIn(v, pieces, false)
	for _, decode := range []func(*view) (*view, bool){fromHTML, fromURL, fromURL, fromURL} {
		if next, changed := decode(v); changed {
			v = next
			pieces = n.findIn(v, pieces, false)
		}
	}
	if next, changed := withoutLines(v); changed {
		pieces = n.findIn(next, pieces, true)
	}
	return pieces
}

func (n *needles) findIn(v *view, pieces []piece, onlyBase64 bool) []piece {
	text := v.text
	for i := 1; i < len(text); i++ {
		key := uint16(text[i-1])<<8 | uint16(text[i])
		if n.starts[key>>6]&(1<<(key&63)) == 0 { // all but a few
			continue
		}
		begin := i - 1
		end, found := n.at(text, begin, onlyBase64)
		if end == 0 {
			continue
		}
		if found.base64 {
			begin, end = widened(text, begin, end)
		}
		p := piece{v.source(begin), v.source(end), found.mark}
		if last := len(pieces) - 1; last >= 0 && pieces[last].begin <= p.begin && p.begin < pieces[last].end {
			pieces[last].end = max(pieces[last].end, p.end)
			continue
		}
		pieces = append(pieces, p)
	}
	return pieces
}

// widened takes in a character of base64 at either side.
func widened(text string, begin, end int) (int, int) {
	if begin > 0 && isBase64(text[begin-1]) {
		begin--
	}
	if end < len(text) && isBase64(text[end]) {
		end++
	}
	return begin, end
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("+/-_", c) >= 0
}
