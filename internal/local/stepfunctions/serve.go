package stepfunctions

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A request is POST / with its action in X-Amz-Target, and has at most 1 MB
// (AWS JSON 1.0; Step Functions quotas, "Maximum request size").
const (
	targetHeader = "X-Amz-Target"
	targetPrefix = "AWSStepFunctions."
	contentType  = "application/x-amz-json-1.0"
	requestLimit = 1 << 20
)

// ServeHTTP answers one call of the API.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	body, err := s.answer(w, r)
	if err != nil {
		status, body = refusal(err)
	}
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("X-Amzn-Requestid", s.uuid())
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone
}

// answer returns an error for every failure, also a panic.
func (s *Service) answer(w http.ResponseWriter, r *http.Request) (body []byte, err error) {
	defer func() {
		if what := recover(); what != nil {
			err = internal(what)
		}
	}()
	target := r.Header.Get(targetHeader)
	name, ours := strings.CutPrefix(target, targetPrefix)
	act := actions[name]
	if r.Method != http.MethodPost || r.URL.Path != "/" || !ours || act == nil {
		return nil, unknownOperation(r.Method + " " + r.URL.Path + " " + target)
	}
	request, err := io.ReadAll(http.MaxBytesReader(w, r.Body, requestLimit))
	if err != nil {
		return nil, bodyError(err)
	}
	if err := s.admit(name); err != nil {
		return nil, err
	}
	out, err := act(r.Context(), s, request)
	if err != nil {
		return nil, err
	}
	return encode(out)
}

func bodyError(err error) error {
	var larger *http.MaxBytesError
	if errors.As(err, &larger) {
		return tooLarge()
	}
	return unreadable("The body broke off: " + err.Error())
}

// refusal is an encoded error.
func refusal(err error) (status int, body []byte) {
	var known *Error
	if !errors.As(err, &known) {
		known = internal(err)
	}
	body, _ = encode(struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}{known.namespace + "#" + known.Code, known.Message}) // strings always encode
	return known.Status, body
}
