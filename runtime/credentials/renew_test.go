package credentials

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfngen/sfngen/runtime/egress"
)

// Whoever asks while a value is fetched waits for it, and gets the same: also its failure.
func TestOneFetchForAllThatNeedIt(t *testing.T) {
	for _, fails := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab()
			l.set("acme", "first-value")
			if fails {
				l.fails = &egress.CredentialError{Reason: "secret acme: throttled", Again: true}
			}
			l.during = func(context.Context) { synctest.Wait() } // until all others wait
			c := l.open(t, Config{Headers: []Field{{"x-key", secretOf("acme", "", "")}}}, 1)
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					req := request(t, "https://api.example/")
					_, err := c.Present(t.Context(), req)
					if (err != nil) != fails || !fails && req.Header.Get("X-Key") != "first-value" {
						t.Errorf("got %v, %v", req.Header, err)
					}
				})
			}
			all.Wait()
			diff(t, "fetches", 1, l.count())
		})
	}
}

// One whose time is over takes nobody with it: who waited fetches.
func TestAFetchThatIsGivenUpIsMadeByAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab()
		ctx, cancel := context.WithCancel(t.Context())
		fetches := 0 // one after the other
		k := keep("secret acme", l.clock, func(error) {}, func(ctx context.Context) (version[string], error) {
			if fetches++; fetches == 1 {
				<-ctx.Done()
				return version[string]{}, ctx.Err()
			}
			return version[string]{value: "first-value"}, nil
		})
		first, second := make(chan error, 1), make(chan string, 1)
		go func() { _, err := k.get(ctx); first <- err }()
		synctest.Wait() // it fetches
		go func() {
			v, err := k.get(t.Context())
			if err != nil {
				second <- err.Error()
				return
			}
			second <- v.value
		}()
		synctest.Wait() // the second waits for it
		cancel()
		diff(t, "the first", error(&egress.CredentialError{Reason: "secret acme: no answer in time", Again: true}), <-first)
		diff(t, "the second", "first-value", <-second)
	})
}

func TestRenew(t *testing.T) {
	l := newLab()
	l.set("acme", `{"user":"ann-1","password":"pass-1","rotated":"monday"}`)
	l.set("other", "other-value")
	c := l.open(t, Config{Headers: []Field{
		{"x-user", secretOf("acme", "user", "")}, {"x-password", secretOf("acme", "password", "")}, {"x-other", secretOf("other", "", "")},
	}}, 1)
	_, shown := present(t, c)
	l.pass(5 * time.Second)
	young := "the value of secret acme was fetched just now, the value of secret other was fetched just now"
	diff(t, "young", egress.Renewal{Words: young}, c.Renew(t.Context(), shown))
	diff(t, "fetches", 2, l.count())
	l.pass(1)
	l.set("acme", `{"user":"ann-1","password":"pass-1","rotated":"tuesday"}`)
	same := "secret acme has no newer value, secret other has no newer value"
	diff(t, "same", egress.Renewal{Words: same}, c.Renew(t.Context(), shown))
	diff(t, "fetches", 4, l.count())
	l.set("acme", `{"user":"ann-2","password":"pass-2"}`)
	_, shown = present(t, c)
	l.pass(6 * time.Second)
	diff(t, "changed", egress.Renewal{Changed: true, Words: "a new value of secret acme"}, c.Renew(t.Context(), shown))
	diff(t, "fetches", 6, l.count())
	diff(t, "another call of the old value", egress.Renewal{Changed: true, Words: "a new value of secret acme"}, c.Renew(t.Context(), shown))
	diff(t, "fetches", 6, l.count())
	req, shown := present(t, c)
	diff(t, "user and password", "ann-2 pass-2", req.Header.Get("X-User")+" "+req.Header.Get("X-Password"))
	l.pass(6 * time.Second)
	l.fail(&egress.CredentialError{Reason: "secret: throttled", Again: true})
	diff(t, "failed", egress.Renewal{Words: "not renewed: secret: throttled, not renewed: secret: throttled"}, c.Renew(t.Context(), shown))
	fetches := l.count()
	for range 100 { // answers with 401
		c.Renew(t.Context(), shown)
	}
	diff(t, "fetches while the store fails", fetches, l.count())
	l.fail(nil)
	l.set("acme", `{"user":"ann-3","password":"pass-3"}`)
	l.pass(stalePause)
	diff(t, "later", egress.Renewal{Changed: true, Words: "a new value of secret acme"}, c.Renew(t.Context(), shown))
	diff(t, "what was never shown", egress.Renewal{}, c.Renew(t.Context(), nil))
}

// A call that has no time left says nothing of the store: the next one tries again.
func TestACallWithoutTimeMakesNobodyRest(t *testing.T) {
	l := newLab()
	l.set("acme", "value-1")
	c := l.open(t, Config{Headers: []Field{{"x-key", secretOf("acme", "", "")}}, TTL: time.Minute}, 1)
	_, shown := present(t, c)
	l.set("acme", "value-2")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	l.fail(context.Canceled)
	l.pass(time.Hour)
	diff(t, "no time", "not renewed: secret acme: no answer in time", c.Renew(over, shown).Words)
	if _, err := c.Present(over, request(t, "https://api.example/")); err != nil {
		t.Errorf("the older value does not serve: %v", err)
	}
	l.fail(nil)
	diff(t, "with time", true, c.Renew(t.Context(), shown).Changed)
}

