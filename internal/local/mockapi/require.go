package mockapi

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Requirement is a header field or a query parameter that a request has to have; else it
// is answered 401. Several of one name: any of their values is right.
type Requirement struct {
	Query bool // a parameter of the query; else a header field
	Name  string
	Value Text
}

// Text is a text, or where it is: env:VARIABLE or file:PATH, which is read with each
// request, without a line end, so that a changed file is a changed key.
type Text string

// read is false where it cannot be read.
func (t Text) read() (string, bool) {
	if name, ok := strings.CutPrefix(string(t), "env:"); ok {
		return os.LookupEnv(name)
	}
	path, ok := strings.CutPrefix(string(t), "file:")
	if !ok {
		return string(t), true
	}
	text, err := os.ReadFile(path)
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), err == nil
}

func (t Text) is(text string) bool {
	want, ok := t.read()
	return ok && want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(text)) == 1
}

// ParseRequiredHeader reads 'NAME: VALUE', as curl does. No error repeats the value.
func ParseRequiredHeader(text string) (Requirement, error) {
	name, value, ok := strings.Cut(text, ":")
	r := Requirement{Name: name, Value: Text(strings.TrimSpace(value))}
	if !ok {
		return r, errors.New("must be 'NAME: VALUE', such as 'authorization: Bearer dev'")
	}
	return r, r.validate()
}

// ParseRequiredQuery reads NAME=VALUE, neither of them encoded.
func ParseRequiredQuery(text string) (Requirement, error) {
	name, value, ok := strings.Cut(text, "=")
	r := Requirement{Query: true, Name: name, Value: Text(value)}
	if !ok {
		return r, errors.New("must be NAME=VALUE, such as api_key=dev")
	}
	return r, r.validate()
}

func (r Requirement) validate() error {
	value, ok := r.Value.read()
	switch {
	case !r.Query && !contract.IsToken(r.Name), r.Name == "":
		return errors.New("must begin with a name")
	case !ok:
		return fmt.Errorf("%s: the value cannot be read: there is no such variable or file", r.Name)
	case value == "":
		return fmt.Errorf("%s: the value is empty", r.Name)
	case !r.Query && !contract.IsFieldValue(value):
		return fmt.Errorf("%s: the value must not hold control characters", r.Name)
	}
	return nil
}

func (r Requirement) label() string {
	if r.Query {
		return "parameter " + r.Name
	}
	return "header " + strings.ToLower(r.Name)
}

// refuseStranger is the answer to a request that does not show what is required.
func (a *API) refuseStranger(q *Request, target *url.URL) (reply, bool) {
	why := a.stranger(q, target.Query())
	if why == "" {
		return reply{}, false
	}
	out := reply{code: http.StatusUnauthorized, why: why, header: http.Header{}}
	if a.cfg.OAuth2.ClientID != "" {
		out.header.Set("WWW-Authenticate", `Bearer error="invalid_token"`) // RFC 6750 3.1
	}
	return out, true
}

// stranger says what of a request is not as it is required; "" when all is. It repeats no
// value.
func (a *API) stranger(q *Request, query url.Values) string {
	right, wrong := map[string]bool{}, map[string]string{}
	for _, r := range a.cfg.Require {
		values := q.Header.Values(r.Name)
		if r.Query {
			values = query[r.Name]
		}
		label := r.label()
		switch {
		case len(values) == 0:
			wrong[label] = label + " is missing"
		case len(values) > 1:
			wrong[label] = label + " is there twice"
		case r.Value.is(values[0]):
			right[label] = true
		default:
			wrong[label] = label + " has another value"
		}
	}
	for _, r := range a.cfg.Require {
		if !right[r.label()] {
			return wrong[r.label()]
		}
	}
	return a.tokenProblem(q)
}
