package orchestrator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// locations rewrites the fields of an answer that say where something is: what lies
// below the upstream's URL becomes a path of the function URL, so that a caller who
// goes there comes through the workflow again. Everything else passes as it came.
type locations struct {
	upstream reference
	input    string // the execution's, with the request that was answered
}

// locations is nil where nothing is to be rewritten.
func (o *Orchestrator) locations(input string) *locations {
	if o.upstream.authority == "" {
		return nil
	}
	return &locations{upstream: o.upstream, input: input}
}

// readUpstream reads Config.RewriteLocation; without one the reference is empty.
func (c Config) readUpstream() (reference, error) {
	upstream, ok := readReference(c.RewriteLocation)
	if c.RewriteLocation != "" && (!ok || upstream.origin() == "" || upstream.query != "" || upstream.fragment != "") {
		return reference{}, fmt.Errorf("config: RewriteLocation: %q is no http or https URL without query and fragment", c.RewriteLocation)
	}
	return upstream, nil
}

// values gives the values of a field, lower-case name, as they may pass.
func (l *locations) values(name string, values []string) []string {
	if l == nil || !slices.Contains([]string{"location", "content-location", "link"}, name) {
		return values
	}
	from := l.request()
	out := make([]string, len(values))
	for i, value := range values {
		if name == "link" {
			out[i] = from.link(value)
		} else {
			out[i] = from.location(value)
		}
	}
	if name != "link" { // one value by definition, which some servers send twice
		out = slices.Compact(out)
	}
	return out
}

// request reads the request. Without it there still are references that stand alone.
func (l *locations) request() requestURL {
	var input struct{ Request *struct{ Path, Query string } }
	if err := json.Unmarshal([]byte(l.input), &input); err != nil || input.Request == nil {
		return requestURL{upstream: l.upstream, url: l.upstream}
	}
	path := input.Request.Path
	r := requestURL{upstream: l.upstream, known: true, url: l.upstream, atRoot: path == "" || path == "/"}
	if !r.atRoot {
		r.url.path = strings.TrimSuffix(l.upstream.path, "/") + "/" + strings.TrimPrefix(path, "/")
	}
	if input.Request.Query != "" {
		r.url.query = "?" + input.Request.Query
	}
	return r
}

// requestURL is what the references of an answer are relative to (RFC 3986 5.1.3).
type requestURL struct {
	upstream reference
	known    bool
	url      reference // as the egress called it
	atRoot   bool      // url is the upstream's own
}

// location rewrites the value of Location or Content-Location (RFC 9110 10.2.2, 8.7).
func (u requestURL) location(value string) string {
	if value == "" {
		return value
	}
	return u.rewrite(value)
}

// rewrite gives the path of the function URL for what lies below the upstream's URL,
// and any other text back.
func (u requestURL) rewrite(text string) string {
	r, ok := readReference(text)
	standsAlone := r.scheme != "" || r.authority != "" || strings.HasPrefix(r.path, "/")
	if !ok || !u.known && !standsAlone {
		return text
	}
	r = r.resolve(u.url)
	if path, ok := u.path(r.path); ok && r.origin() == u.upstream.origin() {
		return path + r.query + r.fragment
	}
	return text
}

// path is the path of the function URL that leads to a path of the upstream; ok is
// false where none does.
func (u requestURL) path(full string) (path string, ok bool) {
	base := strings.TrimSuffix(u.upstream.path, "/")
	rest, ok := below(base, full)
	switch {
	case !ok:
		return "", false
	case rest == "" || rest == "/":
		// "/" is the upstream's URL as the spec has it, with or without a slash at its
		// end. A redirect from the one to the other must not lead back.
		same := base == "" || (rest == "/") == strings.HasSuffix(u.upstream.path, "/")
		return "/", same || !u.atRoot
	case strings.HasPrefix(rest, "//"): // another host (RFC 3986 4.2)
		return "", false
	}
	checked, err := readPath(rest)
	return rest, err == nil && !checked.reserved()
}

// below gives what follows base in a path, whole segments alone: "/v10" is not below
// "/v1".
func below(base, path string) (rest string, ok bool) {
	for base != "" {
		var want, got string
		want, base = cutSegment(base)
		if got, path = cutSegment(path); normal(want) != normal(got) {
			return "", false
		}
	}
	return path, true
}

// cutSegment cuts the first segment off, with the slash before it.
func cutSegment(path string) (segment, rest string) {
	if path == "" {
		return "", ""
	}
	end := strings.IndexByte(path[1:], '/') + 1
	if end == 0 {
		return path, ""
	}
	return path[:end], path[end:]
}

// normal is the one spelling of text that escapes in several ways (RFC 3986 6.2.2).
func normal(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' || i+2 >= len(text) {
			b.WriteByte(text[i])
			continue
		}
		escape := strings.ToUpper(text[i : i+3])
		if c := unescape(escape); isLetterOrDigit(c) || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString(escape)
		}
		i += 2
	}
	return b.String()
}

// unescape takes a right escape with digits in upper case.
func unescape(escape string) byte {
	const digits = "0123456789ABCDEF"
	return byte(strings.IndexByte(digits, escape[1])<<4 | strings.IndexByte(digits, escape[2]))
}