// While secrets change, whatever goes out is a whole value, and a user has its own password.
func TestRotationUnderLoad(t *testing.T) {
	l := newLab()
	write := func(n int) {
		l.set("acme", fmt.Sprintf(`{"user":"user-%04d","password":"pass-%04d"}`, n, n))
		l.set("plain", fmt.Sprintf("key-%04d", n))
	}
	write(0)
	c := l.open(t, Config{
		Headers: []Field{{"x-user", secretOf("acme", "user", "")}, {"x-password", secretOf("acme", "password", "Bearer ")}},
		Query:   []Field{{"key", secretOf("plain", "", "")}},
		TTL:     time.Second,
	}, 1)
	present(t, c) // what never was cannot serve
	var all sync.WaitGroup
	var stop atomic.Bool
	for range 8 {
		all.Go(func() {
			for !stop.Load() {
				req := request(t, "https://api.example/")
				shown, err := c.Present(t.Context(), req)
				if err != nil {
					t.Error(err)
					return
				}
				user, password := req.Header.Get("X-User"), req.Header.Get("X-Password")
				if len(user) != 9 || password != "Bearer pass-"+user[5:] || len(req.URL.RawQuery) != len("key=key-0000") {
					t.Errorf("user %q with password %q, query %q", user, password, req.URL.RawQuery)
				}
				c.Renew(t.Context(), shown)
				c.Mask(password)
			}
		})
	}
	for n := range 300 {
		switch n % 3 {
		case 0:
			l.set("acme", `{"user":"","password":""}`)
			l.set("plain", "")
		case 1:
			l.fail(&egress.CredentialError{Reason: "secret: throttled", Again: true})
		default:
			l.fail(nil)
			write(n)
		}
		l.pass(time.Duration(n%40) * time.Second)
		time.Sleep(100 * time.Microsecond)
	}
	stop.Store(true)
	all.Wait()
	l.fail(nil)
	write(9999)
	l.pass(time.Minute)
	req, _ := present(t, c)
	diff(t, "in the end", "user-9999", req.Header.Get("X-User"))
}

func TestNothingPrintsAValue(t *testing.T) {
	l := newLab()
	l.set("acme", "secret-value")
	config := Config{Headers: []Field{{"x-key", secretOf("acme", "", "")}}, TTL: time.Minute,
		OAuth2: &OAuth2{TokenURL: "https://id.example/token", AuthStyle: AuthBody, ClientID: []Reference{{Text: "client"}},
			ClientSecret: secretOf("acme", "", ""), Tokens: l.tokens()}}
	c := l.open(t, config, 1)
	_, shown := present(t, c)
	o := c.(*opened)
	token := Token{Value: "secret-value"}
	for _, v := range []any{c, shown, o.secrets, o.secrets[0], o.tokens, config, token, &token, struct{ T Token }{token}, []Token{token}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			text := fmt.Sprintf(verb, v)
			if strings.Contains(text, "secret-value") || strings.Contains(text, "7365637265742d76616c7565") {
				t.Errorf("%s of %T prints %s", verb, v, text)
			}
		}
	}
}

func BenchmarkPresent(b *testing.B) {
	l := newLab()
	l.set("acme", `{"user":"ann-1","token":"t0p-secret"}`)
	c := l.open(b, Config{
		Headers: []Field{{"authorization", secretOf("acme", "token", "Bearer ")}, {"x-user", secretOf("acme", "user", "")}},
	}, 1)
	req := request(b, "https://api.example/x?a=b")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Present(context.Background(), req); err != nil {
			b.Fatal(err)
		}
	}
}

// A store that refuses is not asked by each of a crowd.
func TestARefusalIsKeptForASecond(t *testing.T) {
	l := newLab()
	l.fail(&egress.CredentialError{Reason: "secret acme: denied"})
	c := l.open(t, Config{Headers: []Field{{"x-key", secretOf("acme", "", "")}}}, 1)
	ask := func() error { _, err := c.Present(t.Context(), request(t, "https://api.example/")); return err }
	for range 100 {
		diff(t, "error", error(&egress.CredentialError{Reason: "secret acme: denied"}), ask())
	}
	diff(t, "fetches", 1, l.count())
	l.fail(nil)
	l.set("acme", "first-value")
	l.pass(refusedFor)
	diff(t, "error", error(nil), ask())
	l.fail(&egress.CredentialError{Reason: "secret busy: throttled", Again: true})
	c = l.open(t, Config{Headers: []Field{{"x-key", secretOf("busy", "", "")}}}, 1)
	for range 2 {
		diff(t, "another try may work", false, ask() == nil)
	}
	diff(t, "fetches", 4, l.count())
}
