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
