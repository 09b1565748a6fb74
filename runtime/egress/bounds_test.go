package egress

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestReadBodyKeepsWhatCouldPass(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name       string
		body       io.Reader
		kept, size int64
		err        error
	}{
		{"nothing", strings.NewReader(""), 0, 0, nil},
		{"what fits", strings.NewReader(strings.Repeat("x", bodyKept-1)), bodyKept - 1, bodyKept - 1, nil},
		{"as much as is kept", strings.NewReader(strings.Repeat("x", bodyKept)), bodyKept, bodyKept, nil},
		{"a byte more", strings.NewReader(strings.Repeat("x", bodyKept+1)), bodyKept, bodyKept + 1, nil},
		{"as much as is read", bytes.NewReader(make([]byte, bodyLimit)), bodyKept, bodyLimit, nil},
		{"endless", endless{}, bodyKept, bodyLimit + 1, nil},
		{"broken early", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), 3, 3, broken},
		{"broken late", io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), iotest.ErrReader(broken)), bodyKept, 1 << 20, broken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kept, size, err := readBody(test.body)
			diff(t, "kept", test.kept, int64(len(kept)))
			diff(t, "size", test.size, size)
			if !errors.Is(err, test.err) {
				t.Errorf("error %v, want %v", err, test.err)
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestBoundHeader(t *testing.T) {
	with := func(header http.Header, name string, n int, value string) http.Header {
		for i := range n {
			header.Set(fmt.Sprintf(name, i), value)
		}
		return header
	}
	common := func() http.Header {
		return http.Header{"Date": {"now"}, "Retry-After": {"7"}, "X-Ratelimit-Remaining": {"0"}, "Cf-Ray": {"8f1"}}
	}
	many := strings.Split(strings.Repeat("9 ", 80_000), " ")[:80_000]
	tests := []struct {
		name    string
		header  http.Header
		kept    []string // beside the common ones
		of      int      // how many the rest is of
		dropped int
	}{
		{"as many as pass", with(common(), "X-%03d", 996, "1"), nil, 996, 0},
		{"one more, all alike", with(common(), "X-%03d", 997, "1"), nil, 0, 997},
		{"the longest go", with(with(common(), "X-%d", 10, "1"), "X-Long-%04d", 2000, "1"), []string{"X-0", "X-9"}, 10, 2000},
		{"80,000", with(common(), "X-%05d", 80_000, "1"), nil, 0, 80_000},
		{"80,000 about limits", with(common(), "X-Ratelimit-Reset-%05d", 80_000, "1"), nil, 0, 80_000},
		{"one that is too large", with(with(common(), "X-%d", 20, "1"), "Content-Security-Policy%.0d", 1, strings.Repeat("p", 140_000)),
			[]string{"X-0", "X-19"}, 20, 1},
		{"a cookie too often", with(http.Header{"Set-Cookie": many}, "Date%.0d", 1, "now"), nil, 0, 80_000},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, dropped := boundHeader(test.header, []string{"retry-after"})
			diff(t, "dropped", test.dropped, dropped)
			for name, values := range common() {
				if test.header.Get(name) != "" {
					diff(t, name, values, got[name])
					delete(got, name)
				}
			}
			diff(t, "the rest", test.of, len(got))
			for _, name := range test.kept {
				diff(t, name, []string{"1"}, got[name])
			}
		})
	}
}

// flood is an answer with n header fields, or n parts of one.
type flood struct {
	name  string
	lines func(i int) (name, value string)
	parts string // of one field, in place of lines
}

func floods() []flood {
	numbered := func(prefix, value string) func(int) (string, string) {
		return func(i int) (string, string) { return prefix + strconv.Itoa(i), value }
	}
	same := func(name, value string) func(int) (string, string) {
		return func(int) (string, string) { return name, value }
	}
	return []flood{
		{"names", numbered("X-", "1"), ""},
		{"names about limits", numbered("X-Ratelimit-Reset-", "1"), ""},
		{"retry-after", same("Retry-After", "9"), ""},
		{"cookies", same("Set-Cookie", "a=b"), ""},
		{"links", same("Link", "</a>;rel=b"), ""},
		{"values of retry-after", nil, "Retry-After"},
		{"values of ratelimit", nil, "Ratelimit"},
		{"names in connection", nil, "Connection"},
	}
}

