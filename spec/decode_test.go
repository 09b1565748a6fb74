package spec

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// TestFieldsMatchSchema: Spec and the schema have the same fields, and each
// field's Go type is one that values can be read into. Schedules have no event
// to take a body from.
func TestFieldsMatchSchema(t *testing.T) {
	var b binder
	b.bind(reflect.TypeFor[Spec](), rootShape(), "")
	want := []string{"triggers.schedules[].request.BodyFrom: is a field of spec.Request, but not of the schema"}
	if diff := cmp.Diff(want, b.misfits); diff != "" {
		t.Errorf("what does not fit (-want +got):\n%s", diff)
	}
}

// TestAddressEchoIsTheContracts: an egress without a service of its own asks the
// one that the schema documents.
func TestAddressEchoIsTheContracts(t *testing.T) {
	if got := Default().Egress.AddressEcho; got != contract.AddressEcho {
		t.Errorf("the default of egress.addressEcho is %s, that of the contract %s", got, contract.AddressEcho)
	}
}

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
