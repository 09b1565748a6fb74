package mockapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

var twoIn10s = Limit{Requests: 2, Window: 10 * time.Second}

// Each source address has its own limit, over real sockets, and its window ends.
func TestLimitPerIP(t *testing.T) {
	world := newWorld()
	api := mustNew(t, Config{Limits: []Limit{twoIn10s}, Headers: []QuotaHeader{QuotaRateLimit}}, world.environment())
	url := start(t, api)
	one, other := from(t, "127.0.0.101"), from(t, "127.0.0.102")
	diff(t, "the first address", []int{200, 200, 429, 429}, statuses(t, one, url, 4))
	diff(t, "another address", []int{200}, statuses(t, other, url, 1))

	world.advance(9500 * time.Millisecond)
	limited := mustCall(t, one, "GET", url+"/orders", "")
	diff(t, "requested wait", "1", limited.header.Get("Retry-After"))
	diff(t, "Date is of the same clock", "Sun, 01 Mar 2026 12:00:09 GMT", limited.header.Get("Date"))
	diff(t, "quota", `"default";r=0;t=1`, limited.header.Get("RateLimit"))
	diff(t, "why", "over 2/10s, 500ms left", decode(t, limited.body).Why)

	world.advance(500 * time.Millisecond)
	again := mustCall(t, one, "GET", url, "")
	diff(t, "after the window", 200, again.status)
	diff(t, "quota of a good answer", `"default";r=1;t=10`, again.header.Get("RateLimit"))
	diff(t, "a good answer requests no wait", "", again.header.Get("Retry-After"))
}

func TestWhoIsCounted(t *testing.T) {
	tests := []struct {
		name   string
		per    Per
		fields [2]string // of every second call
		want   []int
	}{
		{"two credentials", PerCredential, [2]string{"Authorization", "Bearer two"}, []int{200, 200, 200, 200, 429, 429}},
		{"a key is a credential", PerCredential, [2]string{"X-Api-Key", "two"}, []int{200, 200, 200, 200, 429, 429}},
		{"all", PerAll, [2]string{"Authorization", "Bearer two"}, []int{200, 200, 429, 429, 429, 429}},
		{"an address, whatever its credentials", PerIP, [2]string{"Authorization", "Bearer two"}, []int{200, 200, 429, 429, 429, 429}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := mustNew(t, Config{Limits: []Limit{twoIn10s}, Per: test.per}, newWorld().environment())
			url := start(t, api)
			var got []int
			for range 3 {
				got = append(got, mustCall(t, from(t, "127.0.0.1"), "GET", url, "").status,
					mustCall(t, from(t, "127.0.0.1"), "GET", url, "", test.fields[0], test.fields[1]).status)
			}
			diff(t, "statuses", test.want, got)
		})
	}
}

// A client that keeps calling is banned, longer than the limit lasts; one that
// waits is not.
func TestBans(t *testing.T) {
	world := newWorld()
	api := mustNew(t, Config{Limits: []Limit{twoIn10s}, Code: 503, Ban: Ban{After: 2, For: time.Minute}}, world.environment())
	url := start(t, api)
	hammering, waiting := from(t, "127.0.0.101"), from(t, "127.0.0.102")
	diff(t, "hammering", []int{200, 200, 503, 503, 403, 403}, statuses(t, hammering, url, 6))
	diff(t, "waiting", []int{200, 200, 503}, statuses(t, waiting, url, 3))

	world.advance(10 * time.Second)
	banned := mustCall(t, hammering, "GET", url, "")
	diff(t, "still banned", 403, banned.status)
	diff(t, "until when", "50", banned.header.Get("Retry-After"))
	diff(t, "waiting", []int{200, 200, 503}, statuses(t, waiting, url, 3))

	world.advance(10 * time.Second)
	diff(t, "waiting starts afresh", []int{200}, statuses(t, waiting, url, 1))

	world.advance(40 * time.Second)
	diff(t, "the ban ends, and calls did not lengthen it", []int{200, 200, 503}, statuses(t, hammering, url, 3))
	var whys []string
	for _, seen := range api.Requests()[2:5] {
		whys = append(whys, seen.Why)
	}
	diff(t, "why", []string{"over 2/10s, 10s left", "over 2/10s, 10s left; now banned for 1m", "banned, 1m left"}, whys)
}

