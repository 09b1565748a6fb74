package loopback_test

import (
	"net"
	"runtime"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/local/loopback"
)

func listen(t *testing.T, address string) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	t.Cleanup(func() { l.Close() })
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

func TestEachEgressHasAnAddressOfItsOwn(t *testing.T) {
	s := loopback.For(t.Context(), "http://127.0.0.1:8429/v1", 50)
	if runtime.GOOS == "darwin" {
		if !strings.Contains(s.Note, "one loopback address") || s.Of(1).IsValid() {
			t.Errorf("note %q, egress 1 from %s", s.Note, s.Of(1))
		}
		return
	}
	for k, want := range map[int]string{1: "127.0.0.101", 12: "127.0.0.112", 50: "127.0.0.150"} {
		if got := s.Of(k).String(); got != want {
			t.Errorf("egress %d from %s, want %s", k, got, want)
		}
	}
	for _, k := range []int{0, 51, -1} {
		if s.Of(k).IsValid() {
			t.Errorf("egress %d from %s, want none", k, s.Of(k))
		}
	}
	if s.Note != "" {
		t.Errorf("note %q", s.Note)
	}
}

// For a remote upstream the system chooses: a loopback address could not reach it.
func TestAnUpstreamElsewhereIsCalledFromWhereTheSystemSays(t *testing.T) {
	for _, upstream := range []string{"https://192.0.2.1/v1", "http://10.0.0.1", "https://[2001:db8::1]", "https://api.invalid", "://"} {
		if s := loopback.For(t.Context(), upstream, 3); s.Of(1).IsValid() || s.Note != "" {
			t.Errorf("%s: egress 1 from %s, note %q", upstream, s.Of(1), s.Note)
		}
	}
}

func TestIPv6HasOneLoopbackAddress(t *testing.T) {
	if s := loopback.For(t.Context(), "http://[::1]:8429", 3); s.Of(1).IsValid() || !strings.Contains(s.Note, "all egresses call from ::1") {
		t.Errorf("egress 1 from %s, note %q", s.Of(1), s.Note)
	}
}

// A name may have both families; the listening address decides.
func TestLocalhostIsCalledWhereSomeoneListens(t *testing.T) {
	if runtime.GOOS == "darwin" {
		return // one address either way: the first test
	}
	if s := loopback.For(t.Context(), "http://localhost:"+listen(t, "127.0.0.1:0"), 3); s.Of(1).String() != "127.0.0.101" {
		t.Errorf("listening on 127.0.0.1: egress 1 from %s, note %q", s.Of(1), s.Note)
	}
}
