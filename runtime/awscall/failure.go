package awscall

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// UnreachableError says why there is no answer.
type UnreachableError struct {
	// Ended: the context of the call has, before the time limit of the request.
	Ended bool
	title string
	host  string
	limit time.Duration
	err   error
}

func (c *Client) unreachable(ctx context.Context, call Call, req *http.Request, err error) error {
	return &UnreachableError{ctx.Err() != nil, call.Of.Title, req.URL.Host, c.client.Timeout, err}
}

func (e *UnreachableError) Unwrap() error { return e.err }

func (e *UnreachableError) Error() string {
	var timeout net.Error
	var dns *net.DNSError
	var network *net.OpError
	switch {
	case e.Ended:
		return e.title + " has not answered within the time of the attempt"
	case errors.As(e.err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("%s (%s) has not answered within %s; a Lambda in a VPC needs a way to it", e.title, e.host, e.limit)
	case errors.As(e.err, &dns):
		return fmt.Sprintf("%s: name not resolved: %s: %s", e.title, dns.Name, dns.Err)
	case errors.As(e.err, &network):
		return fmt.Sprintf("no connection to %s (%s): %v", e.title, e.host, network.Err)
	}
	return fmt.Sprintf("the connection to %s (%s) broke", e.title, e.host)
}

// Failure reads AWS's code and message of an answer that is no success; "" where there is
// none. The code may have a namespace before it and a URI after it.
func (a Answer) Failure() (code, message string) {
	var answer struct {
		Type    string `json:"__type"`
		Code    string `json:"code"`
		Message string // or message: names of members are matched in any case
	}
	_ = json.Unmarshal(a.Body, &answer) // what is no JSON has no code
	code = cmp.Or(a.Header.Get("X-Amzn-Errortype"), answer.Type, answer.Code)
	code = code[strings.LastIndexByte(code, '#')+1:]
	code, _, _ = strings.Cut(code, ":")
	if len(code) > 64 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.") != "" {
		code = ""
	}
	return code, answer.Message
}

// IsThrottle reports whether a code of AWS, or a status, asks to come more slowly.
func IsThrottle(code string, status int) bool {
	return strings.Contains(code, "Throttl") || strings.Contains(code, "TooManyRequests") || code == "RequestLimitExceeded" ||
		code == "ProvisionedThroughputExceededException" || status == http.StatusTooManyRequests
}