func (f flood) header(n int) http.Header {
	header := http.Header{}
	if f.parts != "" {
		header.Set(f.parts, strings.Repeat("r=0;t=9,", n))
		return header
	}
	for i := range n {
		name, value := f.lines(i)
		header.Add(name, value)
	}
	return header
}

// write is the flood as an answer of HTTP/1.1.
func (f flood) write(status, n int) string {
	var out bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 %d \r\nContent-Length: 2\r\nConnection: close\r\nRetry-After: 7\r\n", status)
	_ = f.header(n).Write(&out)
	return out.String() + "\r\nno"
}

func TestAFloodOfHeaderFieldsIsTheStatusItHas(t *testing.T) {
	for _, f := range floods() {
		t.Run(f.name, func(t *testing.T) {
			url, _ := rawUpstream(t, saying(f.write(429, 60_000)))
			in := first("GET")
			in.Policy.RateLimited.Scope = contract.ScopeCredential
			failed := mustFail(t, newLab(url).build(t), in)
			diff(t, "name", contract.ErrRateLimited, failed.name)
			diff(t, "status", 429, failed.failure.Response.StatusCode)
			bounded := strings.HasPrefix(failed.failure.Reason, "429 Too Many Requests (of its header ")
			if f.parts != "Connection" && !bounded { // net/http takes that one out
				t.Errorf("reason %q does not say that fields are missing", failed.failure.Reason)
			}
			if !strings.HasPrefix(f.name, "values of retry") {
				diff(t, "wait", true, failed.failure.WaitSeconds == 7 || failed.failure.WaitSeconds == 9)
			}
			diff(t, "body", "no", failed.failure.Response.Body)
		})
	}
}

func TestAFinalAnswerWithAFloodPasses(t *testing.T) {
	url, _ := rawUpstream(t, saying(floods()[0].write(404, 80_000)))
	failed := mustFail(t, newLab(url).build(t), first("GET"))
	diff(t, "reason", "404 Not Found (of its header 79901 lines are left out: at most 1000 pass, and 128 KiB)", failed.failure.Reason)
	got := failed.failure.Response
	diff(t, "fields", 101, len(got.Headers)) // x-0 to x-99, and retry-after
	diff(t, "body", "no", got.Body)
}

// A success is never cut: neither its body nor its header.
func TestASuccessWithAFloodIsTooLarge(t *testing.T) {
	url, _ := rawUpstream(t, saying(floods()[0].write(200, 80_000)))
	failed := mustFail(t, newLab(url).build(t), first("GET"))
	diff(t, "name", contract.ErrRejected, failed.name)
	diff(t, "reason", "response too large: its header has more than 1000 lines, or than 128 KiB", failed.failure.Reason)
	diff(t, "attempts", []contract.Attempt{{Attempt: 1, Egress: 1, StatusCode: 200, Fault: contract.FaultTooLarge}}, failed.failure.Attempts)
	diff(t, "size of the body, which would pass", int64(0), failed.failure.Response.CutFrom)
	diff(t, "body", "", failed.failure.Response.Body)
}

func TestAHeaderBeyondWhatIsRead(t *testing.T) {
	long := strings.Repeat("x", headerLimit)
	informational := "HTTP/1.1 103 \r\nLink: </a>\r\n\r\n"
	early := strings.Repeat(informational, headerLimit/len(informational)+1)
	for name, talk := range map[string]func(net.Conn){
		"one field":         saying("HTTP/1.1 429 \r\nX-A: " + long + "\r\n\r\n"),
		"many informations": saying(early + "HTTP/1.1 429 \r\n\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := rawUpstream(t, talk)
			failed := mustFail(t, newLab(url).build(t), first("GET"))
			diff(t, "fault", contract.FaultProtocol, failed.failure.Attempts[0].Fault)
			diff(t, "reason", "the answer's header is larger than 2 MiB", failed.failure.Reason)
		})
	}
}

