package curl

import (
	"encoding/base64"
	"net/http"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// RequestRecord is what was sent, for a record in JSON.
type RequestRecord struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"` // path and query
	Headers http.Header `json:"headers"`
	Bytes   int64       `json:"bytes"` // of its body
}

// RecordOf is the record of a request.
func RecordOf(r *http.Request) RequestRecord {
	return RequestRecord{Method: r.Method, URL: r.URL.RequestURI(), Headers: contract.FieldTexts(r.Header), Bytes: max(0, r.ContentLength)}
}

// AnswerRecord is an answer; Body is base64 when IsBase64Encoded.
type AnswerRecord struct {
	StatusCode      int         `json:"statusCode"`
	Headers         http.Header `json:"headers"`
	Body            string      `json:"body"`
	IsBase64Encoded bool        `json:"isBase64Encoded"`
}

// Record is the record of an answer.
func (a Answer) Record() *AnswerRecord {
	r := &AnswerRecord{StatusCode: a.StatusCode, Headers: contract.FieldTexts(a.Header), Body: string(a.Body)}
	if !utf8.Valid(a.Body) {
		r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString(a.Body), true
	}
	return r
}
