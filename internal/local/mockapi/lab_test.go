package mockapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world has a clock that a test moves, sleeps that take no time, and random values
// that the test sets.
type world struct {
	mu      sync.Mutex
	now     time.Time
	slept   []time.Duration
	chances []float64
	frozen  bool // sleeps last until they are cancelled
	asleep  chan struct{}
}

func newWorld(chances ...float64) *world {
	return &world{now: noon, chances: chances, asleep: make(chan struct{}, 1)}
}

func (w *world) environment() Environment {
	return Environment{Now: w.Now, Sleep: w.Sleep, Random: w.Random}
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) Sleep(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	w.slept = append(w.slept, d)
	frozen := w.frozen
	w.mu.Unlock()
	if frozen {
		w.asleep <- struct{}{}
		<-ctx.Done()
	}
	return ctx.Err()
}

func (w *world) Random() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := w.chances[0]
	w.chances = w.chances[1:]
	return next
}

func mustNew(t testing.TB, cfg Config, env Environment) *API {
	t.Helper()
	api, err := New(cfg, env)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// start serves the API until the test's end.
func start(t testing.TB, api *API) (url string) {
	t.Helper()
	listener, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- api.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return api.Scheme() + "://" + listener.Addr().String()
}

// from is a client that calls from this address, a new connection each time, and
// follows no redirect.
func from(t testing.TB, address string) *http.Client {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	transport := &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// answered is an answer, read completely.
type answered struct {
	status int
	header http.Header
	body   string
}

func mustCall(t testing.TB, client *http.Client, method, url, body string, fields ...string) answered {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{response.StatusCode, response.Header, string(content)}
}

// statuses calls n times in sequence.
func statuses(t testing.TB, client *http.Client, url string, times int) []int {
	t.Helper()
	var all []int
	for range times {
		all = append(all, mustCall(t, client, "GET", url, "").status)
	}
	return all
}

// call is one request without a socket.
func call(t testing.TB, api *API, method, target, body string) answered {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:4711"
	w := httptest.NewRecorder()
	api.Handler().ServeHTTP(w, r)
	return answered{w.Code, w.Header(), w.Body.String()}
}

func decode(t testing.TB, text string) (out echo) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

func diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
