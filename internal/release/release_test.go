package release

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The versions are those that the go command stamps (Go Modules Reference,
// "Pseudo-versions").
func TestRelease(t *testing.T) {
	for version, want := range map[string]struct{ own, last string }{
		"(devel)":                            {"", ""},
		"unknown":                            {"", ""},
		"v0.4.0":                             {"v0.4.0", "v0.4.0"},
		"v0.4.0+dirty":                       {"v0.4.0", "v0.4.0"},
		"v1.0.0-rc.1":                        {"v1.0.0-rc.1", "v1.0.0-rc.1"},
		"v0.0.0-20261201170945-e05173f8a1b2": {"v0.0.0-20261201170945-e05173f8a1b2", "v0.0.0-20261201170945-e05173f8a1b2"},
		"v2.0.0-20261201170945-e05173f8a1b2+dirty":        {"v2.0.0-20261201170945-e05173f8a1b2", "v2.0.0-20261201170945-e05173f8a1b2"},
		"v0.4.1-0.20261201170945-e05173f8a1b2":            {"v0.4.1-0.20261201170945-e05173f8a1b2", "v0.4.0"},
		"v0.4.10-0.20261201170945-e05173f8a1b2+dirty":     {"v0.4.10-0.20261201170945-e05173f8a1b2", "v0.4.9"},
		"v1.0.0-rc.1.0.20261201170945-e05173f8a1b2":       {"v1.0.0-rc.1.0.20261201170945-e05173f8a1b2", "v1.0.0-rc.1"},
		"v1.0.0-rc.0.20261201170945-e05173f8a1b2":         {"v1.0.0-rc.0.20261201170945-e05173f8a1b2", "v1.0.0-rc"},
		"v1.0.0-rc.1.0.20261201170945-e05173f8a1b2+dirty": {"v1.0.0-rc.1.0.20261201170945-e05173f8a1b2", "v1.0.0-rc.1"},
	} {
		b := Build{Version: version}
		if own, last := b.Release(), b.LastRelease(); own != want.own || last != want.last {
			t.Errorf("%s: release %q after %q, want %q after %q", version, own, last, want.own, want.last)
		}
	}
}

func TestOf(t *testing.T) {
	const platform = runtime.GOOS + "/" + runtime.GOARCH
	vcs := []debug.BuildSetting{{Key: "vcs.revision", Value: "e05173f8a1b2c3d4"}, {Key: "vcs.time", Value: "2026-12-01T17:11:09Z"},
		{Key: "vcs.modified", Value: "true"}}
	for name, test := range map[string]struct {
		info *debug.BuildInfo
		want Build
	}{
		"nothing":   {nil, Build{Version: "(devel)"}},
		"no module": {&debug.BuildInfo{}, Build{Version: "(devel)"}},
		"installed": {&debug.BuildInfo{Main: debug.Module{Version: "v0.4.0"}}, Build{Version: "v0.4.0"}},
		"installed at a commit": {&debug.BuildInfo{Main: debug.Module{Version: "v0.4.1-0.20261201170945-e05173f8a1b2"}},
			Build{Version: "v0.4.1-0.20261201170945-e05173f8a1b2", Commit: "e05173f8a1b2", Date: "2026-12-01T17:09:45Z"}},
		"from a checkout": {&debug.BuildInfo{Main: debug.Module{Version: "v0.4.0+dirty"}, Settings: vcs},
			Build{Version: "v0.4.0+dirty", Commit: "e05173f8a1b2c3d4", Date: "2026-12-01T17:11:09Z", Modified: true}},
	} {
		test.want.Go, test.want.Platform = runtime.Version(), platform
		if diff := cmp.Diff(test.want, of(test.info)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The order is that of Semantic Versioning, section 11, whose own example it holds.
func TestNewer(t *testing.T) {
	ordered := []string{"v0.0.0-20251231235959-ffffffffffff", "v0.0.0-20260101000000-000000000000", "v0.0.0-20261201170945-e05173f8a1b2",
		"v0.3.0", "v0.4.0-rc.1", "v0.4.0-rc.1.0.20261201170945-e05173f8a1b2", "v0.4.0-rc.2", "v0.4.0",
		"v0.4.1-0.20261201170945-e05173f8a1b2", "v0.4.1-0.20261202000000-000000000000", "v0.4.1", "v0.10.0",
		"v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta",
		"v1.0.0-beta", "v1.0.0-beta.2", "v1.0.0-beta.11", "v1.0.0-rc.1", "v1.0.0", "v2.0.0"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := Newer(a, b); got != (i > j) {
				t.Errorf("Newer(%s, %s) = %v", a, b, got)
			}
		}
	}
	for _, pair := range [][2]string{{"v1.0.0", ""}, {"", "v1.0.0"}, {"", ""}, {"v1.0.0", "(devel)"}, {"v1.0.0+a", "v1.0.0"},
		{"v0.0.0-20261201170945-f05173f8a1b2", "v0.0.0-20261201170945-e05173f8a1b2"},
		{"v0.4.1-0.20261201170945-f05173f8a1b2", "v0.4.1-0.20261201170945-e05173f8a1b2"},
		{"v0.0.0-20261201170945-e05173f8a1b2", "v0.0.0-20261201170945-e05173f8a1b2"}, {"v0.0.0-20261201170945-e05173f8a1b2", ""}} {
		if Newer(pair[0], pair[1]) {
			t.Errorf("Newer(%q, %q): which is newer is not known", pair[0], pair[1])
		}
	}
}
