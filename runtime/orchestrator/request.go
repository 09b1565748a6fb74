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
}

// newRun checks the caller's request and makes an execution of it. Its errors
// are problems.
func (o *Orchestrator) newRun(event events.LambdaFunctionURLRequest, path callerPath) (run, error) {
	method := event.RequestContext.HTTP.Method
	if !slices.Contains(o.cfg.Methods, method) {
		return run{}, notAllowed(method, o.cfg.Methods)
	}
	body, isBase64, err := readBody(event)
	if err != nil {
		return run{}, err
	}
	input, err := executionInput(contract.Request{
		Method:          method,
		Path:            path.escaped,
		Query:           escapeQuery(event.RawQueryString),
		Headers:         o.forwarded(event),
		Body:            body,
		IsBase64Encoded: isBase64,
	})
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
	perConnection := connectionOptions([]string{headerOf(event, "connection")})
	for name, value := range event.Headers {
		name = strings.ToLower(name)
		if slices.Contains(o.cfg.ForwardHeaders, name) && !slices.Contains(perConnection, name) {
			headers[name] = value
		}
	}
	if len(event.Cookies) > 0 && slices.Contains(o.cfg.ForwardHeaders, "cookie") {
		headers["cookie"] = strings.Join(event.Cookies, "; ")
	}
	return headers
}

// readBody gives the body as the contract wants it: a JSON string of text, or
// of base64 when it is binary; nil when there is none.
func readBody(event events.LambdaFunctionURLRequest) (body json.RawMessage, isBase64 bool, err error) {
	data := []byte(event.Body)
	if event.IsBase64Encoded {
		if data, err = base64.StdEncoding.DecodeString(event.Body); err != nil {
			return nil, false, invalidBody.problem("The body is marked as base64 but is not: " + err.Error() + ".")
		}
	}
	if len(data) == 0 {
		return nil, false, nil
	}
	text := string(data)
	if isBase64 = !isText(data); isBase64 {
		text = base64.StdEncoding.EncodeToString(data)
	}
	body, err = encodeJSON(text)
	return body, isBase64, err
}

// isText also refuses control characters: JSON writes each in six bytes.
func isText(data []byte) bool {
	control := func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }
	return utf8.Valid(data) && !bytes.ContainsFunc(data, control)
}

// requestEnvelope is what an execution input has around its request.
const requestEnvelope = len(`{"request":}`)

func executionInput(request contract.Request) (string, error) {
	input, err := encodeJSON(contract.ExecutionInput{Request: request})
	if err != nil {
		return "", workflowUnavailable.problem("The request could not be written as JSON.").because(err)
	}
	if size := len(input) - requestEnvelope; size > contract.RequestLimit {
		return "", requestTooLarge.problem(fmt.Sprintf(
			"The request takes %d bytes as JSON, and the workflow can carry %d. Binary bodies grow by a third.", size, contract.RequestLimit))
	}
	return string(input), nil
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
