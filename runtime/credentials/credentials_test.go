package credentials

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"crypto/tls"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/egress"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// lab is a store and a clock that a test moves, and credentials of them.
type lab struct {
	mu      sync.Mutex
	texts   map[Reference]string
	fails   error
	fetches int
	now     time.Time
	log     bytes.Buffer
	// during runs while a fetch is under way.
	during func(ctx context.Context)

	reconnects int
}

func newLab() *lab { return &lab{now: noon, texts: map[Reference]string{}} }

func (l *lab) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *lab) pass(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.now.Add(d)
}

func (l *lab) set(name, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.texts[Reference{Secret: name}] = text
}

func (l *lab) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fails = err
}

func (l *lab) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fetches
}

// Fetch implements Store.
func (l *lab) Fetch(ctx context.Context, r Reference) (string, error) {
	if l.during != nil {
		l.during(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fetches++
	if l.fails != nil {
		return "", l.fails
	}
	text, ok := l.texts[r]
	if !ok {
		return "", &egress.CredentialError{Reason: r.Name() + ": it does not exist"}
	}
	return text, nil
}

func (l *lab) env(number int) egress.CredentialEnvironment {
	return egress.CredentialEnvironment{
		Egress: number, Getenv: func(string) string { return "" }, Dialer: &egress.Dialer{}, TLS: &tls.Config{},
		Now: l.clock, Log: slog.New(slog.NewTextHandler(&l.log, nil)), Reconnect: func() { l.reconnects++ },
	}
}

func (l *lab) open(t testing.TB, c Config, number int) egress.Credentials {
	t.Helper()
	if c.TTL == 0 {
		c.TTL = 5 * time.Minute
	}
	c.Store = func(egress.CredentialEnvironment) (Store, error) { return l, nil }
	opened, err := c.Open(l.env(number))
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func secretOf(name, key, prefix string) []Reference {
	return []Reference{{Secret: name, Key: key, Prefix: prefix}}
}

func request(t testing.TB, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func present(t testing.TB, c egress.Credentials) (*http.Request, egress.Presented) {
	t.Helper()
	req := request(t, "https://api.example/x?a=b")
	shown, err := c.Present(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return req, shown
}

func diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestPresentAddsFieldsAndParameters(t *testing.T) {
	l := newLab()
	l.set("acme", `{"user":"ann-1","token":"t0p&secret"}`)
	l.set("plain", "k=1 2")
	c := l.open(t, Config{
		Headers: []Field{{"authorization", secretOf("acme", "token", "Bearer ")}, {"x-user", secretOf("acme", "user", "")}},
		Query:   []Field{{"api key", secretOf("plain", "", "")}},
	}, 1)
	diff(t, "fetches of Open", 0, l.count())
	req := request(t, "https://api.example/x?a=b&api%20key=mine&api+key=mine&c;api%20key=mine;d&;")
	req.Header["authorization"] = []string{"of the caller"}
	req.Header["X-User"] = []string{"of the caller", "twice"}
	if _, err := c.Present(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	diff(t, "header", http.Header{"Authorization": {"Bearer t0p&secret"}, "X-User": {"ann-1"}}, req.Header)
	diff(t, "query", "a=b&c;d&;&api%20key=k%3D1%202", req.URL.RawQuery)
	diff(t, "fetches", 2, l.count())
	diff(t, "HasHeader", []bool{true, true, false}, []bool{c.HasHeader("AUTHORIZATION"), c.HasHeader("x-user"), c.HasHeader("x-other")})
}

func TestAListGivesEachEgressItsOwn(t *testing.T) {
	l := newLab()
	for _, name := range []string{"key-1", "key-2", "key-3"} {
		l.set(name, "value of "+name)
	}
	of := []Reference{{Secret: "key-1"}, {Secret: "key-2"}, {Secret: "key-3"}}
	for number := 1; number <= 3; number++ {
		req, _ := present(t, l.open(t, Config{Headers: []Field{{"x-key", of}}}, number))
		diff(t, "key", fmt.Sprintf("value of key-%d", number), req.Header.Get("X-Key"))
	}
	diff(t, "fetches", 3, l.count())
	c := Config{Headers: []Field{{"x-key", of}}, TTL: 1}
	if _, err := c.Open(l.env(4)); err == nil || !strings.Contains(err.Error(), "x-key has no reference for egress 4, it has 3") {
		t.Errorf("got %v", err)
	}
}

func TestAValueIsKeptForItsTTL(t *testing.T) {
	l := newLab()
	l.set("acme", "first")
	c := l.open(t, Config{Headers: []Field{{"x-key", secretOf("acme", "", "")}}, TTL: time.Minute}, 1)
	key := func() string { req, _ := present(t, c); return req.Header.Get("X-Key") }
	diff(t, "key", "first", key())
	l.set("acme", "second")
	l.pass(time.Minute - 1)
	diff(t, "key within the TTL", "first", key())
	diff(t, "fetches", 1, l.count())
	l.pass(1)
	diff(t, "key after it", "second", key())
	diff(t, "fetches", 2, l.count())
}

func TestAnOldValueServesWhileTheStoreFails(t *testing.T) {
	l := newLab()
	l.set("acme", "first")
	c := l.open(t, Config{Headers: []Field{{"x-key", secretOf("acme", "", "")}}, TTL: time.Minute}, 1)
	key := func() string { req, _ := present(t, c); return req.Header.Get("X-Key") }
	key()
	l.fail(&egress.CredentialError{Reason: "secret acme: throttled", Again: true})
	l.pass(time.Minute)
	for range 3 {
		diff(t, "key", "first", key())
	}
	diff(t, "fetches", 2, l.count())
	diff(t, "lines", 1, strings.Count(l.log.String(), "an older value serves: secret acme: throttled"))
	l.pass(stalePause)
	key()
	diff(t, "lines", 2, strings.Count(l.log.String(), "older value"))
	l.fail(nil)
	l.set("acme", "") // half way through a rotation
	l.pass(stalePause)
	diff(t, "key", "first", key())
	l.set("acme", "second")
	l.pass(stalePause)
	diff(t, "key", "second", key())
}

func TestWhatCannotGoOut(t *testing.T) {
	tests := []struct{ name, key, text, reason string }{
		{"empty", "", "", "its value is empty"},
		{"a line break", "", "secret-1\n", "its value ends with a line break, which no header can have: store it without (printf, not echo)"},
		{"two lines", "", "secret-1\r\nx-admin: 1", "its value has a control character, or is no text: no header can have it"},
		{"spaces", "", " secret-1", "its value has spaces at its ends: store it without"},
		{"short", "", "abc", "its value has fewer than 4 bytes: that is no secret and cannot be masked; write it into the spec"},
		{"long", "", strings.Repeat("a", 8<<10+1), "its value is longer than 8 KiB, which no server takes of a header"},
		{"not UTF-8", "", "secret\xff", "its value has a control character, or is no text: no header can have it"},
		{"no JSON", "token", "secret-1", `it is no JSON object, so it has no key "token"; store one, or leave key out`},
		{"a list", "token", `["secret-1"]`, `it is no JSON object, so it has no key "token"; store one, or leave key out`},
		{"null", "token", `null`, `it is no JSON object, so it has no key "token"; store one, or leave key out`},
		{"half a JSON", "token", `{"token":"secret-1"`, `it is no JSON object, so it has no key "token"; store one, or leave key out`},
		{"no such key", "token", `{"Token":"secret-1"}`, `its JSON has no key "token"`},
		{"a number", "token", `{"token":123456}`, `the value of its key "token" is no text: write it in quotes`},
		{"a null", "token", `{"token":null}`, `the value of its key "token" is no text: write it in quotes`},
		{"an empty member", "token", `{"token":""}`, "its value is empty"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab()
			l.set("acme", test.text)
			c := l.open(t, Config{Headers: []Field{{"x-key", secretOf("acme", test.key, "")}}}, 1)
			req := request(t, "https://api.example/")
			_, err := c.Present(t.Context(), req)
			want := &egress.CredentialError{Reason: "secret acme: " + test.reason}
			diff(t, "error", any(want), any(err))
			diff(t, "header", http.Header{}, req.Header)
		})
	}
}

func TestConfigsThatCannotBeRight(t *testing.T) {
	key := secretOf("acme", "", "")
	tests := []struct {
		name string
		Config
		want string
	}{
		{"no TTL", Config{}, "Config.TTL must be more than 0"},
		{"no header", Config{TTL: 1, Headers: []Field{{"x y", key}}}, `"x y" cannot be set`},
		{"the host", Config{TTL: 1, Headers: []Field{{"host", key}}}, `"host" cannot be set`},
		{"twice", Config{TTL: 1, Headers: []Field{{"x-key", key}, {"x-key", key}}}, `"x-key" is given twice`},
		{"no parameter", Config{TTL: 1, Query: []Field{{"", key}}}, "is empty or given twice"},
		{"nothing", Config{TTL: 1, Headers: []Field{{"x-key", nil}}}, "x-key has no reference for egress 1, it has 0"},
		{"both", Config{TTL: 1, Headers: []Field{{"x-key", []Reference{{Secret: "a", Parameter: "b"}}}}}, "one of Secret, Parameter and Text"},
		{"no store", Config{TTL: 1, Headers: []Field{{"x-key", key}}}, "Config.Store must be set"},
		{"no token", Config{TTL: 1, OAuth2: &OAuth2{}}, "Config.OAuth2 needs Tokens"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := test.Open(newLab().env(1)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
