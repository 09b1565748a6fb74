package run

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// Ended is called before the API reports the end, so one more 202 may come; a 202
// of the upstream itself is the answer.
func TestCollectAsksUntilTheAnswerIsThere(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/.sfngen/executions/x")
		if asked.Add(1) == 3 {
			w.Header().Set("X-Sfngen-Attempts", "1")
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(server.Close)
	answer, err := (&watch{transport: http.DefaultTransport}).collect(t.Context(), server.URL)
	if err != nil || answer.StatusCode != http.StatusAccepted || answer.Header.Get("X-Sfngen-Attempts") != "1" || asked.Load() != 3 {
		t.Errorf("%+v after %d questions, %v", answer, asked.Load(), err)
	}
}
