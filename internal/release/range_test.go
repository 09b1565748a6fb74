package release

import (
	"strings"
	"testing"
)

// What holds is what Terraform's documentation says of each operator.
func TestRangeHolds(t *testing.T) {
	for text, test := range map[string]struct{ in, out string }{
		">=0.4, <0.6":    {"v0.4.0 v0.4.7 v0.5.99 v0.5.0+dirty", "v0.3.9 v0.6.0 v0.6.0-rc.1 v0.4.0-rc.1 v1.0.0"},
		">= v0.4.2":      {"v0.4.2 v0.10.0 v2.0.0", "v0.4.1 v0.4.2-rc.1"},
		"~> 0.4":         {"v0.4.0 v0.9.3", "v0.3.0 v1.0.0 v1.0.0-rc.1"},
		"~>0.4.2":        {"v0.4.2 v0.4.10", "v0.4.1 v0.5.0"},
		"0.4.1":          {"v0.4.1", "v0.4.2 v0.4.0"},
		"= 1":            {"v1.0.0", "v1.0.1"},
		"> 0.4, != 0.5":  {"v0.4.1 v0.5.1", "v0.4.0 v0.5.0"},
		"<= 0.6":         {"v0.6.0 v0.1.0", "v0.6.1"},
		">= 0.5.0-rc.1":  {"v0.5.0-rc.1 v0.5.0-rc.2 v0.5.0 v0.6.0", "v0.5.0-beta v0.6.0-rc.1"},
		"=0.5.0-rc.1":    {"v0.5.0-rc.1", "v0.5.0"},
		"~> 0.5.0-rc.1":  {"v0.5.0-rc.2 v0.5.3", "v0.6.0"},
		"  >=0.4 ,<0.5 ": {"v0.4.9", "v0.5.0"},
	} {
		r, err := ParseRange(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for _, release := range strings.Fields(test.in) {
			if !r.Holds(release) {
				t.Errorf("%s does not hold %s", text, release)
			}
		}
		for _, release := range strings.Fields(test.out) {
			if r.Holds(release) {
				t.Errorf("%s holds %s", text, release)
			}
		}
	}
	if !(Range{}).Holds("v0.1.0-rc.1") {
		t.Error("no range holds everything")
	}
}

func TestRangesThatAreNone(t *testing.T) {
	for _, text := range []string{"", "0.4 0.5", ">=0.4,", "=>0.4", "^0.4", "0.4.x", "latest", "v", "0.4.0.1", ">=01.2", "~> 1", "~>",
		">= 0.4 || < 0.2", "1234567890.1"} {
		if r, err := ParseRange(text); err == nil {
			t.Errorf("%q is a range: %+v", text, r)
		}
	}
}

func TestQuery(t *testing.T) {
	for text, want := range map[string]string{">=0.4": "latest", ">=0.4, <0.6": "<v0.6.0", "0.4.1": "v0.4.1", "~> 0.4": "<v1.0.0",
		"<=0.6": "<=v0.6.0"} {
		if r, err := ParseRange(text); err != nil || r.Query() != want {
			t.Errorf("%s: %q, want %q (%v)", text, r.Query(), want, err)
		}
	}
}
