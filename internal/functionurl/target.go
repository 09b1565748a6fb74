package functionurl

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// rawTarget splits a raw request target (RFC 9112 3.2). A function URL decodes
// nothing of it: %2F, // and ; reach the function.
func rawTarget(target string) (path, query string) {
	if scheme, rest, absolute := strings.Cut(target, "://"); absolute && isScheme(scheme) {
		target = rest[strings.IndexAny(rest+"/", "/?"):]
	}
	path, query, _ = strings.Cut(target, "?")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return escapeInvalid(path), escapeInvalid(query)
}

// isScheme distinguishes absolute-form from a path that contains a URL.
func isScheme(text string) bool {
	return text != "" && !strings.ContainsAny(text, "/?")
}

// escapeInvalid escapes the bytes that a JSON string cannot hold.
func escapeInvalid(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&out, "%%%02X", text[i])
		} else {
			out.WriteString(text[i : i+size])
		}
		i += size
	}
	return out.String()
}

// parameters are decoded; the values of one name are joined in their order. nil
// for none.
func parameters(query string) map[string]string {
	var all map[string]string
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescape(name), unescape(value)
		if all == nil {
			all = map[string]string{}
		}
		if before, again := all[name]; again {
			value = before + "," + value
		}
		all[name] = value
	}
	return all
}

// unescape leaves invalid escapes unchanged.
func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
