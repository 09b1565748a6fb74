package lambda

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/sfngen/sfngen/internal/local/guard"
)

// apiVersion is the only version of the Runtime API.
const apiVersion = "/2018-06-01"

// phase is the state of a runtime, known from its API calls.
type phase string

const (
	initializing phase = "Init"
	waiting      phase = "Ready"     // in GET next
	running      phase = "Running"   // has an invocation
	answering    phase = "Answering" // is sending its answer
	answered     phase = "Answered"  // has sent it, and not called next yet
	failed       phase = "InitError"
)

// runtimeAPI is the Lambda Runtime API of one sandbox. It answers to that sandbox
// alone: other processes could take its invocations.
type runtimeAPI struct {
	server *guard.Server
	key    guard.Key

	ready      chan struct{} // the runtime requests an invocation
	initErrors chan []byte
	work       chan *handed

	mu      sync.Mutex
	phase   phase
	current *handed
}

// handed is an invocation that the runtime is working on.
type handed struct {
	invocation
	answers chan answer // at most one
}

// answer is the runtime's, err one of the function.
type answer struct {
	payload []byte
	err     error
}

func listen() (*runtimeAPI, error) {
	api := &runtimeAPI{
		key:   guard.NewKey(),
		ready: make(chan struct{}, 1), initErrors: make(chan []byte, 1), work: make(chan *handed, 1),
		phase: initializing,
	}
	var err error
	api.server, err = guard.Open("127.0.0.1:0", guard.Door{
		Name: "this Runtime API", Handler: api.routes(), Key: api.key, Carrier: guard.InPath,
	})
	return api, err
}

// address is for AWS_LAMBDA_RUNTIME_API: what a runtime puts between http:// and the
// version of the API.
func (a *runtimeAPI) address() string { return a.server.Address() + "/" + a.key.Secret() }

// Call close when the process is gone.
func (a *runtimeAPI) close() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = a.server.Close(ctx) // what was open is closed
}

func (a *runtimeAPI) routes() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET "+apiVersion+"/runtime/invocation/next", a.next)
	routes.HandleFunc("POST "+apiVersion+"/runtime/invocation/{id}/response", a.response)
	routes.HandleFunc("POST "+apiVersion+"/runtime/invocation/{id}/error", a.invocationError)
	routes.HandleFunc("POST "+apiVersion+"/runtime/init/error", a.initError)
	return routes
}

// hand gives the runtime its next invocation.
func (a *runtimeAPI) hand(i invocation) *handed {
	select { // a runtime that called next twice
	case <-a.ready:
	default:
	}
	h := &handed{invocation: i, answers: make(chan answer, 1)}
	a.work <- h
	return h
}

func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	if !a.move(w, waiting, initializing, answered) {
		return
	}
	select {
	case a.ready <- struct{}{}:
	default: // it has asked before, and given up
	}
	select {
	case h := <-a.work:
		a.mu.Lock()
		a.current, a.phase = h, running
		a.mu.Unlock()
		h.write(w)
	case <-r.Context().Done(): // gave up; it may ask again
		a.move(w, answered, waiting)
	}
}

// write is the answer to GET next (developer guide, "Next invocation").
func (h *handed) write(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", h.requestID)
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(h.deadline.UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", h.arn)
	header.Set("Lambda-Runtime-Trace-Id", h.traceID)
	_, _ = w.Write(h.payload) // the exit shows that a runtime is gone
}

func (a *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	a.take(w, r, func(payload []byte) answer {
		if r.Trailer.Get("Lambda-Runtime-Function-Error-Type") == "" {
			return answer{payload: payload}
		}
		// A stream that failed is not an answer.
		body, err := base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body"))
		if err != nil {
			body = payload
		}
		return answer{err: reported(body)}
	})
}

func (a *runtimeAPI) invocationError(w http.ResponseWriter, r *http.Request) {
	a.take(w, r, func(payload []byte) answer { return answer{err: reported(payload)} })
}

// take accepts one answer for the running invocation.
func (a *runtimeAPI) take(w http.ResponseWriter, r *http.Request, read func([]byte) answer) {
	h := a.invocation()
	if h == nil || r.PathValue("id") != h.requestID {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	if !a.move(w, answering, running) {
		return
	}
	payload, err := readAnswer(r.Body)
	if err != nil {
		a.move(w, running, answering)
		refuse(w, http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
		return
	}
	a.move(w, answered, answering)
	if len(payload) > ResponseLimit {
		h.answers <- answer{err: responseTooLarge()}
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
			fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", ResponseLimit))
		return
	}
	h.answers <- read(payload)
	accept(w)
}

// readAnswer keeps one byte more than the limit, and reads to the end: a client
// that is still sending would miss the response.
func readAnswer(body io.Reader) ([]byte, error) {
	payload, err := io.ReadAll(io.LimitReader(body, ResponseLimit+1))
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, body)
	return payload, err
}

func (a *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	if !a.move(w, failed, initializing) {
		return
	}
	payload, err := readAnswer(r.Body)
	if err != nil {
		refuse(w, http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
		return
	}
	a.initErrors <- payload
	accept(w)
}

func (a *runtimeAPI) invocation() *handed {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.current
}

// move goes to another phase, or refuses a call in the wrong order.
func (a *runtimeAPI) move(w http.ResponseWriter, to phase, from ...phase) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, allowed := range from {
		if a.phase == allowed {
			a.phase = to
			return true
		}
	}
	refuse(w, http.StatusForbidden, "InvalidStateTransition",
		fmt.Sprintf("State transition from %s to %s failed for runtime. Error: State transition is not allowed", a.phase, to))
	return false
}

func accept(w http.ResponseWriter) {
	writeJSON(w, http.StatusAccepted, map[string]string{"status": "OK"})
}

// refuse answers with the error shape of the API's specification.
func refuse(w http.ResponseWriter, status int, errorType, message string) {
	writeJSON(w, status, map[string]string{"errorType": errorType, "errorMessage": message})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the exit shows that a runtime is gone
}
