package functionurl

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Answer is an HTTP response: a function's, or a refusal.
type Answer struct {
	Status  int
	Header  http.Header // without hop-by-hop fields
	Cookies []string
	Body    []byte
}

// response is payload format version 2.0 of the answer.
type response struct {
	StatusCode      *json.Number    `json:"statusCode"`
	Headers         map[string]any  `json:"headers"`
	Cookies         []string        `json:"cookies"`
	Body            json.RawMessage `json:"body"`
	IsBase64Encoded bool            `json:"isBase64Encoded"`
}

// ReadAnswer reads the result of an invocation: its payload, and which kind of
// error of the function it is, "" for none.
func ReadAnswer(payload []byte, functionError string) Answer {
	if functionError != "" {
		return failed(payload)
	}
	answer, err := parseAnswer(payload)
	if err != nil {
		return BadGateway()
	}
	return answer
}

// failed is the answer for a function that failed, crashed or ran out of time.
func failed(report []byte) Answer {
	var r struct{ ErrorType string }
	_ = json.Unmarshal(report, &r) // what cannot be read is no time-out
	if r.ErrorType == "Sandbox.Timedout" {
		return timedOut()
	}
	return BadGateway()
}

// parseAnswer fails with the reason why a payload is no HTTP response.
func parseAnswer(payload []byte) (Answer, error) {
	if !json.Valid(payload) {
		return Answer{}, errors.New("it is not JSON")
	}
	var status struct {
		StatusCode json.RawMessage `json:"statusCode"`
	}
	if json.Unmarshal(payload, &status) != nil || status.StatusCode == nil {
		return plainAnswer(payload), nil
	}
	var r response
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	if err := decoder.Decode(&r); err != nil {
		return Answer{}, err
	}
	return r.answer()
}

// plainAnswer is the answer of a function that does not use the response format: a
// string is the body, anything else is sent as JSON.
func plainAnswer(payload []byte) Answer {
	var body bytes.Buffer
	var text string
	if json.Unmarshal(payload, &text) == nil && !bytes.Equal(bytes.TrimSpace(payload), []byte("null")) {
		body.WriteString(text)
	} else if err := json.Compact(&body, payload); err != nil {
		panic(err) // it is valid
	}
	return Answer{Status: http.StatusOK, Header: http.Header{}, Body: body.Bytes()}
}

func (r response) answer() (Answer, error) {
	status, err := r.status()
	if err != nil {
		return Answer{}, err
	}
	header, err := r.header()
	if err != nil {
		return Answer{}, err
	}
	body, err := r.body()
	if err != nil {
		return Answer{}, err
	}
	for _, cookie := range r.Cookies {
		if !contract.IsFieldValue(cookie) {
			return Answer{}, errors.New("a cookie has control characters")
		}
	}
	return Answer{Status: status, Header: header, Cookies: r.Cookies, Body: body}, nil
}

// status is that of a final response: 1xx cannot be one.
func (r response) status() (int, error) {
	if r.StatusCode != nil {
		if status, err := strconv.Atoi(r.StatusCode.String()); err == nil && status >= 200 && status <= 599 {
			return status, nil
		}
	}
	return 0, errors.New("statusCode is not a number from 200 to 599")
}

func (r response) header() (http.Header, error) {
	header := http.Header{}
	for name, value := range r.Headers {
		text := fmt.Sprint(value)
		switch value.(type) {
		case string, json.Number, bool:
		default:
			return nil, fmt.Errorf("header %s is neither text nor a number", name)
		}
		if !contract.IsToken(name) || !contract.IsFieldValue(text) {
			return nil, fmt.Errorf("header %q cannot be sent", name)
		}
		header.Add(name, text)
	}
	for name := range hopByHop(header) {
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
		return nil, errors.New("body is not a string")
	}
	if !r.IsBase64Encoded {
		return []byte(text), nil
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("body is marked as base64 but is not: %w", err)
	}
	return body, nil
}

// Fill adds the answer's fields to the header of a response to a method, and
// returns its body. What the front end has written stays: of a field for CORS that the
// function sends too there are two (Lambda developer guide, "Cross-origin resource
// sharing (CORS)"), and there is one request id.
func (a Answer) Fill(header http.Header, method string) (body []byte) {
	for name, values := range a.Header {
		if name != "X-Amzn-Requestid" {
			header[name] = append(header[name], values...)
		}
	}
	for _, cookie := range a.Cookies {
		header.Add("Set-Cookie", cookie)
	}
	if a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
		return nil
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	if len(a.Body) > 0 || method != http.MethodHead {
		header.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	if method == http.MethodHead {
		return nil
	}
	return a.Body
}
