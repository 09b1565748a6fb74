// Package functionurl is the protocol of Lambda function URLs, payload format
// version 2.0: the event that a function gets for an HTTP request, and the HTTP
// response that its answer, or its failure, becomes
// (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
//
//	body, err := functionurl.ReadBody(r)
//	…
//	payload := functionurl.Event{RequestID: id, Now: now, Domain: domain}.Payload(r, body)
//	… // invoke the function
//	answer := functionurl.ReadAnswer(output, functionError)
package functionurl

import (
	"io"
	"net/http"

	"github.com/sfngen/sfngen/runtime/contract"
)

// requestLimit is the largest body, in bytes. The event around it has the same limit, so base64 leaves less.
const requestLimit = contract.PayloadLimit

// ReadBody reads the body of a request. With ok false it is not to be sent to the
// function, and the answer is the refusal. It does not request a body
// that it would refuse: a client that expects 100 gets 413 immediately (RFC 9110
// 10.1.1).
func ReadBody(r *http.Request) (body []byte, refusal Answer, ok bool) {
	if r.ContentLength > requestLimit {
		return nil, tooLarge(), false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, requestLimit+1))
	switch {
	case err != nil: // it ended too early, or broke its framing
		return nil, incomplete(), false
	case len(body) > requestLimit:
		return nil, tooLarge(), false
	}
	return body, Answer{}, true
}