func mustScript(t testing.TB, text string) Script {
	t.Helper()
	script, err := ParseScript(text)
	if err != nil {
		t.Fatal(err)
	}
	return script
}

func TestScripts(t *testing.T) {
	api := mustNew(t, Config{
		Limits: []Limit{{Requests: 1, Window: time.Minute}},
		Script: mustScript(t, "503:retry-after=date+2s:x-many=a:x-many=b,pass,pass,404"),
		Paths:  []PathScript{{"/orders", mustScript(t, "418")}, {"/orders/special/", mustScript(t, "201,202,...")}},
	}, newWorld().environment())
	url := start(t, api)
	client := from(t, "127.0.0.1")
	first := mustCall(t, client, "GET", url, "")
	diff(t, "first", 503, first.status)
	diff(t, "its requested wait", "Sun, 01 Mar 2026 12:00:02 GMT", first.header.Get("Retry-After"))
	diff(t, "a field twice", []string{"a", "b"}, first.header.Values("X-Many"))
	diff(t, "pass counts for the limit, other entries do not", []int{200, 429, 404, 404}, statuses(t, client, url+"/ordersx", 4))
	diff(t, "a path", []int{418, 418}, statuses(t, client, url+"/orders/7", 2))
	diff(t, "the path itself", []int{418}, statuses(t, client, url+"/orders", 1))
	diff(t, "the longest prefix", []int{201, 202, 201}, statuses(t, client, url+"/orders/special/x", 3))
	diff(t, "why", "entry 2 of the script", api.Requests()[9].Why)
}

func TestTurnsOfAScript(t *testing.T) {
	tests := []struct {
		per  Per
		want string
	}{
		{"", "[429] [200] [200]"},
		{PerIP, "[429] [429] [200]"},
	}
	for _, test := range tests {
		api := mustNew(t, Config{Script: mustScript(t, "429,200"), ScriptPer: test.per}, newWorld().environment())
		url := start(t, api)
		one, other := from(t, "127.0.0.101"), from(t, "127.0.0.102")
		got := fmt.Sprint(statuses(t, one, url, 1), statuses(t, other, url, 1), statuses(t, one, url, 1))
		diff(t, "per "+string(test.per), test.want, got)
	}
}

func TestLatency(t *testing.T) {
	world := newWorld(0.5, 0.25, 0)
	api := mustNew(t, Config{
		Latency: Range{100 * time.Millisecond, 200 * time.Millisecond},
		Paths:   []PathScript{{"/scripted", mustScript(t, "200@7s")}},
	}, world.environment())
	call(t, api, "GET", "/", "")
	call(t, api, "GET", "/delay/3s", "")
	call(t, api, "GET", "/scripted", "")
	diff(t, "sleeps", []time.Duration{150 * time.Millisecond, 3125 * time.Millisecond, 7 * time.Second}, world.slept)
}

// A drip takes ten seconds by default.
func TestDrips(t *testing.T) {
	tests := []struct {
		script, path string
		part         time.Duration
	}{
		{"drip", "/", time.Second},
		{"drip@5s", "/", 500 * time.Millisecond},
		{"pass", "/fault/drip", time.Second},
		{"pass", "/drip/1s", 100 * time.Millisecond},
	}
	for _, test := range tests {
		world := newWorld()
		got := call(t, mustNew(t, Config{Script: mustScript(t, test.script)}, world.environment()), "GET", test.path, "")
		diff(t, "whole answer", test.path, decode(t, got.body).Path)
		diff(t, "parts", 10, len(world.slept))
		diff(t, test.script+" "+test.path, test.part, world.slept[0])
	}
}

