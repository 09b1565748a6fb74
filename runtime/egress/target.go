package egress

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

var errClimbs = errors.New("request.path: its dot segments lead out of the upstream's path")

// target is the URL of a request: the upstream's with path appended and the
// query as it came. Scheme and host are never the request's.
//
// A function URL has no empty path, so "/" means the upstream's URL as the spec
// writes it. The caller's escapes stay; what a URL may not contain is escaped (RFC
// 3986 3.3, 3.4).
func target(upstream *url.URL, path, query string) (*url.URL, error) {
	if fault := contract.PathFault(contract.DecodeOnce(path)); fault != "" {
		return nil, errors.New("request.path: it " + fault)
	}
	if climbs(path) {
		return nil, errClimbs
	}
	joined := upstream.EscapedPath()
	if path != "" && path != "/" {
		joined = strings.TrimSuffix(joined, "/") + "/" + escape(strings.TrimPrefix(path, "/"), pathMarks)
	}
	decoded, err := url.PathUnescape(joined)
	if err != nil {
		return nil, err
	}
	return &url.URL{
		Scheme:   upstream.Scheme,
		Host:     upstream.Host,
		Path:     decoded,
		RawPath:  joined,
		RawQuery: escape(query, queryMarks),
	}, nil
}

// The bytes that stand for themselves beside letters and digits. Square
// brackets are not in RFC 3986's query, but a[]=1 is common, taken by every
// server, and left alone by the URL Standard.
const (
	pathMarks  = "-._~!$&'()*+,;=:@/"
	queryMarks = pathMarks + "?[]"
)

// fixedMarks are the bytes of a parameter that the spec fixes: those that no server
// takes for a separator, a space or an escape.
const fixedMarks = "-._~!$'()*,/:@?[]"

// escapePlain escapes a text that has no escapes yet.
func escapePlain(text string) string {
	return escapeBut(text, fixedMarks, func(string) bool { return false })
}

// fixedQuery are the parameters that go out with every call.
type fixedQuery struct {
	names map[string]bool // decoded
	text  string          // encoded, in the order of the names; "" for none
}

func newFixedQuery(parameters map[string]string) fixedQuery {
	fixed := fixedQuery{names: make(map[string]bool, len(parameters))}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		fixed.names[name] = true
		pairs = append(pairs, escapePlain(name)+"="+escapePlain(parameters[name]))
	}
	fixed.text = strings.Join(pairs, "&")
	return fixed
}

// after is a query with the fixed parameters at its end.
func (f fixedQuery) after(query string) string {
	if f.text == "" {
		return query
	}
	return contract.ReplaceParameters(query, f.text, func(name string) bool { return f.names[name] })
}

// escape leaves the escapes that text has.
func escape(text, marks string) string {
	return escapeBut(text, marks, contract.IsEscape)
}

// escapeBut escapes all bytes but letters, digits, marks, and percent signs that keep
// says so of, with what follows them.
func escapeBut(text, marks string, keep func(rest string) bool) string {
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case isAlphanumeric(c), strings.IndexByte(marks, c) >= 0, c == '%' && keep(text[i:]):
			out.WriteByte(c)
		default:
			out.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return out.String()
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// climbs reports whether some server on the way could take path for one that
// starts above its own root. Servers differ: some decode before they split,
// some decode twice, some take a backslash for a slash, drop parameters
// (";x"), end it at a NUL, drop spaces and control characters at a name's end, read
// overlong UTF-8, or merge slashes. The least depth of all these readings counts.
func climbs(path string) bool {
	depth := 0
	for segment := range strings.SplitSeq(path, "/") {
		lowest, end := descend(segment)
		if depth+lowest < 0 {
			return true
		}
		depth += end
	}
	return false
}

// maxDecodings is more than any chain of servers decodes a path.
const maxDecodings = 8

// descend gives the least depth reached within a segment and at its end,
// relative to its start, over all readings of it.
func descend(segment string) (lowest, end int) {
	end = 1
	for range maxDecodings {
		for _, text := range []string{segment, contract.ShortestForm(segment)} {
			for _, separators := range []string{"/", `/\`} {
				l, e := walk(text, separators)
				lowest, end = min(lowest, l), min(end, e)
			}
		}
		decoded := contract.DecodeOnce(segment)
		if decoded == segment {
			break
		}
		segment = decoded
	}
	return lowest, end
}

func walk(text, separators string) (lowest, end int) {
	isSeparator := func(r rune) bool { return strings.ContainsRune(separators, r) }
	for part := range strings.FieldsFuncSeq(text, isSeparator) {
		name, _, _ := strings.Cut(part, ";")
		name, _, _ = strings.Cut(name, "\x00")
		switch strings.TrimRightFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		case "", ".":
		case "..":
			end--
		default:
			end++
		}
		lowest = min(lowest, end)
	}
	return lowest, end
}
