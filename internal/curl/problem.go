package curl

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"

	"github.com/sfngen/sfngen/internal/term/printable"
)

// Problem is the answer in one line: its status and, for a problem of RFC 9457, title and
// detail: 405 Method not allowed: DELETE is not allowed here.
func (a Answer) Problem() string {
	var p struct{ Title, Detail string }
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if kind != "application/problem+json" || json.Unmarshal(a.Body, &p) != nil || p.Title == "" {
		p.Title = http.StatusText(a.StatusCode)
	}
	text := fmt.Sprintf("%d %s", a.StatusCode, p.Title)
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	return printable.Line(text)
}
