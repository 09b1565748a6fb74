package functionurl

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

// answer is the function's checked answer.
type answer struct {
	status  int
	header  http.Header // without hop-by-hop fields
	cookies []string
	body    []byte
}

// response is payload format version 2.0 of the answer.
type response struct {
	StatusCode      *json.Number    `json:"statusCode"`
	Headers         map[string]any  `json:"headers"`
	Cookies         []string        `json:"cookies"`
	Body            json.RawMessage `json:"body"`
	IsBase64Encoded bool            `json:"isBase64Encoded"`
}

// readAnswer returns a *functionError or a *badAnswer if there is no response.
func readAnswer(result lambda.Result) (answer, error) {
	if result.FunctionError != "" {
		return answer{}, newFunctionError(result)
	}
	if !json.Valid(result.Payload) {
		return answer{}, badAnswer("it is not JSON")
	}
	var status struct {
		StatusCode json.RawMessage `json:"statusCode"`
	}
	if json.Unmarshal(result.Payload, &status) != nil || status.StatusCode == nil {
		return plainAnswer(result.Payload), nil
	}
	var r response
	decoder := json.NewDecoder(bytes.NewReader(result.Payload))
	decoder.UseNumber()
	if err := decoder.Decode(&r); err != nil {
		return answer{}, badAnswer(err.Error())
	}
	return r.answer()
}

// plainAnswer is the answer of a function that does not use the response format: a
// string is the body, anything else is sent as JSON.
func plainAnswer(payload []byte) answer {
	var body bytes.Buffer
	var text string
	if json.Unmarshal(payload, &text) == nil && !bytes.Equal(bytes.TrimSpace(payload), []byte("null")) {
		body.WriteString(text)
	} else if err := json.Compact(&body, payload); err != nil {
		panic(err) // it is valid
	}
	return answer{status: http.StatusOK, header: http.Header{}, body: body.Bytes()}
}

func (r response) answer() (answer, error) {
	status, err := r.status()
	if err != nil {
		return answer{}, err
	}
	header, err := r.header()
	if err != nil {
		return answer{}, err
	}
	body, err := r.body()
	if err != nil {
		return answer{}, err
	}
	for _, cookie := range r.Cookies {
		if !isFieldValue(cookie) {
			return answer{}, badAnswer("a cookie has control characters")
		}
	}
	return answer{status: status, header: header, cookies: r.Cookies, body: body}, nil
}

// status is that of a final response: 1xx cannot be one.
func (r response) status() (int, error) {
	if r.StatusCode != nil {
		if status, err := strconv.Atoi(r.StatusCode.String()); err == nil && status >= 200 && status <= 599 {
			return status, nil
		}
	}
	return 0, badAnswer("statusCode is not a number from 200 to 599")
}

func (r response) header() (http.Header, error) {
	header := http.Header{}
	for name, value := range r.Headers {
		text := fmt.Sprint(value)
		switch value.(type) {
		case string, json.Number, bool:
		default:
			return nil, badAnswer("header " + name + " is neither text nor a number")
		}
		if !isFieldName(name) || !isFieldValue(text) {
			return nil, badAnswer(fmt.Sprintf("header %q cannot be sent", name))
		}
		header.Add(name, text)
	}
	for name := range connectionHeaders(header) {
		header.Del(name)
	}
	header.Del("Content-Length") // of the body, perhaps before base64
	return header, nil
}

func (r response) body() ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	var text string
	if err := json.Unmarshal(r.Body, &text); err != nil {
		return nil, badAnswer("body is not a string")
	}
	if !r.IsBase64Encoded {
		return []byte(text), nil
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, badAnswer("body is marked as base64 but is not: " + err.Error())
	}
	return body, nil
}

// write lets the function URL set the CORS fields if it has CORS.
func (a answer) write(w http.ResponseWriter, method string, ownCORS bool) {
	header := w.Header()
	for name, values := range a.header {
		switch {
		case ownCORS && strings.HasPrefix(name, "Access-Control-"):
		case name == "Vary":
			header[name] = append(header[name], values...)
		case name != "X-Amzn-Requestid":
			header[name] = values
		}
	}
	for _, cookie := range a.cookies {
		header.Add("Set-Cookie", cookie)
	}
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		w.WriteHeader(a.status)
		return
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	if len(a.body) > 0 || method != http.MethodHead {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client may be gone; net/http sends nothing to HEAD
}
