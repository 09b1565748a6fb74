package egress

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/contract"
)

var equateAddresses = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })

// deliver takes a payload the way that Lambda does, from JSON to JSON.
func deliver(t *testing.T, e *Egress, payload string) string {
	t.Helper()
	answer, err := lambda.NewHandler(e.Handle).Invoke(t.Context(), []byte(payload))
	if err != nil {
		t.Fatalf("the invocation failed: %v", err)
	}
	return strings.TrimSpace(string(answer))
}

func probed(t *testing.T, l lab, service string) contract.Probed {
	t.Helper()
	payload, err := json.Marshal(contract.ProbePayload{Probe: contract.Probe{URL: service}})
	if err != nil {
		t.Fatal(err)
	}
	var result contract.ProbeResult
	if err := json.Unmarshal([]byte(deliver(t, l.build(t), string(payload))), &result); err != nil {
		t.Fatal(err)
	}
	return result.Probe
}

// asking is an egress whose own service is at this URL; its upstream is nobody.
func asking(url string) lab {
	l := newLab("https://upstream.invalid")
	l.Egress, l.AddressEcho = 2, url
	return l
}

func TestProbeShowsTheAddress(t *testing.T) {
	var seen http.Header
	url, calls := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header
		io.WriteString(w, "3.120.4.5\n")
	})
	l := asking(url + "/me?key=secret")
	l.Headers = map[string]string{"authorization": "the upstream's"}
	got := deliver(t, l.build(t), `{"probe":{}}`)
	diff(t, "answer", `{"probe":{"egress":2,"address":"3.120.4.5","service":"`+url+`/me","durationMs":0}}`, got)
	diff(t, "user-agent", userAgent, seen.Get("User-Agent"))
	if seen.Get("Authorization") != "" {
		t.Error("the service was sent what the spec sends to the upstream")
	}
	if n := calls.Load(); n != 1 {
		t.Errorf("the service was asked %d times, want once", n)
	}
}

// TestPingCallsNobody: what keeps a function active needs no service, and fails with none.
func TestPingCallsNobody(t *testing.T) {
	url, calls := serve(t, func(http.ResponseWriter, *http.Request) {})
	var log bytes.Buffer
	l := asking(url)
	l.Log = contract.NewLogger(&log)
	diff(t, "answer", `{"probe":{"egress":2,"service":"","durationMs":0}}`, deliver(t, l.build(t), `{"probe":{"ping":true}}`))
	if n := calls.Load(); n != 0 || log.Len() > 0 {
		t.Errorf("%d calls, and the log %q", n, log.String())
	}
}

func TestReadAddress(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"text", "3.120.4.5", "3.120.4.5"},
		{"text with a line end", " 3.120.4.5\r\n", "3.120.4.5"},
		{"IPv6", "2a05:d014::1\n", "2a05:d014::1"},
		{"mapped IPv6 is IPv4", "::ffff:3.120.4.5", "3.120.4.5"},
		{"ipify and ipinfo.io", `{"ip":"3.120.4.5","city":"Frankfurt"}`, "3.120.4.5"},
		{"httpbin", `{"origin": "3.120.4.5"}`, "3.120.4.5"},
		{"address", `{"address":"3.120.4.5"}`, "3.120.4.5"},
		{"ip-api.com", `{"status":"success","query":"3.120.4.5"}`, "3.120.4.5"},
		{"the first that has one", `{"ip":null,"origin":7,"address":"?","query":"3.120.4.5"}`, "3.120.4.5"},
		{"a JSON string", `"3.120.4.5"`, "3.120.4.5"},

		{"nothing", "", ""},
		{"a page", "<html>3.120.4.5</html>", ""},
		{"two addresses, of which one is a proxy's", "3.120.4.5, 10.0.0.1", ""},
		{"an address and a port", "3.120.4.5:443", ""},
		{"another member", `{"client":"3.120.4.5"}`, ""},
		{"an inner member", `{"ip":{"address":"3.120.4.5"}}`, ""},
		{"a list", `["3.120.4.5"]`, ""},
		{"null", "null", ""},
		{"a zone, which could be any text", "fe80::1%secret", ""},
		{"a number", "51672069", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			address, ok := readAddress([]byte(test.body))
			got := ""
			if ok {
				got = address.String()
			}
			diff(t, "address", test.want, got)
		})
	}
}

