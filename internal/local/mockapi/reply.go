package mockapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// reply is the decided answer.
type reply struct {
	code    int   // 0 with a fault: 200 if a status is sent at all
	fault   Fault // in place of a whole answer
	header  http.Header
	latency time.Duration // before the answer; for a drip, over its body
	why     string
	isToken bool // it is the token endpoint's, decided when the request's body is read
	// content builds the body, and its size or -1, from the echo of the request;
	// nil sends the echo.
	content func(echo []byte) (io.Reader, int64)
}

const (
	keptBody = 64 << 10 // of a request's body
	maxBody  = 64 << 20
)

// readBody reads the whole body, because some clients read no answer before they
// have sent it, and records the first part.
func (a *API) readBody(noted *Request, w http.ResponseWriter, r *http.Request) error {
	whole := http.MaxBytesReader(w, r.Body, maxBody)
	start, err := io.ReadAll(io.LimitReader(whole, keptBody))
	size := int64(len(start))
	if err == nil {
		var rest int64
		rest, err = io.Copy(io.Discard, whole)
		size += rest
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	noted.Body, noted.BodySize = start, size
	a.journal.grow(noted, len(start))
	return err
}

// brokenBody is the reply to a body that was incomplete or too long.
func brokenBody(err error) reply {
	code := http.StatusBadRequest
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		code = http.StatusRequestEntityTooLarge
	}
	return reply{code: code, why: "the request's body: " + err.Error()}
}

// wait delays an answer. When the server ends, it returns early; the error says
// that the client has disconnected.
func (a *API) wait(r *http.Request, d time.Duration) error {
	if d > 0 {
		ctx, stop := untilServerEnds(r)
		defer stop()
		a.env.Sleep(ctx, d) // its error is that of ctx
	}
	return r.Context().Err()
}

// servingKey has, in a request's context, the context that ends with the server.
type servingKey struct{}

// untilServerEnds returns a context that ends when the client disconnects or the
// server ends.
func untilServerEnds(r *http.Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	serving, ok := r.Context().Value(servingKey{}).(context.Context)
	if !ok {
		return ctx, cancel
	}
	stop := context.AfterFunc(serving, cancel)
	return ctx, func() { stop(); cancel() }
}

// answer sends the decided answer.
func (a *API) answer(w http.ResponseWriter, r *http.Request, noted *Request, out reply) {
	status := out.status()
	a.settle(noted, status, out.fault, out.why)
	if status == 0 {
		breakOff(w, r, out.fault)
	}
	echo := echoOf(noted, status, out.why)
	w.Header().Set("Content-Type", "application/json")
	for name, values := range out.header {
		w.Header()[name] = values
	}
	switch out.fault {
	case "":
		send(w, status, out, echo)
	case FaultDrip:
		writeHead(w, status, int64(len(echo)))
		a.drip(w, r, echo, out.latency)
	default:
		writeHead(w, status, int64(len(echo)))
		sendHalf(w, r, out.fault, echo)
	}
}

// status is the status that is sent, 0 for none.
func (out reply) status() int {
	switch out.fault {
	case "":
		return out.code
	case FaultDrip, FaultHalf, FaultHalfReset, FaultHalfHang:
		return http.StatusOK
	}
	return 0
}

func send(w http.ResponseWriter, status int, out reply, echo []byte) {
	if status < 200 {
		w.WriteHeader(status)
		status = http.StatusOK
	}
	body, size := io.Reader(bytes.NewReader(echo)), int64(len(echo))
	if out.content != nil {
		body, size = out.content(echo)
	}
	writeHead(w, status, size)
	io.Copy(w, body) // if the client disconnects, there is nobody to answer
}

func writeHead(w http.ResponseWriter, status int, size int64) {
	if size >= 0 && status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	}
	w.WriteHeader(status)
}

// echo is the JSON that shows a client what was received, and why it got this
// answer.
type echo struct {
	Status        int                 `json:"status"`
	Why           string              `json:"why,omitempty"`
	Request       int                 `json:"request"` // its number
	Method        string              `json:"method"`
	Path          string              `json:"path"`
	Query         string              `json:"query,omitempty"`
	Host          string              `json:"host"`
	Address       string              `json:"address"` // the source IP
	Protocol      string              `json:"protocol"`
	Credential    string              `json:"credential,omitempty"`
	Headers       map[string][]string `json:"headers"`
	Body          *string             `json:"body,omitempty"`       // valid UTF-8
	BodyBase64    []byte              `json:"bodyBase64,omitempty"` // else
	BodySize      int64               `json:"bodySize"`
	BodyTruncated bool                `json:"bodyTruncated,omitempty"` // after 64 KiB
}

func echoOf(q *Request, status int, why string) []byte {
	out := echo{
		Status: status, Why: why, Request: q.Number, Method: q.Method, Path: q.Path, Query: q.Query,
		Host: q.Host, Address: q.Address, Protocol: q.Proto, Credential: contract.FieldText(q.Credential), Headers: contract.FieldTexts(q.Header),
		BodySize: q.BodySize, BodyTruncated: q.BodySize > int64(len(q.Body)),
	}
	switch {
	case len(q.Body) == 0:
	case utf8.Valid(q.Body):
		text := string(q.Body)
		out.Body = &text
	default:
		out.BodyBase64 = q.Body
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	encoder.Encode(out) // strings and numbers into memory: it cannot fail
	return text.Bytes()
}
