package mockapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// startHandler serves a handler on another server than the API's own.
func startHandler(t testing.TB, handler http.Handler) (url string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func TestListenAddresses(t *testing.T) {
	const notHere = "must be a loopback address such as 127.0.0.1 or [::1], got %q: this is a test server, other machines must not reach it"
	tests := []struct{ address, err string }{
		{"127.0.0.1:0", ""},
		{"localhost:0", ""},
		{"127.0.0.7:0", ""},
		{"[::1]:0", ""},
		{"0.0.0.0:0", strings.Replace(notHere, "%q", `"0.0.0.0:0"`, 1)},
		{":8429", strings.Replace(notHere, "%q", `":8429"`, 1)},
		{"192.0.2.1:8429", strings.Replace(notHere, "%q", `"192.0.2.1:8429"`, 1)},
		{"example.com:80", strings.Replace(notHere, "%q", `"example.com:80"`, 1)},
		{"8429", `must be HOST:PORT such as 127.0.0.1:8429, got "8429"`},
	}
	for _, test := range tests {
		listener, err := Listen(test.address)
		diff(t, test.address, test.err, message(err))
		if err == nil {
			listener.Close()
		}
	}
}

func TestBusyPort(t *testing.T) {
	first, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, err = Listen(first.Addr().String())
	_, port, _ := net.SplitHostPort(first.Addr().String())
	diff(t, "error", "port "+port+" of 127.0.0.1 is in use; end what listens there, or choose another port (0 takes any free one)",
		message(err))
}

func TestServeRefuses(t *testing.T) {
	api := mustNew(t, Config{}, newWorld().environment())
	diff(t, "no listener", "there is no listener to serve on", message(api.Serve(t.Context())))
	open := elsewhere{Listener: listenHere(t)}
	err := api.Serve(t.Context(), open)
	if !strings.Contains(message(err), `got "192.0.2.1:80": this is a test server`) {
		t.Errorf("another address: %v", err)
	}
	if _, err := open.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is left open: %v", err)
	}
}

type elsewhere struct{ net.Listener }

func (elsewhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80} }

func listenHere(t testing.TB) net.Listener {
	t.Helper()
	listener, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func TestListenerThatBreaks(t *testing.T) {
	api := mustNew(t, Config{}, newWorld().environment())
	good, broken := listenHere(t), listenHere(t)
	broken.Close()
	if err := api.Serve(t.Context(), good, broken); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve: %v, want that the listener is closed", err)
	}
	if _, err := good.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the other listener is left open: %v", err)
	}
}

func TestSeveralListeners(t *testing.T) {
	api := mustNew(t, Config{Limits: []Limit{twoIn10s}}, newWorld().environment())
	four, six := listenHere(t), listenHere(t)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- api.Serve(ctx, four, six) }()
	var got []int
	for _, listener := range []net.Listener{four, six, four} {
		got = append(got, mustCall(t, from(t, "127.0.0.1"), "GET", "http://"+listener.Addr().String(), "").status)
	}
	stop()
	diff(t, "Serve", nil, <-served)
	diff(t, "one limit for all", []int{200, 200, 429}, got)
}

// At shutdown, delayed answers are sent, and hanging ones are cut off.
func TestEndWithRequestsInFlight(t *testing.T) {
	tests := []struct {
		path string
		want string
	}{
		{"/delay/1h", "200"},
		{"/drip/1h", "200"},
		{"/fault/hang", "EOF"},
		{"/fault/half-hang", "unexpected EOF"},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			world := newWorld()
			world.frozen, world.asleep = true, make(chan struct{}, dripParts)
			env := world.environment()
			env.Answered = func(r Request) {
				if r.Fault == FaultHang || r.Fault == FaultHalfHang {
					world.asleep <- struct{}{}
				}
			}
			listener := listenHere(t)
			ctx, stop := context.WithCancel(t.Context())
			served := make(chan error, 1)
			go func() { served <- mustNew(t, Config{}, env).Serve(ctx, listener) }()
			go func() {
				<-world.asleep
				stop()
			}()
			got := outcome(from(t, "127.0.0.1"), "http://"+listener.Addr().String()+test.path)
			if !strings.HasSuffix(got, test.want) {
				t.Errorf("the client got %q, want %q", got, test.want)
			}
			diff(t, "Serve", nil, <-served)
		})
	}
}

// outcome is the status of a whole answer, else the error.
func outcome(client *http.Client, url string) string {
	response, err := client.Get(url)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	if _, err := io.ReadAll(response.Body); err != nil {
		return err.Error()
	}
	return response.Status[:3]
}

// An egress forwards the Origin of its caller; a page has a browser.
func TestOriginsOfCallersAndOfPages(t *testing.T) {
	url := start(t, mustNew(t, Config{}, newWorld().environment()))
	for agent, want := range map[string]int{"sfngen-egress": 200, "Mozilla/5.0 (X11)": 403} {
		got := mustCall(t, http.DefaultClient, "GET", url, "", "Origin", "https://shop.example", "User-Agent", agent).status
		diff(t, agent, want, got)
	}
}
