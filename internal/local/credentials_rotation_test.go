package local_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/local/secrets"
)

// pairSpec shows two members of one secret, which belong together. No value ends by itself
// while a test runs.
const pairSpec = `version: 1
name: orders
upstream:
  url: https://api.acme.example
  credentials:
    headers: {x-id: {secret: pair, key: id}, authorization: {secret: pair, key: token, prefix: "Bearer "}}
    ttl: 1h
egress: {count: 2}
retry: {maxAttempts: 2}
`

// rotated is a secret on this machine, and an API that takes it. Their files are beside
// each other.
type rotated struct {
	t   *testing.T
	dir string
}

func (r rotated) file(name string) string { return filepath.Join(r.dir, name) }

// write replaces a file as an editor does.
func (r rotated) write(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(r.file(name+".new"), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Rename(r.file(name+".new"), r.file(name)); err != nil {
		r.t.Fatal(err)
	}
}

// secret writes the pair of a generation.
func (r rotated) secret(generation int) {
	r.t.Helper()
	r.write("secret", fmt.Sprintf(`{"id": "id-%d", "token": "token-%d"}`, generation, generation))
}

// accept makes the API take the pair of a generation, in one of two places.
func (r rotated) accept(place string, generation int) {
	r.t.Helper()
	r.write(place, fmt.Sprintf("Bearer token-%d\n", generation))
}

func (r rotated) api() (*mockapi.API, string) {
	var all []mockapi.Requirement
	for _, place := range []string{"first", "second"} {
		all = append(all, mockapi.Requirement{Name: "Authorization", Value: mockapi.Text("file:" + r.file(place))})
	}
	return api(r.t, mockapi.Config{Require: all, Keep: 100_000})
}

func (r rotated) sources(o *local.Options) {
	o.Secrets = secrets.Sources{Flags: []secrets.Flag{{Name: "pair", Path: r.file("secret")}}}
}

// later is the system's clock, some time ahead.
type later struct {
	clock.System
	ahead atomic.Int64
}

func (l *later) Now() time.Time { return l.System.Now().Add(time.Duration(l.ahead.Load())) }

// young is longer than a value counts as young: one that was just read is not read again.
const young = 6 * time.Second

// While a secret changes again and again, no caller notices: no request is lost, and none
// goes out with an empty, a half, or a mixed value.
func TestRotationUnderLoad(t *testing.T) {
	t.Parallel()
	r := rotated{t, t.TempDir()}
	r.secret(0)
	r.accept("first", 0)
	r.accept("second", 0)
	upstream, at := r.api()
	now := &later{}
	w := run(t, pairSpec, at, r.sources, func(o *local.Options) { o.Clock = now })
	const callers, rotations = 50, 4
	load := underLoad(w, callers)
	for generation := 1; generation <= rotations; generation++ {
		load.await(2) // with the generation before
		now.ahead.Add(int64(young))
		r.accept("second", generation)
		r.secret(generation)
		r.accept("first", generation) // the one before counts no more
	}
	load.await(2)
	load.end()
	generations := sentPairs(t, upstream)
	same(t, "generations that were sent", rotations+1, len(generations))
}

// Compiled Lambdas have a value each, and no caller notices either.
func TestRotationWithBinaries(t *testing.T) {
	t.Parallel()
	r := rotated{t, t.TempDir()}
	r.secret(0)
	r.accept("first", 0)
	r.accept("second", 0)
	upstream, at := r.api()
	w := run(t, pairSpec, at, r.sources, binaries)
	const callers = 5
	load := underLoad(w, callers)
	load.await(3)
	load.end()
	time.Sleep(young) // the Lambdas have the system's clock
	r.secret(1)
	r.accept("first", 1)
	r.accept("second", 1)
	load = underLoad(w, callers)
	load.await(3)
	load.end()
	same(t, "generations that were sent", 2, len(sentPairs(t, upstream)))
}

// load is callers that call again and again.
type load struct {
	t       *testing.T
	done    []atomic.Int64 // requests of each caller that have ended
	stop    atomic.Bool
	callers sync.WaitGroup
}

func underLoad(r *rig, callers int) *load {
	l := &load{t: r.t, done: make([]atomic.Int64, callers)}
	for i := range callers {
		l.callers.Go(func() {
			for !l.stop.Load() {
				a, err := r.try(r.t.Context(), "GET", "/orders", "")
				if err != nil || a.status != 200 {
					r.t.Errorf("a caller got %d %s (%v)", a.status, a.body, err)
					l.stop.Store(true)
				}
				l.done[i].Add(1)
			}
		})
	}
	return l
}

// await returns when each caller has had so many more answers: what was sent before is over.
func (l *load) await(more int64) {
	l.t.Helper()
	limit := time.Now().Add(hang)
	until := make([]int64, len(l.done))
	for i := range l.done {
		until[i] = l.done[i].Load() + more
	}
	for i := range l.done {
		for ; l.done[i].Load() < until[i] && !l.stop.Load(); time.Sleep(time.Millisecond) {
			if time.Now().After(limit) {
				l.t.Fatal("the callers wait in vain")
			}
		}
	}
}

func (l *load) end() {
	l.stop.Store(true)
	l.callers.Wait()
}

// sentPairs are the generations that the API saw; each call has the whole pair of one.
func sentPairs(t *testing.T, upstream *mockapi.API) map[int]int {
	t.Helper()
	generations := map[int]int{}
	for _, q := range upstream.Requests() {
		var id, token int
		_, err := fmt.Sscanf(q.Header.Get("X-Id")+" "+q.Header.Get("Authorization"), "id-%d Bearer token-%d", &id, &token)
		if err != nil || id != token || q.Header.Get("X-Id") != fmt.Sprint("id-", id) {
			t.Fatalf("a call went out with %q and %q", q.Header["X-Id"], q.Header["Authorization"])
		}
		generations[id]++
	}
	return generations
}
