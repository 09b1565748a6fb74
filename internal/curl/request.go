// Package curl makes requests as curl's users write them, and writes answers as
// curl shows them (https://curl.se/docs/manpage.html).
package curl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Request is what the command line says about one.
type Request struct {
	Method string // any case
	Path   string // from the root, with the query, escaped
	// Headers are "Name: value"; "Name:" takes a default away, "Name;" is one
	// without a value.
	Headers []string
	// Data are bodies as -d takes them: text, "@file" or "@-" for stdin, joined by "&";
	// line ends of files are dropped. Binary are those of --data-binary, which
	// keep every byte.
	Data, Binary []string
}

// Check finds what is wrong with a request without reading its body, and before
// anything is sent: HTTP fails with the same errors.
func (r Request) Check() error {
	r.Data, r.Binary = nil, nil
	_, err := r.HTTP(context.Background(), "http://127.0.0.1", strings.NewReader(""))
	return err
}

// HTTP makes the request to base, a URL without a path.
func (r Request) HTTP(ctx context.Context, base string, stdin io.Reader) (*http.Request, error) {
	if !strings.HasPrefix(r.Path, "/") {
		return nil, fmt.Errorf("PATH must begin with a slash, as in /orders?page=2, got %q", r.Path)
	}
	body, err := r.body(stdin)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(base + r.Path)
	if err != nil {
		return nil, fmt.Errorf("PATH %q: %w", r.Path, errors.Unwrap(err))
	}
	if target.Fragment != "" || strings.Contains(r.Path, "#") {
		return nil, fmt.Errorf("PATH %q: the part from the # on is never sent; remove it, or write %%23", r.Path)
	}
	if r.Method == "" { // net/http would send GET
		return nil, errors.New("METHOD is empty; name one, such as GET")
	}
	req, err := http.NewRequestWithContext(ctx, strings.ToUpper(r.Method), target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("METHOD %q is not one that HTTP can send", r.Method)
	}
	if len(body) == 0 {
		req.Body, req.GetBody = nil, nil // no Content-Length: 0 on a GET
	}
	return req, r.setHeaders(req.Header)
}

// Asked are the names of the headers that the user has written.
func (r Request) Asked() []string {
	var names []string
	for _, field := range r.Headers {
		if name, _, err := splitHeader(field); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// hasBody reports whether a body was given, even an empty one.
func (r Request) hasBody() bool { return len(r.Data)+len(r.Binary) > 0 }

// setHeaders begins with curl's defaults.
func (r Request) setHeaders(h http.Header) error {
	h.Set("Accept", "*/*")
	h.Set("User-Agent", "sfngen")
	if r.hasBody() {
		h.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	seen := map[string]bool{}
	for _, field := range r.Headers {
		name, value, err := splitHeader(field)
		if err != nil {
			return err
		}
		key := http.CanonicalHeaderKey(name)
		switch {
		case value == "" && !strings.HasSuffix(field, ";"):
			h[key] = nil // keeps net/http from adding its own
		case seen[key]:
			h.Add(name, value)
		default:
			h.Set(name, value)
		}
		seen[key] = true
	}
	return nil
}

func splitHeader(field string) (name, value string, err error) {
	if name, found := strings.CutSuffix(field, ";"); found && !strings.Contains(name, ":") {
		return name, "", nil
	}
	name, value, found := strings.Cut(field, ":")
	if !found || strings.TrimSpace(name) == "" {
		return "", "", fmt.Errorf("-H %q: a header is written as 'Name: value'", field)
	}
	if strings.ContainsAny(field, "\r\n\x00") {
		return "", "", fmt.Errorf("-H %q: a header has one line", field)
	}
	return strings.TrimSpace(name), strings.TrimSpace(value), nil
}

func (r Request) body(stdin io.Reader) ([]byte, error) {
	var parts [][]byte
	for _, text := range r.Data {
		part, isFile, err := read("-d", text, stdin)
		if err != nil {
			return nil, err
		}
		if isFile {
			part = dropLineEnds(part)
		}
		parts = append(parts, part)
	}
	for _, text := range r.Binary {
		part, _, err := read("--data-binary", text, stdin)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return bytes.Join(parts, []byte("&")), nil
}

// dropLineEnds works on bytes: a file need not be text.
func dropLineEnds(text []byte) []byte {
	return slices.DeleteFunc(text, func(b byte) bool { return b == '\r' || b == '\n' })
}

// mostRead is more than a function URL accepts or sends, so its own refusal shows;
// longer bodies are not read.
const mostRead = 8 << 20

func read(flag, text string, stdin io.Reader) (part []byte, isFile bool, err error) {
	name, isFile := strings.CutPrefix(text, "@")
	if !isFile {
		return []byte(text), false, nil
	}
	source := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, true, fmt.Errorf("%s %s: %w", flag, text, err)
		}
		defer file.Close()
		source = file
	}
	part, err = io.ReadAll(io.LimitReader(source, mostRead+1))
	switch {
	case err != nil:
		return nil, true, fmt.Errorf("%s %s: %w", flag, text, err)
	case len(part) > mostRead:
		return nil, true, fmt.Errorf("%s %s: the body is over %d MB; the function URL takes 6 MB", flag, text, mostRead>>20)
	}
	return part, true, nil
}

// Note warns about a common mistake in the request; "" without one.
func (r Request) Note() string {
	for _, field := range r.Headers {
		if name, _, _ := strings.Cut(field, ":"); strings.EqualFold(strings.TrimSpace(name), "content-type") {
			return ""
		}
	}
	for _, text := range append(r.Data, r.Binary...) {
		if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
			return "the body looks like JSON, but -d sends application/x-www-form-urlencoded, as curl does; add -H 'content-type: application/json'"
		}
	}
	return ""
}
