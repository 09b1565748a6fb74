package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// mockAPI is the command as it runs: its output line by line, its end, and how
// to end it.
type mockAPI struct {
	url    string
	lines  *bufio.Scanner
	stop   context.CancelFunc
	ended  chan error
	stderr *bytes.Buffer // to be read after the end
}

func startMockAPI(t *testing.T, args ...string) *mockAPI {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	m := &mockAPI{lines: bufio.NewScanner(reader), stop: stop, ended: make(chan error, 1), stderr: new(bytes.Buffer)}
	root := newRoot()
	root.SetArgs(append([]string{"mockapi", "--listen", "127.0.0.1:0"}, args...))
	root.SetOut(writer)
	root.SetErr(m.stderr)
	go func() {
		err := root.ExecuteContext(ctx)
		writer.Close()
		m.ended <- err
	}()
	t.Cleanup(func() { stop(); reader.Close() })
	m.url = m.line(t)
	return m
}

func (m *mockAPI) line(t *testing.T) string {
	t.Helper()
	if !m.lines.Scan() {
		t.Fatalf("the output has ended (%v)", <-m.ended)
	}
	return m.lines.Text()
}

func callFrom(t *testing.T, address, url string) int {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	client := http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// Started, called from two addresses, ended with Ctrl-C.
func TestMockAPI(t *testing.T) {
	m := startMockAPI(t, "--limit", "1/1h", "--ban", "1/1h", "--script", "/scripted=418")
	calls := []struct {
		address, path string
		status        int
		line          string // after the time of day
	}{
		{"127.0.0.101", "/orders?secret=1", 200, `127\.0\.0\.101      GET /orders  200`},
		{"127.0.0.101", "/orders", 429, `127\.0\.0\.101      GET /orders  429  over 1/1h, \S+ left; now banned for 1h`},
		{"127.0.0.101", "/orders", 403, `127\.0\.0\.101      GET /orders  403  banned, \S+ left`},
		{"127.0.0.102", "/orders", 200, `127\.0\.0\.102      GET /orders  200`},
		{"127.0.0.101", "/scripted", 418, `127\.0\.0\.101      GET /scripted  418  entry 1 of the script`},
	}
	for _, call := range calls {
		got := make(chan int, 1)
		go func() { got <- callFrom(t, call.address, m.url+call.path) }()
		if line := m.line(t); !regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3}  ` + call.line + `$`).MatchString(line) {
			t.Errorf("line %q, want %q", line, call.line)
		}
		if status := <-got; status != call.status {
			t.Errorf("%s from %s: status %d, want %d", call.path, call.address, status, call.status)
		}
	}
	m.stop()
	if err := <-m.ended; err != nil {
		t.Errorf("ended with %v, want no error", err)
	}
	want := "try: curl -i " + m.url + "/orders\n" +
		"saw 127.0.0.101: at most 3 in any span of 1h, 3 in all, 2 refused, banned 1×  (limit 1/1h:fixed:ip)\n" +
		"saw 127.0.0.102: at most 1 in any span of 1h, 1 in all, 0 refused  (limit 1/1h:fixed:ip)\n"
	if m.stderr.String() != want {
		t.Errorf("stderr %q, want %q", m.stderr, want)
	}
}

// --token-ttl is how long a token counts.
func TestMockAPITokenLifetime(t *testing.T) {
	for _, test := range []struct {
		flags []string
		want  string
	}{
		{nil, `"expires_in":3600`},
		{[]string{"--token-ttl", "30s"}, `"expires_in":30`},
	} {
		m := startMockAPI(t, append([]string{"--oauth2", "me=secret"}, test.flags...)...)
		go m.lines.Scan() // the line of the request
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"me"}, "client_secret": {"secret"}}
		response, err := http.PostForm(m.url+"/token", form)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || !strings.Contains(string(body), test.want+",") {
			t.Errorf("%q: /token gave %s (%v), want %s", test.flags, body, err, test.want)
		}
	}
}

// It keeps the limits of a spec beside its own, and answers with a status that the spec
// takes for one.
func TestMockAPIWithASpec(t *testing.T) {
	file := filepath.Join(t.TempDir(), "acme.yaml")
	text := "version: 1\nname: acme\nupstream: {url: https://api.acme.example, limits: [{requests: 1, window: 1h, per: ip}]}\n" +
		"retry: {maxAttempts: 3, retryableStatusCodes: [403, 503], rateLimit: {statusCodes: [403]}}\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	m := startMockAPI(t, "--spec", file, "--window", "sliding", "--limit", "2/1h:all")
	for _, call := range []struct {
		address string
		status  int
		why     string
	}{
		{"127.0.0.101", 200, ""}, {"127.0.0.101", 403, "over 1/1h:sliding:ip"}, {"127.0.0.102", 200, ""},
		{"127.0.0.103", 403, "over 2/1h:sliding:all"},
	} {
		got := make(chan int, 1)
		go func() { got <- callFrom(t, call.address, m.url) }()
		if line := m.line(t); !strings.Contains(line, call.why) {
			t.Errorf("line %q lacks %q", line, call.why)
		}
		if status := <-got; status != call.status {
			t.Errorf("from %s: status %d, want %d", call.address, status, call.status)
		}
	}
	m.stop()
	<-m.ended
	want := "keeps 1/1h:ip 2/1h:all\ntry: sfngen run " + file + " GET / --upstream " + m.url + "\n" + "saw 127.0.0.101: "
	if !strings.HasPrefix(m.stderr.String(), want) || strings.Count(m.stderr.String(), "\nsaw ") != 4 {
		t.Errorf("stderr %q, want %q", m.stderr, want)
	}
}

// It refuses by the rule of a spec, so that a run meets it; not where flags say how.
func TestMockAPIRefusesByARule(t *testing.T) {
	file := filepath.Join(t.TempDir(), "acme.yaml")
	text := "version: 1\nname: acme\nupstream: {url: https://api.acme.example, limits: [{requests: 1, window: 1h, per: ip}]}\n" +
		"retry: {maxAttempts: 2, rules: [{name: busy, when: {status: 200, json: {$.code: BUSY}}, is: rateLimited}]}\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args   []string
		status int
		body   string // a part of it
		rule   bool
	}{
		{nil, 200, `{"code":"BUSY"}`, true},
		{[]string{"--code", "420"}, 420, `"status": 420`, false},
		{[]string{"--body", "slow down"}, 429, "slow down", false},
	} {
		m := startMockAPI(t, append([]string{"--spec", file}, test.args...)...)
		go func() { // its lines wait for a reader
			for m.lines.Scan() {
			}
		}()
		callFrom(t, "127.0.0.1", m.url)
		response, err := http.Get(m.url)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != test.status || !strings.Contains(string(body), test.body) {
			t.Errorf("%v: %d %s, want %d %s", test.args, response.StatusCode, body, test.status, test.body)
		}
		m.stop()
		<-m.ended
		if says := strings.Contains(m.stderr.String(), "; refuses with 200, as rule busy has it\n"); says != test.rule {
			t.Errorf("%v: stderr %q", test.args, m.stderr)
		}
	}
}

// The authority's certificate is all that a client needs.
func TestMockAPIWithTLS(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	m := startMockAPI(t, "--tls", "good", "--ca", file, "--http2")
	pem, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	go m.lines.Scan() // its line waits for a reader
	response, err := (&http.Client{Transport: transport}).Get(m.url)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.Proto != "HTTP/2.0" || !strings.HasPrefix(m.url, "https://127.0.0.1:") {
		t.Errorf("%s speaks %s", m.url, response.Proto)
	}
	transport.CloseIdleConnections() // a server that ends waits a second for one of HTTP/2
	m.stop()
	<-m.ended
	if want := "try: curl -i --cacert " + file; !strings.HasPrefix(m.stderr.String(), want) {
		t.Errorf("stderr %q, want %q", m.stderr, want)
	}
}

// What it says to try shows the certificate that it wants.
func TestMockAPIClientCertificate(t *testing.T) {
	folder := t.TempDir()
	authority, certificate := filepath.Join(folder, "ca.pem"), filepath.Join(folder, "my client.pem")
	m := startMockAPI(t, "--tls", "good", "--ca", authority, "--client-certificate", certificate)
	m.stop()
	<-m.ended
	want := "try: curl -i --cacert " + authority + " --cert '" + certificate + "' https://127.0.0.1:"
	if !strings.HasPrefix(m.stderr.String(), want) {
		t.Errorf("stderr %q, want %q", m.stderr, want)
	}
}

// When nobody reads the output any more (sfngen mockapi | head -1) it ends.
func TestMockAPIWithoutReader(t *testing.T) {
	reader, writer := io.Pipe()
	reader.Close()
	var stderr bytes.Buffer
	if code := Run([]string{"mockapi", "--listen", "127.0.0.1:0"}, strings.NewReader(""), writer, &stderr); code != 2 {
		t.Errorf("exit status %d, want 2", code)
	}
}

func TestMockAPIOnABusyPort(t *testing.T) {
	m := startMockAPI(t)
	address := strings.TrimPrefix(m.url, "http://")
	code, _, stderr := run("mockapi", "--listen", address)
	if code != 2 || !strings.Contains(stderr, "is in use; end what listens there, or choose another port") {
		t.Errorf("exit status %d\n%s", code, stderr)
	}
	m.stop()
	<-m.ended
}
