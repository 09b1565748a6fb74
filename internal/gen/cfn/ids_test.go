package cfn

import (
	"regexp"
	"testing"
)

func TestLogicalName(t *testing.T) {
	for name, want := range map[string]string{
		"nightly":      "Nightly",
		"order-placed": "OrderPlaced",
		"a-1":          "AX1",
		"a-x1":         "AXx1",
		"xml-import":   "XmlImport",
		"a--b":         "AXB",
	} {
		if got := logicalName(name); got != want {
			t.Errorf("logicalName(%q) = %q, want %q", name, got, want)
		}
	}
}

// Every trigger name of up to 7 characters over an alphabet that has each kind of
// character, and x, which the names use themselves.
func TestNoTwoNamesShareALogicalID(t *testing.T) {
	alphanumeric := regexp.MustCompile(`^[A-Za-z0-9]+$`)
	first := map[string]string{}
	var grow func(name string)
	grow = func(name string) {
		id := logicalName(name)
		if other, taken := first[id]; taken {
			t.Fatalf("%s and %s are both %s", other, name, id)
		}
		if !alphanumeric.MatchString(id) {
			t.Fatalf("%s is %s, which is no logical id", name, id)
		}
		first[id] = name
		if len(name) < 7 {
			for _, c := range []string{"a", "x", "1", "-"} {
				grow(name + c)
			}
		}
	}
	for _, c := range []string{"a", "x"} {
		grow(c)
	}
}
