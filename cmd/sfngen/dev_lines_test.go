package main

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Whatever a caller got can be found in the lines, and the totals at the end.
func TestDevTellsWhatEachCallerGot(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	api, _ := upstream(t, 429, 200, 404)
	s, url := startDev(t, "--upstream", api)
	for range 2 {
		get(t, url+"/orders?page=2&token=secret")
	}
	for _, refused := range []struct{ method, path, origin string }{
		{"DELETE", "/orders", ""},
		{"POST", "/.sfngen/schedules/none", ""},
		{"GET", "/page", "https://evil.example"},
	} {
		req, _ := http.NewRequest(refused.method, url+refused.path, nil)
		if refused.origin != "" {
			req.Header.Set("Origin", refused.origin)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	for _, line := range []string{
		`[0-9a-f]{8}  GET /orders\?page,token`,
		`[0-9a-f]{8}    the API said: answer 3`,
		`[0-9a-f]{8}  answered 404`,
		`-         DELETE /orders  405 Method Not Allowed`,
		`-         POST /\.sfngen/schedules/none  404 Not Found`,
		`-         GET /page  403 Forbidden`,
	} {
		form := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d\.\d{3} ` + line + `$`)
		s.until(line, func() bool { return form.MatchString(s.logs.String()) })
	}
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("dev ended with %v", err)
	}
	want := " -         ended: 5 requests: 1 succeeded, 1 failed, 3 refused, 3 attempts, rate-limited: egress 1 1×\n"
	if !strings.HasSuffix(s.logs.String(), want) || strings.Contains(s.logs.String(), "ending:") ||
		strings.Contains(s.logs.String(), "secret") {
		t.Errorf("the end is not %q:\n%s", want, s.logs.String())
	}
}

// A spec that is no file any more leaves the last one running, and is told of
// once; a greeting that has changed is shown again.
func TestDevSaysWhenTheSpecIsGone(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	api, _ := upstream(t, 200)
	s, url := startDev(t, "--upstream", api)
	become := func(what func() error) {
		t.Helper()
		if err := os.Remove("orders.yaml"); err != nil {
			t.Fatal(err)
		}
		if err := what(); err != nil {
			t.Fatal(err)
		}
	}
	become(func() error { return os.Mkdir("orders.yaml", 0o777) })
	s.logged("the spec cannot be read (read orders.yaml: no longer a regular file): the last good one keeps running")
	become(func() error { return os.WriteFile("orders.yaml", []byte(devSpec), 0o666) })
	s.logged("the spec is back, unchanged")
	become(func() error {
		file, err := os.Create("orders.yaml")
		if err != nil {
			return err
		}
		defer file.Close()
		return file.Truncate(3 << 30) // it takes no room on the disk
	})
	s.logged("the spec cannot be read (read orders.yaml: 3072 MB are no spec): the last good one keeps running")
	if status, _ := get(t, url); status != 200 {
		t.Errorf("status %d, want 200 by the last good one", status)
	}
	become(func() error {
		return os.WriteFile("orders.yaml",
			[]byte(devSpec+"triggers: {schedules: [{name: nightly, expression: rate(1 hour), request: {method: GET, path: /}}]}\n"), 0o666)
	})
	s.logged("the spec has changed")
	want := "orders on " + url + " calls " + api + "\nschedule nightly: curl -X POST " + url + "/.sfngen/schedules/nightly\n"
	s.until("the greeting again", func() bool { return strings.HasSuffix(s.stdout.String(), want) })
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("dev ended with %v", err)
	}
}

func TestDevOnABusyPort(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	s, url := startDev(t)
	code, _, stderr := run("dev", "orders.yaml", "--listen", strings.TrimPrefix(url, "http://"))
	if code != 2 || !strings.Contains(stderr, " is in use; end what listens there, or choose another port (0 takes any free one)") {
		t.Errorf("exit status %d\n%s", code, stderr)
	}
	s.stop()
	<-s.ended
}

func TestDevBeyondLoopbackSaysSoAndShowsAUsableURL(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	api, _ := upstream(t, 200)
	s, url := startDev(t, "--upstream", api, "--listen", "0.0.0.0:0")
	s.logged("note: it listens beyond this machine (")
	if status, _ := get(t, url); status != 200 || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Errorf("%s: %d", url, status)
	}
	s.stop()
	<-s.ended
}

// Nobody reads: a pipe whose other end is open and idle, a terminal with Ctrl-S.
func TestDevServesAndEndsWithoutAReader(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	api, _ := upstream(t, 200)
	idle, writer := io.Pipe()
	t.Cleanup(func() { idle.Close() })
	s, url := startDevTo(t, writer, "--upstream", api)
	for range 20 {
		if status, _ := get(t, url); status != 200 {
			t.Errorf("status %d", status)
		}
	}
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("dev ended with %v", err)
	}
}
