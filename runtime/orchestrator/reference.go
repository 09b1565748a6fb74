package orchestrator

import "strings"

// reference is a URI reference in the parts of RFC 3986 appendix B, each as it was
// written and with what introduces it: a part that is not there is "".
type reference struct {
	scheme    string // without its colon
	authority string // "//host:443"
	path      string
	query     string // "?page=2"
	fragment  string // "#top"
}

// readReference splits a reference; ok is false for what is none (RFC 3986 4.1).
// All but the host may have more than the RFC allows, as servers send it and browsers
// take it (URL Standard): spaces, quotes, braces, letters beyond ASCII, and in queries
// and fragments, which APIs read in their own ways, lonely percent signs.
func readReference(text string) (r reference, ok bool) {
	text, r.fragment = cutBefore(strings.Trim(text, " "), "#")
	text, r.query = cutBefore(text, "?")
	if colon := strings.IndexByte(text, ':'); colon >= 0 && !strings.Contains(text[:colon], "/") {
		if r.scheme = text[:colon]; !isScheme(r.scheme) {
			return reference{}, false
		}
		text = text[colon+1:]
	}
	if rest, has := strings.CutPrefix(text, "//"); has {
		host, path := cutBefore(rest, "/")
		r.authority, text = "//"+host, path
	}
	r.path = text
	return r, isHostText(r.authority) && isPlain(r.path) && hasRightEscapes(r.path) && isPlain(r.query) && isPlain(r.fragment)
}

// cutBefore cuts at the first of marks, which stays with what follows it.
func cutBefore(text, marks string) (before, from string) {
	if i := strings.IndexAny(text, marks); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

func isScheme(text string) bool {
	return text != "" && !isDigit(text[0]) && strings.IndexByte("+-.", text[0]) < 0 &&
		strings.IndexFunc(text, func(r rune) bool { return r > '~' || !isLetterOrDigit(byte(r)) && !strings.ContainsRune("+-.", r) }) < 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isHostText reports whether a host has only what one may have, and right escapes. Letters
// beyond ASCII pass: servers send them.
func isHostText(text string) bool {
	return isPlain(text) && !strings.ContainsAny(text, " \"<>^`{|}") && hasRightEscapes(text)
}

func hasRightEscapes(text string) bool {
	for i := range len(text) {
		if text[i] == '%' && (i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2])) {
			return false
		}
	}
	return true
}

// isPlain: a backslash is a slash to browsers, and none to others.
func isPlain(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) < 0
}

// resolve gives what r means where base is the URL of the request (RFC 3986 5.2.2).
func (r reference) resolve(base reference) reference {
	switch {
	case r.scheme != "":
		r.path = removeDotSegments(r.path)
		return r
	case r.authority != "":
		r.path = removeDotSegments(r.path)
	case r.path == "":
		if r.path = base.path; r.query == "" {
			r.query = base.query
		}
	case strings.HasPrefix(r.path, "/"):
		r.path = removeDotSegments(r.path)
	default: // 5.2.3
		directory := base.path[:strings.LastIndexByte(base.path, '/')+1]
		if directory == "" {
			directory = "/"
		}
		r.path = removeDotSegments(directory + r.path)
	}
	r.scheme = base.scheme
	if r.authority == "" {
		r.authority = base.authority
	}
	return r
}

// removeDotSegments takes an absolute path (RFC 3986 5.2.4).
func removeDotSegments(path string) string {
	var kept []string
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch {
		case segment == "..":
			kept = kept[:max(len(kept)-1, min(len(kept), 1))]
		case segment != ".":
			kept = append(kept, segment)
			continue
		}
		if last {
			kept = append(kept, "")
		}
	}
	return strings.Join(kept, "/")
}

// origin is scheme, host and port in one spelling (RFC 3986 6.2.2.1, 6.2.3); "" where
// there is no host, or user info, which is part of no origin that sfngen calls.
func (r reference) origin() string {
	host, port := strings.ToLower(strings.TrimPrefix(r.authority, "//")), ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], strings.TrimLeft(host[i+1:], "0")
	}
	scheme := strings.ToLower(r.scheme)
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	if host == "" || port == "" || strings.Contains(r.authority, "@") {
		return ""
	}
	return scheme + "://" + host + ":" + port
}