func TestShareOfErrors(t *testing.T) {
	world := newWorld(0.05, 0.049, 0, 0, 0.25, 0.01, 0.5, 0.01, 0.99)
	api := mustNew(t, Config{Errors: 0.05}, world.environment())
	var got []int
	for range 5 {
		got = append(got, call(t, api, "GET", "/", "").status)
	}
	diff(t, "statuses", []int{200, 500, 502, 503, 504}, got)
}

func TestRequestsTellWhatWasSeen(t *testing.T) {
	var lines []string
	env := newWorld().environment()
	env.Answered = func(r Request) { lines = append(lines, r.Line()) }
	api := mustNew(t, Config{}, env)
	url := start(t, api)
	got := mustCall(t, from(t, "127.0.0.101"), "POST", url+"/a%1bb/c?x=1&y=2", "hello", "X-Api-Key", "secret", "X-A", "b")
	requests := api.Requests()
	if len(requests) != 1 {
		t.Fatalf("%d requests, want 1", len(requests))
	}
	q := requests[0]
	diff(t, "header", "b", q.Header.Get("X-A"))
	diff(t, "echo of the header", q.Header, http.Header(decode(t, got.body).Headers))
	q.Header = nil
	diff(t, "request", Request{
		Number: 1, Time: noon, Address: "127.0.0.101", Proto: "HTTP/1.1", Method: "POST", Path: "/a%1Bb/c", Query: "x=1&y=2",
		Host: strings.TrimPrefix(url, "http://"), Credential: "secret", Body: []byte("hello"), BodySize: 5, Status: 200,
	}, lowerEscape(q))
	diff(t, "lines, without a secret or a control character", []string{"12:00:00.000  127.0.0.101      POST /a%1bb/c  200"}, lines)

	body := "hello"
	echoed := decode(t, got.body)
	echoed.Headers = nil
	diff(t, "echo", echo{
		Status: 200, Request: 1, Method: "POST", Path: "/a%1bb/c", Query: "x=1&y=2", Host: q.Host, Address: "127.0.0.101",
		Protocol: "HTTP/1.1", Credential: "secret", Body: &body, BodySize: 5,
	}, echoed)

	api.Reset()
	diff(t, "after Reset", 0, len(api.Requests()))
	mustCall(t, from(t, "127.0.0.1"), "GET", url, "")
	diff(t, "numbers begin again", 1, api.Requests()[0].Number)
}

func lowerEscape(q Request) Request {
	q.Path = strings.ReplaceAll(q.Path, "%1b", "%1B")
	return q
}

// Reset also ends limits, bans and turns.
func TestReset(t *testing.T) {
	api := mustNew(t, Config{
		Limits: []Limit{{Requests: 1, Window: time.Hour}}, Ban: Ban{After: 1, For: time.Hour},
		Paths: []PathScript{{"/scripted", mustScript(t, "418,200")}},
	}, newWorld().environment())
	for range 2 {
		diff(t, "scripted", 418, call(t, api, "GET", "/scripted", "").status)
		for _, want := range []int{200, 429, 403} {
			diff(t, "limited", want, call(t, api, "GET", "/", "").status)
		}
		api.Reset()
	}
}

// Concurrent callers get exactly what the limit allows, each with its own number.
func TestManyAtOnce(t *testing.T) {
	api := mustNew(t, Config{Limits: []Limit{{Requests: 50, Window: time.Minute}}, Per: PerAll}, newWorld().environment())
	url := start(t, api)
	var mu sync.Mutex
	got, numbers := map[int]int{}, map[int]bool{}
	var all sync.WaitGroup
	for range 200 {
		client := from(t, "127.0.0.1")
		all.Go(func() {
			answer := mustCall(t, client, "POST", url, "body")
			mu.Lock()
			defer mu.Unlock()
			got[answer.status]++
			numbers[decode(t, answer.body).Request] = true
		})
	}
	all.Wait()
	diff(t, "statuses", map[int]int{200: 50, 429: 150}, got)
	diff(t, "numbers", 200, len(numbers))
	for i, q := range api.Requests() {
		if q.Number != i+1 || string(q.Body) != "body" {
			t.Errorf("request %d is %+v", i+1, q)
		}
	}
}
