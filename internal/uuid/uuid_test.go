package uuid_test

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/sfngen/sfngen/internal/uuid"
)

func TestVersionAndVariantAreSet(t *testing.T) {
	for _, test := range []struct {
		fill byte
		want string
	}{
		{0x00, "00000000-0000-4000-8000-000000000000"},
		{0xff, "ffffffff-ffff-4fff-bfff-ffffffffffff"},
	} {
		if got := uuid.Of([16]byte(bytes.Repeat([]byte{test.fill}, 16))); got != test.want {
			t.Errorf("of %x: got %s, want %s", test.fill, got, test.want)
		}
	}
}

func TestNewIsAnotherEachTime(t *testing.T) {
	valid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	a, b := uuid.New(), uuid.New()
	if a == b || !valid.MatchString(a) || !valid.MatchString(b) {
		t.Errorf("got %s and %s, want two UUIDs of version 4", a, b)
	}
}

// The example of RFC 9562, appendix A.4: www.example.com in the namespace of DNS names.
func TestNamedIsThatOfTheRFC(t *testing.T) {
	dns := [16]byte{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	if got, want := uuid.Named(dns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
