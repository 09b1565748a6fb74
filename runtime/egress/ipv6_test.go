package egress

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// onIPv6 is a server on ::1, and its port.
func onIPv6(t *testing.T, handler http.HandlerFunc) (port string) {
	t.Helper()
	listener, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6: ", err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler}}
	server.Start()
	t.Cleanup(server.Close)
	_, port, _ = net.SplitHostPort(listener.Addr().String())
	return port
}

// A server that has both families is called by IPv6, also where the other one answers.
func TestOnlyIPv6CallsByIPv6(t *testing.T) {
	var from string
	port := onIPv6(t, func(_ http.ResponseWriter, r *http.Request) { from = r.RemoteAddr })
	for _, host := range []string{"both.example", "six.example", "[::1]"} {
		from = ""
		l := newLab("http://" + host + ":" + port)
		l.OnlyIPv6 = true
		l.Dialer = &net.Dialer{Resolver: nameServer{"both.example.": {127, 0, 0, 1}}.resolver()}
		mustSucceed(t, l.build(t), first("GET"))
		if !strings.HasPrefix(from, "[::1]:") {
			t.Errorf("%s: called from %q", host, from)
		}
	}
}

func TestOnlyIPv6SaysWhatHasNone(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	port := url[strings.LastIndex(url, ":")+1:]
	const nat = "; egress.network.type: nat in the spec calls by IPv4"
	tests := []struct {
		name, host, result string
		fault              contract.Fault
		reason             string
	}{
		{"a name with IPv4 addresses only", "four.example", contract.ErrTransient, contract.FaultDNS,
			"name not resolved: four.example has no AAAA record, only IPv4 addresses, and this egress calls by IPv6 only" + nat},
		{"no name", "none.example", contract.ErrTransient, contract.FaultDNS, "name not resolved: none.example: no such host"},
		{"an address", "127.0.0.1", contract.ErrRejected, contract.FaultConnect,
			"no connection: 127.0.0.1 is an IPv4 address, and this egress calls by IPv6 only" + nat},
		{"a mapped one", "[::ffff:127.0.0.1]", contract.ErrRejected, contract.FaultConnect,
			"no connection: ::ffff:127.0.0.1 is an IPv4 address, and this egress calls by IPv6 only" + nat},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab("http://" + test.host + ":" + port)
			l.OnlyIPv6 = true
			l.Dialer = &net.Dialer{Resolver: nameServer{"four.example.": {127, 0, 0, 1}}.resolver()}
			failed := mustFail(t, l.build(t), first("GET"))
			diff(t, "name", test.result, failed.name)
			diff(t, "fault", test.fault, failed.failure.Attempts[0].Fault)
			diff(t, "reason", test.reason, failed.failure.Reason)
			if !test.fault.NotSent() {
				t.Error("it may have acted")
			}
		})
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("the upstream was called %d times", n)
	}
}

// POST without a key may be sent again, as nobody has seen it.
func TestOnlyIPv6IsCertain(t *testing.T) {
	l := newLab("http://four.example")
	l.OnlyIPv6 = true
	l.Dialer = &net.Dialer{Resolver: nameServer{"four.example.": {127, 0, 0, 1}}.resolver()}
	failed := mustFail(t, l.build(t), first("POST"))
	diff(t, "name", contract.ErrTransient, failed.name)
}

func TestOnlyIPv6KeepsTheGuard(t *testing.T) {
	var calls atomic.Int64
	port := onIPv6(t, func(http.ResponseWriter, *http.Request) { calls.Add(1) })
	for host, kind := range map[string]string{
		"six.example":    "::1 is loopback",
		"nat64.example":  "64:ff9b::7f00:1 is loopback (embedded IPv4)",
		"ula.example":    "fd00::1 is private (unique local)",
		"teredo.example": "2001:0:a00:1::1 is private (embedded IPv4)",
		"6to4.example":   "2002:a00:1::1 is private (embedded IPv4)",
		"[64:ff9b::1]":   "64:ff9b::1 is unspecified (this network) (embedded IPv4)",
	} {
		l := newLab("http://" + host + ":" + port)
		l.AllowPrivate, l.OnlyIPv6 = false, true
		l.Dialer = &net.Dialer{Resolver: nameServer{}.resolver()}
		failed := mustFail(t, l.build(t), first("GET"))
		diff(t, host, "blocked address: "+kind+"; upstream.allowPrivate: true in the spec lets an egress call it", failed.failure.Reason)
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("the upstream was called %d times", n)
	}
}

