package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

var devSpec = strings.NewReplacer("type: standard", "type: express", "1h", "1s", "deadline: 3h", "deadline: 2m").Replace(runSpec)

// serving is a dev session in this process.
type serving struct {
	t            *testing.T
	stop         context.CancelFunc
	ended        chan error
	stdout, logs safeBuffer
}

func startDev(t *testing.T, args ...string) (s *serving, url string) {
	t.Helper()
	return startDevTo(t, nil, args...)
}

// startDevTo gives it another stderr than s.logs.
func startDevTo(t *testing.T, stderr io.Writer, args ...string) (s *serving, url string) {
	t.Helper()
	s = &serving{t: t, ended: make(chan error, 1)}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	root := newRoot()
	root.SetArgs(append([]string{"dev", "orders.yaml", "--listen", "127.0.0.1:0"}, args...))
	root.SetOut(&s.stdout)
	root.SetErr(&s.logs)
	if stderr != nil {
		root.SetErr(stderr)
	}
	go func() { s.ended <- root.ExecuteContext(ctx) }()
	t.Cleanup(stop)
	s.until("its address", func() bool { return loopbackAddress.MatchString(s.stdout.String()) })
	return s, "http://" + loopbackAddress.FindString(s.stdout.String())
}

func (s *serving) until(what string, holds func() bool) {
	s.t.Helper()
	for range 18_000 { // 3 minutes: more than a busy machine takes
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatalf("waited in vain for %s:\n%s%s", what, s.stdout.String(), s.logs.String())
}

func (s *serving) logged(text string) {
	s.t.Helper()
	s.until(text, func() bool { return strings.Contains(s.logs.String(), text) })
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestDevServesAndReloads(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	api, _ := upstream(t, 429, 200)
	s, url := startDev(t, "--upstream", api)
	if status, body := get(t, url+"/orders"); status != 200 || body != "answer 2" {
		t.Errorf("%d %s", status, body)
	}
	s.logged("  attempt 1/3  egress 1 from 127.0.0.101  rate-limited: 429 Too Many Requests")
	s.logged("  succeeded after 2 attempts")

	write(t, "orders.yaml", strings.Replace(devSpec, "methods: [GET, POST]", "methods: [POST]", 1))
	s.logged("the spec has changed: new requests use it")
	if status, _ := get(t, url+"/orders"); status != 405 {
		t.Errorf("GET by the new spec: %d, want 405", status)
	}
	write(t, "orders.yaml", "version: 1\nname: Wrong\n")
	s.logged("the spec has errors (above): the last good one keeps running")
	if status, _ := get(t, url+"/orders"); status != 405 {
		t.Errorf("GET after a wrong spec: %d, want 405", status)
	}
	if err := os.Remove("orders.yaml"); err != nil {
		t.Fatal(err)
	}
	write(t, "orders.yaml", devSpec)
	s.until("the first spec again", func() bool { status, _ := get(t, url+"/orders"); return status == 200 })
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("dev ended with %v", err)
	}
}

// TestDevSaysTheNetwork: a network that comes with a change of the spec too.
func TestDevSaysTheNetwork(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	api, _ := upstream(t, 200)
	s, _ := startDev(t, "--upstream", api)
	if text := s.stdout.String(); strings.Contains(text, "network") {
		t.Errorf("a spec without one: %s", text)
	}
	write(t, "orders.yaml", strings.Replace(devSpec, "start: first", "start: first, network: {type: nat}", 1))
	const said = "network: here calls leave from this machine; once deployed, the API sees each egress from a new Elastic IP"
	s.until(said, func() bool { return strings.Contains(s.stdout.String(), said) })
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("dev ended with %v", err)
	}
}

// Ctrl-C lets what runs end.
func TestDevEndsWithItsRequestsAnswered(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	arrived, release := make(chan struct{}), make(chan struct{})
	api := serveSlowly(t, arrived, release)
	s, url := startDev(t, "--upstream", api)
	type answer struct {
		status int
		body   string
	}
	got := make(chan answer, 1)
	go func() { status, body := get(t, url+"/orders"); got <- answer{status, body} }()
	<-arrived
	s.stop()
	s.logged("ending: waiting for 1 request; Ctrl-C again stops it")
	close(release)
	if a := <-got; a != (answer{200, "late"}) {
		t.Errorf("the request that ran got %+v", a)
	}
	if err := <-s.ended; err != nil {
		t.Errorf("dev ended with %v", err)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("it still listens")
	}
}

func serveSlowly(t *testing.T, arrived, release chan struct{}) string {
	t.Helper()
	return slowServer(t, func(w http.ResponseWriter) {
		close(arrived)
		<-release
		io.WriteString(w, "late")
	})
}

func TestDevFiresTriggers(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	write(t, "orders.yaml", devSpec+`triggers:
  schedules: [{name: nightly, expression: rate(1 hour), request: {method: GET, path: /nightly}}]
`)
	api, calls := upstream(t, 200)
	s, url := startDev(t, "--upstream", api, "--quiet")
	if want := "schedule nightly: curl -X POST " + url + "/.sfngen/schedules/nightly\n"; !strings.Contains(s.stdout.String(), want) {
		t.Errorf("no %q in %q", want, s.stdout.String())
	}
	resp, err := http.Post(url+"/.sfngen/schedules/nightly", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	s.until("the call", func() bool { return calls.Load() == 1 })
	if resp.StatusCode != http.StatusAccepted || strings.Contains(s.logs.String(), "attempt 1") {
		t.Errorf("%d; quiet, but %q", resp.StatusCode, s.logs.String())
	}
}
