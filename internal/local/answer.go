package local

import (
	"encoding/json"
	"net/http"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Answer is an answer of the function URL.
type Answer struct {
	Method, Path string      // as they came, without the query
	Query        string      // of the request, raw
	Header       http.Header // of the request
	StatusCode   int
	RetryAfter   string // that field of the answer; "" for none
	// Execution is the name of its execution; "" if the request was refused before
	// one started, or was for a trigger.
	Execution string
	// ClientGone says that the client had disconnected.
	ClientGone bool
}

// observed reports each answer to observe; nil: to nothing.
func observed(next http.Handler, observe func(Answer)) http.Handler {
	if observe == nil {
		return next
	}
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		seen := &statusWriter{ResponseWriter: out}
		next.ServeHTTP(seen, in)
		observe(Answer{
			Method: in.Method, Path: in.URL.EscapedPath(), Query: in.URL.RawQuery, Header: in.Header, StatusCode: seen.status,
			RetryAfter: out.Header().Get("Retry-After"),
			Execution:  out.Header().Get(contract.HeaderExecution),
			ClientGone: in.Context().Err() != nil,
		})
	})
}

// statusWriter records the final status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// UpstreamHeaders are the names, in lower case, of the headers of the API's last answer,
// as an egress has reported them; none where there is no such answer.
func UpstreamHeaders(r engine.Result) []string {
	report := r.Output
	if r.Status != event.Succeeded {
		var cause contract.Cause
		_ = json.Unmarshal([]byte(r.Cause), &cause) // what is no report has no headers
		report = reported(cause.ErrorMessage)
	}
	var names []string
	for name := range member(member(report, "response"), "headers").Members() {
		names = append(names, name)
	}
	return names
}

// reported is the failure of a report in either form (contract.Report).
func reported(message string) jsonvalue.Value {
	report, _ := jsonvalue.ParseString(message) // what is no report is no object
	if report.Kind() == jsonvalue.Array && report.Len() == 3 {
		return report.Index(2)
	}
	return report
}

// member is null where there is none.
func member(v jsonvalue.Value, name string) jsonvalue.Value {
	if v.Kind() != jsonvalue.Object {
		return jsonvalue.Value{}
	}
	found, _ := v.Get(name)
	return found
}