// Nothing of an answer leaves the egress but an address.
func TestProbeTellsNothingElseOfTheAnswer(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		fault  contract.Fault
		reason string
	}{
		{"text", answering(200, "secret"), contract.FaultNoAddress,
			"the service answers with neither an address nor JSON that has one under ip, origin, address, query"},
		{"JSON", answering(200, `{"ip":"secret"}`), contract.FaultNoAddress,
			"the service answers with neither an address nor JSON that has one under ip, origin, address, query"},
		{"an address in an error", answering(500, "3.120.4.5", "X-Token", "secret"), contract.FaultNoAddress,
			"the service answers with status 500"},
		{"a redirect", answering(302, "3.120.4.5", "Location", "/secret"), contract.FaultNoAddress,
			"the service redirects (status 302), which an egress does not follow"},
		{"an address far down", answering(200, strings.Repeat(" ", 4096)+"3.120.4.5"), contract.FaultNoAddress,
			"the service answers with more than 4096 bytes, which is no address"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, test.answer)
			var log bytes.Buffer
			l := asking(url)
			l.Log = contract.NewLogger(&log)
			got := probed(t, l, "")
			diff(t, "probed", contract.Probed{Egress: 2, Service: url, Fault: test.fault, Reason: test.reason}, got, equateAddresses)
			if n := calls.Load(); n != 1 {
				t.Errorf("the service was called %d times, want once", n)
			}
			if strings.Contains(log.String(), "secret") {
				t.Errorf("the log tells a secret:\n%s", log.String())
			}
		})
	}
}

// endless never stops answering; reading all of it would never end.
func TestProbeReadsLittle(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("1", 1024)); err != nil {
				return
			}
		}
	})
	diff(t, "fault", contract.FaultNoAddress, probed(t, asking(url), "").Fault)
}

func TestProbeFaults(t *testing.T) {
	closed := refusing(t)
	broken, _ := rawUpstream(t, reset(""))
	tests := []struct {
		name, service string
		fault         contract.Fault
		reason        string
	}{
		{"nobody listens", "http://" + closed, contract.FaultRefused,
			"connection refused: no server listens at " + closed},
		{"broken", broken, contract.FaultConnection, "connection broke: connection reset by peer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			diff(t, "probed", contract.Probed{Egress: 2, Service: test.service, Fault: test.fault, Reason: test.reason},
				probed(t, asking(test.service), ""), equateAddresses)
		})
	}
}

func TestProbeEndsInTime(t *testing.T) {
	tests := []struct {
		name            string
		timeout, lambda time.Duration
		reason          string
	}{
		{"by the limit of a call", 300 * time.Millisecond, time.Minute, "timeout: no whole answer within 300ms"},
		{"by Lambda's own", time.Minute, reportTime + 400*time.Millisecond, "timeout: no whole answer within 400ms"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const url = "http://127.0.0.1:9"
			l := asking(url)
			now := time.Now()
			l.Timeout, l.Now = test.timeout, func() time.Time { return now }
			ctx, cancel := context.WithDeadline(t.Context(), now.Add(test.lambda))
			defer cancel()
			e := l.build(t)
			e.prober.transport = mute{}
			result, err := e.Handle(ctx, contract.Payload{Probe: &contract.Probe{}})
			if err != nil {
				t.Fatal(err)
			}
			got := result.(contract.ProbeResult).Probe
			diff(t, "probed", contract.Probed{Egress: 2, Service: url, Fault: contract.FaultTimeout, Reason: test.reason}, got, equateAddresses)
		})
	}
}

func TestProbeWaitsAtMostTenSeconds(t *testing.T) {
	l := asking("")
	l.Timeout = 800 * time.Second
	diff(t, "limit", 10*time.Second, l.build(t).probeTime(context.Background()))
}

// What an invocation names is asked over TLS and outside, even where the
// upstream may be private.
func TestProbeAsksOnlyPublicServicesOfAnInvocation(t *testing.T) {
	cert := certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	var calls atomic.Int64
	inside := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{cert}}, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		io.WriteString(w, "3.120.4.5")
	})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(inside, "https://"))
	const malformed = "probe.url: must be an absolute https URL without user info, such as https://checkip.amazonaws.com"
	tests := []struct {
		name, url string
		fault     contract.Fault
		reason    string
	}{
		{"loopback", inside, contract.FaultBlockedAddress, "127.0.0.1:" + port +
			" leads to 127.0.0.1, which is loopback: only a service at a public address shows the public address of an egress"},
		{"a name of the metadata service", "https://meta.example", contract.FaultBlockedAddress,
			"meta.example leads to 169.254.169.254, which is link-local: only a service at a public address shows the public address of an egress"},
		{"http", "http://3.120.4.5/", contract.FaultInvalidRequest, malformed},
		{"a file", "file:///etc/passwd", contract.FaultInvalidRequest, malformed},
		{"no host", "https:///me", contract.FaultInvalidRequest, malformed},
		{"user info", "https://a:secret@3.120.4.5/", contract.FaultInvalidRequest, malformed},
		{"no URL", "https://%zz", contract.FaultInvalidRequest, malformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := asking("")
			l.TLS = trusting(t, cert)
			l.Dialer = &net.Dialer{Resolver: nameServer{"meta.example.": {169, 254, 169, 254}}.resolver()}
			got := probed(t, l, test.url)
			diff(t, "fault", test.fault, got.Fault)
			diff(t, "reason", test.reason, got.Reason)
		})
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("the private service was called %d times", n)
	}
}

