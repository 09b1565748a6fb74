package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDecodeLeavesBrokenFieldsAlone: a value that broke a rule has its default,
// so that no rule sees half of it.
func TestDecodeLeavesBrokenFieldsAlone(t *testing.T) {
	number := func(path, text string) *node { return &node{kind: isNumber, path: path, text: text} }
	egress := &node{kind: isMapping, path: "egress", named: map[string]*node{}}
	egress.add("memory", number("egress.memory", "64"))
	egress.add("concurrency", number("egress.concurrency", "7"))
	root := &node{kind: isMapping, named: map[string]*node{}}
	root.add("egress", egress)

	got := decode(root, func(path string) bool { return path != "egress.memory" })
	want := Default()
	want.Egress.Concurrency = 7
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
}
