package orchestrator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/sfngen/sfngen/runtime/contract"
)

// answer is what the caller gets, and what the log says about it.
type answer struct {
	status   int
	headers  map[string]string // lower-case names
	cookies  []string
	body     string
	isBase64 bool

	execution       string // its name; "" when there is none
	executionStatus string
	errorName       string
	attempts        []contract.Attempt // nil when they are not known
	problem         string             // its slug
	cause           error              // for the operator
}

// forward is the upstream's answer as the caller's.
func forward(r contract.Response, attempts []contract.Attempt, l *locations) (answer, *problem) {
	if r.StatusCode < 200 || r.StatusCode > 599 {
		return answer{}, upstreamProtocol.problem(fmt.Sprintf(
			"The upstream answered with status %d, which is not one of 200 to 599.", r.StatusCode))
	}
	headers, cookies := passable(r.Headers, l)
	if r.CutFrom > 0 {
		headers[contract.HeaderTruncated] = strconv.FormatInt(r.CutFrom, 10)
	}
	if egress := answeringEgress(attempts); egress > 0 {
		headers[contract.HeaderEgress] = strconv.Itoa(egress)
	}
	return answer{
		status: r.StatusCode, headers: headers, cookies: cookies,
		body: r.Body, isBase64: r.IsBase64Encoded, attempts: attempts,
	}, nil
}

// passable joins the values of each header that may pass (RFC 9110 5.3).
// Cookies cannot be joined: a function URL takes them separately.
func passable(upstream map[string][]string, l *locations) (headers map[string]string, cookies []string) {
	headers = map[string]string{}
	hopByHop := contract.HopByHop(valuesOf(upstream, "connection")...)
	for _, key := range slices.Sorted(maps.Keys(upstream)) {
		name, values := strings.ToLower(key), upstream[key]
		switch {
		case name == "set-cookie":
			cookies = append(cookies, values...)
		case hopByHop[name]:
		case name == "content-length": // the function URL sets it
		case strings.HasPrefix(name, contract.ReservedHeaders):
		default:
			headers[name] = strings.Join(l.values(name, values), ", ")
		}
	}
	return headers, cookies
}

// valuesOf are those of a field, whatever the case of its name.
func valuesOf(fields map[string][]string, name string) []string {
	var all []string
	for key, values := range fields {
		if strings.EqualFold(key, name) {
			all = append(all, values...)
		}
	}
	return all
}

// answeringEgress is the egress of the last attempt with a status: later ones have no
// answer, or were not started.
func answeringEgress(attempts []contract.Attempt) int {
	for _, a := range slices.Backward(attempts) {
		if a.StatusCode != 0 {
			return a.Egress
		}
	}
	return 0
}

// dropCORS drops what a function URL with CORS says itself.
func (a answer) dropCORS(keepExposed bool) {
	maps.DeleteFunc(a.headers, func(name, _ string) bool {
		return strings.HasPrefix(name, "access-control-") && !(keepExposed && name == "access-control-expose-headers")
	})
}

// response is the answer in the function URL's form. An answer to HEAD, and one
// with 204 or 304, has no content (RFC 9110 9.3.2, 6.4.1).
func (a answer) response(method string) events.LambdaFunctionURLResponse {
	headers := maps.Clone(a.headers)
	if a.execution != "" {
		headers[contract.HeaderExecution] = a.execution
	}
	if len(a.attempts) > 0 {
		headers[contract.HeaderAttempts] = strconv.Itoa(len(a.attempts))
	}
	out := events.LambdaFunctionURLResponse{StatusCode: a.status, Headers: headers, Cookies: a.cookies}
	if method != http.MethodHead && a.status != http.StatusNoContent && a.status != http.StatusNotModified {
		out.Body, out.IsBase64Encoded = a.body, a.isBase64
	}
	return out
}

// bodyOf is the body of the orchestrator's own answers: JSON and a line break, so that
// a terminal's prompt is on the next line.
func bodyOf(value any) string {
	text, err := encodeJSON(value)
	if err != nil { // a struct of text and numbers
		text = []byte("{}")
	}
	return string(text) + "\n"
}