func TestAHeaderBeyondWhatIsReadOverHTTP2(t *testing.T) {
	cert := certificate(t, "127.0.0.1", noon)
	url := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{cert}}, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 56_000 {
			w.Header().Set(fmt.Sprintf("X-%d", i), "1")
		}
		w.WriteHeader(429)
	})
	l := newLab(url)
	l.TLS = trusting(t, cert)
	failed := mustFail(t, l.build(t), first("GET"))
	diff(t, "fault", contract.FaultProtocol, failed.failure.Attempts[0].Fault)
}

// answered is a transport that gives the same answer each time.
type answered struct {
	status int
	header http.Header
}

func (a answered) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(strings.NewReader("no"))}, nil
}

// What a flood costs is counted, not timed. Eight times the fields may cost eight
// times as much, and not 64 times.
func TestAFloodCostsInProportion(t *testing.T) {
	for _, f := range floods() {
		for _, status := range []int{200, 404, 429} {
			t.Run(fmt.Sprintf("%s, %d", f.name, status), func(t *testing.T) {
				small, large := allocations(t, f.header(5_000), status), allocations(t, f.header(40_000), status)
				if large > 9*small {
					t.Errorf("40,000 take %.0f allocations and 5,000 take %.0f", large, small)
				}
			})
		}
	}
}

func allocations(t *testing.T, header http.Header, status int) float64 {
	e := newLab("http://127.0.0.1:1").build(t)
	e.transport = answered{status, header}
	return testing.AllocsPerRun(2, func() { _, _ = e.makeAttempt(t.Context(), first("GET")) })
}

func TestIsAboutLimits(t *testing.T) {
	for name, want := range map[string]bool{
		"Ratelimit": true, "X-RateLimit-Reset": true, "x-rate-limit": true, "Rate-Limit": true, "X-Goog-Xratelimit": true,
		"rate": false, "Rate-Limi": false, "Limit": false, "Rate--Limit": false, "Corporate-Ratelimit": true, "": false,
	} {
		diff(t, name, want, isAboutLimits(name))
	}
}

func TestQueryKeysOfManyAreTheFirstOfThem(t *testing.T) {
	var query strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&query, "k%05d&", (i*7919)%30_000)
	}
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("k%05d", i))
	}
	diff(t, "keys", want, queryKeys(query.String()))
	diff(t, "sorted", true, slices.IsSorted(queryKeys("b&a&c&a")))
}

// BenchmarkHeaderFlood is a 429 with 80,000 fields, read from a connection to its
// report: the time of one such answer on this machine.
func BenchmarkHeaderFlood(b *testing.B) {
	for _, f := range floods() {
		b.Run(strings.ReplaceAll(f.name, " ", "-"), func(b *testing.B) {
			n := min(80_000, headerLimit/(len(f.write(429, 10_000))/10_000+2))
			url, _ := rawUpstream(b, saying(f.write(429, n)))
			e := newLab(url).build(b)
			for b.Loop() {
				if failed := mustFail(b, e, first("GET")); failed.name != contract.ErrRateLimited {
					b.Fatal(failed.failure.Reason)
				}
			}
		})
	}
}

func TestOneLongFieldIsLeftOut(t *testing.T) {
	url, _ := serve(t, answering(404, "no", "X-Long", strings.Repeat("x", contract.HeaderBytesLimit), "X-Short", "s"))
	failed := mustFail(t, newLab(url).build(t), first("GET"))
	diff(t, "reason", "404 Not Found (of its header 1 line is left out: at most 1000 pass, and 128 KiB)", failed.failure.Reason)
	diff(t, "the short one", []string{"s"}, failed.failure.Response.Headers["x-short"])
}
