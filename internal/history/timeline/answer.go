package timeline

import (
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// answerOf is the upstream's answer to the attempt of this record. A report may
// carry that of an attempt before it: what is forwarded when one is not started.
func answerOf(report contract.Failure, record contract.Attempt) *contract.Response {
	if report.Response == nil || record.StatusCode == 0 || report.Response.StatusCode != record.StatusCode {
		return nil
	}
	return report.Response
}

// RequestID is the vendor's name for a call, which their support asks for, and the
// header that has it.
type RequestID struct{ Header, Value string }

func (r RequestID) String() string { return r.Header + ": " + r.Value }

// requestID is the first of an answer.
func requestID(r contract.Response) RequestID {
	for _, name := range contract.RequestIDHeaders {
		if values := r.Headers[name]; len(values) > 0 && values[0] != "" {
			return RequestID{name, values[0]}
		}
	}
	return RequestID{}
}

// saidLimit is more than a line shows, in bytes.
const saidLimit = 1024

func beginning(r contract.Response) string {
	switch {
	case r.IsBase64Encoded:
		return ""
	case len(r.Body) <= saidLimit:
		return r.Body
	}
	n := saidLimit
	for !utf8.RuneStart(r.Body[n]) {
		n--
	}
	return r.Body[:n]
}

// location is where a redirect leads (RFC 9110 10.2.2).
func location(r contract.Response) string {
	if r.StatusCode < 300 || r.StatusCode > 399 {
		return ""
	}
	return strings.Join(r.Headers["location"], ", ")
}
