package orchestrator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/sfngen/sfngen/runtime/contract"
)

// run is one execution to start.
type run struct {
	name  string
	input string // a contract.ExecutionInput as JSON
	choice
}

// newRun checks the caller's request and makes an execution of it. Its errors
// are problems.
func (o *Orchestrator) newRun(event events.LambdaFunctionURLRequest, path callerPath) (run, error) {
	method := event.RequestContext.HTTP.Method
	if !slices.Contains(o.cfg.Methods, method) {
		return run{}, notAllowed(method, o.cfg.Methods)
	}
	text, isBase64, err := readBody(event)
	if err != nil {
		return run{}, err
	}
	input, err := executionInput(contract.Request{
		Method:          method,
		Path:            path.escaped,
		Query:           escapeQuery(event.RawQueryString),
		Headers:         o.forwarded(event),
		IsBase64Encoded: isBase64,
	}, text)
	if err != nil {
		return run{}, err
	}
	name, err := o.nameFor(event)
	return run{name: name, input: input}, err
}

func notAllowed(method string, allowed []string) *problem {
	list := strings.Join(allowed, ", ")
	p := methodNotAllowed.problem(fmt.Sprintf("%s is not allowed here. Allowed: %s.", method, list))
	p.headers = map[string]string{"allow": list}
	return p
}

// nameFor takes the function URL's own id of the request, so that its log lines
// and the execution share one name.
func (o *Orchestrator) nameFor(event events.LambdaFunctionURLRequest) (string, error) {
	if id := event.RequestContext.RequestID; id != "" {
		return safeName(id), nil
	}
	name, err := o.randomName()
	if err != nil {
		return "", workflowUnavailable.problem("The execution could not be named.").because(err)
	}
	return name, nil
}

// forwarded picks the headers that may pass: what Connection names may not (RFC 9110
// 7.6.1). Cookies come separately from the other
// headers (Lambda, "Request payload format") and go on as one (RFC 6265 5.4).
func (o *Orchestrator) forwarded(event events.LambdaFunctionURLRequest) map[string]string {
	headers := map[string]string{}
	hopByHop := contract.HopByHop(headerOf(event, "connection"))
	for name, value := range event.Headers {
		name = strings.ToLower(name)
		if slices.Contains(o.cfg.ForwardHeaders, name) && !hopByHop[name] {
			headers[name] = value
		}
	}
	if len(event.Cookies) > 0 && slices.Contains(o.cfg.ForwardHeaders, "cookie") {
		headers["cookie"] = strings.Join(event.Cookies, "; ")
	}
	return headers
}

// readBody gives the body as text, or as base64 when it is binary; "" when there is
// none. It may have 6 MB, so it is not copied where it can stay as it came.
func readBody(event events.LambdaFunctionURLRequest) (text string, isBase64 bool, err error) {
	text = event.Body
	if event.IsBase64Encoded {
		data, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return "", false, invalidBody.problem("The body is marked as base64 but is not: " + err.Error() + ".")
		}
		text = string(data)
	}
	switch {
	case isText(text):
		return text, false, nil
	case event.IsBase64Encoded:
		return event.Body, true, nil
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), true, nil
}

// isText also refuses control characters: JSON writes each in six bytes.
func isText(text string) bool {
	control := func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }
	return utf8.ValidString(text) && !strings.ContainsFunc(text, control)
}

// requestEnvelope is what an execution input has around its request, bodyEnvelope what
// a request has around the text of its body.
const (
	requestEnvelope = len(`{"request":}`)
	bodyEnvelope    = len(`,"body":""`)
)

// executionInput is the request with this body as JSON. A body that does not fit is
// only counted: as JSON it may take several times the memory that the Lambda has.
func executionInput(request contract.Request, body string) (string, error) {
	beside := 0
	if size := bodyEnvelope + escapedSize(body); size > contract.RequestLimit {
		beside, body = size, ""
	}
	input, err := encodeInput(request, body)
	if err != nil {
		return "", workflowUnavailable.problem("The request could not be written as JSON.").because(err)
	}
	if size := len(input) - requestEnvelope + beside; size > contract.RequestLimit {
		return "", requestTooLarge.problem(fmt.Sprintf(
			"The request takes %d bytes as JSON, and the workflow can carry %d. Binary bodies grow by a third.", size, contract.RequestLimit))
	}
	return string(input), nil
}

func encodeInput(request contract.Request, body string) (input []byte, err error) {
	if body != "" {
		if request.Body, err = encodeJSON(body); err != nil {
			return nil, err
		}
	}
	return encodeJSON(contract.ExecutionInput{Request: request})
}

// escapedSize is the length of text within a JSON string, as encodeJSON writes it.
func escapedSize(text string) int {
	size := 0
	for i, r := range text {
		switch {
		case r == '"', r == '\\', r == '\n', r == '\r', r == '\t', r == '\b', r == '\f':
			size += 2
		case r < ' ', r == '\u2028', r == '\u2029', r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			size += 6
		default:
			size += utf8.RuneLen(r)
		}
	}
	return size
}

// encodeJSON is json.Marshal without HTML escaping, which writes each <, > and & of
// a body in six bytes.
func encodeJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// headerOf reads a header in any case: a function URL sends lower case, somebody who
// invokes the Lambda by hand may not.
func headerOf(event events.LambdaFunctionURLRequest, name string) string {
	for key, value := range event.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}
