package contract

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// ExecutionInput is what a function URL, a schedule or an event starts an
// execution with.
type ExecutionInput struct {
	// Trigger is the name of the schedule or event that started the execution; ""
	// for a caller, who waits for the answer and sees what it is.
	Trigger string  `json:"trigger,omitempty"`
	Request Request `json:"request"`
}

// Request is the caller's request to the upstream.
type Request struct {
	Method string `json:"method"`
	// Path is appended to the upstream's own path, as the caller escaped it.
	Path  string `json:"path"`
	Query string `json:"query,omitempty"` // raw, without "?"
	// Headers have lower-case names; several values are joined with ", "
	// (RFC 9110 5.3), as a function URL delivers them.
	Headers map[string]string `json:"headers,omitempty"`
	// Body is a JSON string (base64 when IsBase64Encoded), or any other JSON
	// value, which is sent as JSON. Absent or null: no body.
	Body            json.RawMessage `json:"body,omitempty"`
	IsBase64Encoded bool            `json:"isBase64Encoded,omitempty"`
}

// BodyBytes returns what is to be sent and whether it is JSON that came as a
// value, so that it needs a content type. The error names the field.
func (r Request) BodyBytes() (body []byte, isJSON bool, err error) {
	if len(r.Body) == 0 || string(r.Body) == "null" {
		return nil, false, nil
	}
	if !strings.HasPrefix(string(r.Body), `"`) {
		return r.Body, true, nil
	}
	var text string
	if err := json.Unmarshal(r.Body, &text); err != nil {
		return nil, false, fmt.Errorf("request.body: %w", err)
	}
	if !r.IsBase64Encoded {
		return []byte(text), false, nil
	}
	body, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, false, fmt.Errorf("request.body: isBase64Encoded is true but the body is not base64: %w", err)
	}
	return body, false, nil
}
