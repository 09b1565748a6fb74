package functionurl

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

type authorization struct {
	credential, signature string
	signed                []string
}

func readAuthorization(text string) (a authorization, ok bool) {
	rest, ok := strings.CutPrefix(text, "AWS4-HMAC-SHA256 ")
	for part := range strings.SplitSeq(rest, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "Credential":
			a.credential = value
		case "SignedHeaders":
			a.signed = strings.Split(value, ";")
		case "Signature":
			a.signature = value
		}
	}
	return a, ok
}

// mustSign returns a header that has to be signed and is not; "" when there is none.
func mustSign(r *http.Request, signed []string) string {
	needed := []string{"host", "x-amz-date"}
	for name := range r.Header {
		if lower := strings.ToLower(name); lower == "content-type" || strings.HasPrefix(lower, "x-amz-") {
			needed = append(needed, lower)
		}
	}
	for _, name := range needed {
		if !slices.Contains(signed, name) {
			return name
		}
	}
	return ""
}

func canonicalRequest(r *http.Request, signed []string, body []byte) string {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	var headers strings.Builder
	for _, name := range signed {
		value := strings.Join(r.Header.Values(name), ",")
		if name == "host" {
			value = r.Host
		}
		fmt.Fprintf(&headers, "%s:%s\n", name, strings.Join(strings.Fields(value), " "))
	}
	return strings.Join([]string{r.Method, canonicalPath(path), canonicalQuery(query), headers.String(), strings.Join(signed, ";"),
		hash(body)}, "\n")
}

// canonicalPath has no empty and no dot segments, and each is escaped twice.
func canonicalPath(raw string) string {
	var kept []string
	for segment := range strings.SplitSeq(strings.Trim(raw, "/"), "/") {
		switch plain, _ := url.PathUnescape(segment); segment {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, escape(escape(plain)))
		}
	}
	if len(kept) == 0 {
		return "/"
	}
	path := "/" + strings.Join(kept, "/")
	if strings.HasSuffix(raw, "/") {
		path += "/"
	}
	return path
}

// canonicalQuery is escaped and only then sorted, by name and by value.
func canonicalQuery(raw string) string {
	var pairs [][2]string
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, _ = url.PathUnescape(name)
		value, _ = url.PathUnescape(value)
		pairs = append(pairs, [2]string{escape(name), escape(value)})
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	lines := make([]string, len(pairs))
	for i, pair := range pairs {
		lines[i] = pair[0] + "=" + pair[1]
	}
	return strings.Join(lines, "&")
}

// escape leaves RFC 3986's unreserved characters alone.
func escape(text string) string {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	var out strings.Builder
	for _, c := range []byte(text) {
		if strings.IndexByte(unreserved, c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
