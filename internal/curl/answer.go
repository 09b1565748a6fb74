package curl

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Answer is a response, read completely.
type Answer struct {
	Proto      string
	StatusCode int
	Header     http.Header
	Body       []byte
}

// ErrTooLong reports a body larger than a function URL sends (Lambda quotas,
// "Invocation payload": 6 MB; a spec has none that stream).
var ErrTooLong = fmt.Errorf("its body is over %d MB, and a function URL answers with 6 MB at most: is it the function URL that answers?",
	mostRead>>20)

// Read reads a response to its end and closes it. It fails with ErrTooLong if the
// body is too long.
func Read(r *http.Response) (Answer, error) {
	defer r.Body.Close()
	body, err := io.ReadAll(io.LimitReader(r.Body, mostRead+1))
	if err == nil && len(body) > mostRead {
		body, err = nil, ErrTooLong
	}
	return Answer{Proto: r.Proto, StatusCode: r.StatusCode, Header: r.Header, Body: body}, err
}

// Write writes the body unchanged, and before it the status and the headers if
// requested.
func (a Answer) Write(w io.Writer, include bool) error {
	out := bufio.NewWriter(w)
	if include {
		fmt.Fprintf(out, "%s %d %s\r\n", a.Proto, a.StatusCode, http.StatusText(a.StatusCode))
		for _, name := range slices.Sorted(maps.Keys(a.Header)) {
			for _, value := range a.Header[name] {
				fmt.Fprintf(out, "%s: %s\r\n", name, value)
			}
		}
		out.WriteString("\r\n")
	}
	out.Write(a.Body)
	return out.Flush()
}

// Show is Write for a terminal: it ends the body's last line, so that the next
// message or the prompt begins on its own, and its headers are text.
func (a Answer) Show(w io.Writer, include bool) error {
	a.Header = contract.FieldTexts(a.Header)
	if len(a.Body) > 0 && a.Body[len(a.Body)-1] != '\n' {
		a.Body = append(slices.Clone(a.Body), '\n')
	}
	return a.Write(w, include)
}

// IsText reports whether a terminal can show the body.
func (a Answer) IsText() bool {
	return utf8.Valid(a.Body) && !slices.Contains(a.Body, 0)
}