func TestOnlyIPv6OfAProbe(t *testing.T) {
	l := newLab("http://six.example")
	l.OnlyIPv6, l.AddressEcho = true, "https://four.example/me"
	l.Dialer = &net.Dialer{Resolver: nameServer{"four.example.": {127, 0, 0, 1}}.resolver()}
	e := l.build(t)
	for service, want := range map[string]contract.Probed{
		"": {Fault: contract.FaultDNS, Service: "https://four.example/me", Reason: "name not resolved: four.example has no AAAA record, " +
			"only IPv4 addresses, and this egress calls by IPv6 only: only a service with IPv6 shows its address"},
		"https://192.31.196.1/": {Fault: contract.FaultConnect, Service: "https://192.31.196.1/", Reason: "no connection: 192.31.196.1 is " +
			"an IPv4 address, and this egress calls by IPv6 only: only a service with IPv6 shows its address"},
	} {
		got := e.probe(t.Context(), contract.Probe{URL: service})
		diff(t, "service", want.Service, got.Service)
		diff(t, "fault", want.Fault, got.Fault)
		diff(t, "reason", want.Reason, got.Reason)
	}
}

// A token endpoint is called in the same way.
func TestOnlyIPv6OfTheDialerOfCredentials(t *testing.T) {
	l := newLab("https://six.example")
	l.OnlyIPv6 = true
	l.Dialer = &net.Dialer{Resolver: nameServer{"four.example.": {127, 0, 0, 1}}.resolver()}
	d := boundedDialer(l.Config, l.Environment)
	for address, blocked := range map[string]bool{"four.example:443": false, "192.31.196.1:443": true} {
		_, err := d.DialContext(t.Context(), "tcp", address)
		if err == nil || !strings.Contains(err.Error(), "this egress calls by IPv6 only") || IsBlocked(err) != blocked {
			t.Errorf("%s: %v, blocked: %v", address, err, IsBlocked(err))
		}
	}
}

// A run on one machine has IPv4, whatever the stack has later.
func TestOnlyIPv6IsNotForOneMachine(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	for _, source := range []string{"::", "0.0.0.0", "127.0.0.1"} {
		variables := map[string]string{contract.EnvEgress: "1", contract.EnvSource: source}
		e, err := start(Config{Upstream: url, Methods: []string{"GET"}, AllowPrivate: true, OnlyIPv6: true, Timeout: 1e9},
			func(name string) string { return variables[name] })
		if err != nil {
			t.Fatal(err)
		}
		e.now = at(0)
		mustSucceed(t, e, first("GET"))
	}
	if n := calls.Load(); n != 3 {
		t.Errorf("the upstream was called %d times", n)
	}
}

// What is not about the family keeps its own words.
func TestOnlyIPv6LeavesOtherErrorsAlone(t *testing.T) {
	var lookups atomic.Int64
	broken := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		lookups.Add(1)
		return nil, errors.New("no way to the name server")
	}}
	d := &Dialer{net.Dialer{Resolver: broken}, true}
	_, err := d.DialContext(t.Context(), "tcp", "six.example:443")
	var family *familyError
	if err == nil || errors.As(err, &family) {
		t.Errorf("a broken name server: %v", err)
	}
	port := onIPv6(t, nil)
	d = &Dialer{net.Dialer{ControlContext: func(context.Context, string, string, syscall.RawConn) error { return syscall.ECONNREFUSED }}, true}
	if _, err = d.DialContext(t.Context(), "tcp", "[::1]:"+port); !errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &family) {
		t.Errorf("a server that refuses: %v", err)
	}
}
