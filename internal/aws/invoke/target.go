package invoke

import (
	"fmt"
	"net/url"
	"strings"
)

// exact is a URL whose path and query have each character escaped that a
// signature escapes, and no other. The service that checks the signature escapes what it got
// (Signature Version 4, "Create a canonical request"); a service that unescapes
// it before and one that does not must get the same. A query's plus becomes
// the space that it means in a form.
func exact(u url.URL) url.URL {
	u.RawPath = escaped(u.EscapedPath(), "/")
	u.RawQuery = exactQuery(u.RawQuery)
	u.Path, _ = url.PathUnescape(u.RawPath) // escaped has made it
	return u
}

// exactQuery keeps the order, and whether a name has a value.
func exactQuery(raw string) string {
	var pairs []string
	for pair := range strings.SplitSeq(strings.ReplaceAll(raw, "+", "%20"), "&") {
		name, value, hasValue := strings.Cut(pair, "=")
		switch {
		case pair == "":
		case hasValue:
			pairs = append(pairs, escaped(name, "")+"="+escaped(value, ""))
		default:
			pairs = append(pairs, escaped(name, ""))
		}
	}
	return strings.Join(pairs, "&")
}

// escaped is the text with all but RFC 3986's unreserved characters escaped, in
// capitals; the characters of keep stay as they are, unless they were escaped.
func escaped(text, keep string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		c, kept := text[i], strings.IndexByte(keep, text[i]) >= 0
		if c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]) {
			c, i = unhex(text[i+1])<<4|unhex(text[i+2]), i+2
		}
		if kept || isUnreserved(c) {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

func isUnreserved(c byte) bool { // RFC 3986 2.3
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
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

// normalized is a path without empty and dot segments, as it is signed for every
// service but S3 (Signature Version 4, "Create a canonical request").
func normalized(path string) string {
	var kept []string
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, segment)
		}
	}
	if len(kept) > 0 && strings.HasSuffix(path, "/") {
		kept = append(kept, "")
	}
	return "/" + strings.Join(kept, "/")
}