func TestProbeOfTheOwnServiceGoesWhereTheUpstreamMay(t *testing.T) {
	url, calls := serve(t, answering(200, "3.120.4.5"))
	l := asking(url)
	diff(t, "address", "3.120.4.5", probed(t, l, "").Address.String())
	l.AllowPrivate = false
	diff(t, "fault", contract.FaultBlockedAddress, probed(t, l, "").Fault)
	diff(t, "calls", int64(1), calls.Load())
}

// A connection that is kept shows the address that it was opened from.
func TestProbeOpensAConnectionOfItsOwn(t *testing.T) {
	var opened atomic.Int64
	server := httptest.NewUnstartedServer(answering(200, "3.120.4.5"))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	l := asking(server.URL)
	l.Upstream = server.URL
	e := l.build(t)
	mustSucceed(t, e, first("GET"))
	for range 2 {
		deliver(t, e, `{"probe":{}}`)
	}
	diff(t, "connections", int64(3), opened.Load())
}

// Whatever a caller sends, the definition puts it below input.
func TestAnAttemptIsNotTakenForAProbe(t *testing.T) {
	upstream, attempts := serve(t, answering(200, "answer"))
	echo, asked := serve(t, answering(200, "3.120.4.5"))
	body := json.RawMessage(`{"probe":{"url":"` + echo + `"}}`)
	inRequest := first("POST")
	inRequest.Input.Request.Body = body
	invocation, err := json.Marshal(inRequest)
	if err != nil {
		t.Fatal(err)
	}
	beside := func(where string) string {
		return strings.Replace(string(invocation), where, where+`"probe":{},`, 1)
	}
	tests := map[string]string{
		"in the body":            string(invocation),
		"beside the request":     beside(`"input":{`),
		"beside the method":      beside(`"request":{`),
		"beside the attempt":     "{" + `"probe":{},` + string(invocation[1:]),
		"beside it, in capitals": "{" + `"PROBE":{},` + string(invocation[1:]),
	}
	l := asking(echo)
	l.Upstream = upstream
	e := l.build(t)
	for name, payload := range tests {
		t.Run(name, func(t *testing.T) {
			before := attempts.Load()
			var success contract.Success
			if err := json.Unmarshal([]byte(deliver(t, e, payload)), &success); err != nil {
				t.Fatal(err)
			}
			diff(t, "body", "answer", success.Response.Body)
			diff(t, "attempts", before+1, attempts.Load())
		})
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the echo service was asked %d times", n)
	}
}

func TestLogOfAProbe(t *testing.T) {
	url, _ := serve(t, answering(200, "3.120.4.5"))
	failing, _ := serve(t, answering(503, ""))
	tests := []struct {
		name, service string
		want          map[string]any
	}{
		{"address", url + "/me?key=secret", map[string]any{
			"level": "INFO", "msg": "probe", "egress": 2.0, "service": url + "/me", "durationMs": 0.0, "address": "3.120.4.5",
		}},
		{"fault", failing, map[string]any{
			"level": "WARN", "msg": "probe", "egress": 2.0, "service": failing, "durationMs": 0.0,
			"fault": "no-address", "reason": "the service answers with status 503",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			l := asking(test.service)
			l.Log = contract.NewLogger(&out)
			probed(t, l, "")
			var got map[string]any
			if err := json.Unmarshal(out.Bytes(), &got); err != nil { // more than one line fails here
				t.Fatalf("%v\n%s", err, out.String())
			}
			diff(t, "line", test.want, got, exceptTime)
		})
	}
}

func TestNewRefusesAnEchoService(t *testing.T) {
	for service, want := range map[string]string{
		"checkip.amazonaws.com": "egress: Config.AddressEcho must be an absolute http or https URL without user info, got " +
			"checkip.amazonaws.com",
		"ftp://a.example": "egress: Config.AddressEcho must be an absolute http or https URL without user info, got ftp://a.example",
		"https://u:secret@a.example": "egress: Config.AddressEcho must be an absolute http or https URL without user info, got " +
			"https://u:xxxxx@a.example",
	} {
		l := asking(service)
		_, err := New(l.Config, l.Environment)
		if err == nil {
			t.Fatalf("%s: no error", service)
		}
		diff(t, "error", want, err.Error())
	}
	diff(t, "default", contract.AddressEcho, asking("").build(t).prober.own.String())
}
