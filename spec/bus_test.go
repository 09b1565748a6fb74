package spec_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

func TestBusOf(t *testing.T) {
	const arn = "arn:aws:events:eu-central-1:123456789012:event-bus/"
	for written, want := range map[string]struct {
		bus       spec.Bus
		isDefault bool
		prefix    string
	}{
		"":        {spec.Bus{Name: "default"}, true, ""},
		"default": {spec.Bus{Written: "default", Name: "default"}, true, ""},
		"orders":  {spec.Bus{Written: "orders", Name: "orders"}, false, "orders/"},
		"aws.partner/shop.example/a/b": {spec.Bus{Written: "aws.partner/shop.example/a/b", Name: "aws.partner/shop.example/a/b"}, false,
			"aws.partner/shop.example/a/b/"},
		arn + "orders": {spec.Bus{Written: arn + "orders", Name: "orders", Partition: "aws", Region: "eu-central-1", Account: "123456789012"},
			false, "orders/"},
		arn + "default": {spec.Bus{Written: arn + "default", Name: "default", Partition: "aws", Region: "eu-central-1",
			Account: "123456789012"}, false, ""},
		arn + "aws.partner/a/b": {spec.Bus{Written: arn + "aws.partner/a/b", Name: "aws.partner/a/b", Partition: "aws",
			Region: "eu-central-1", Account: "123456789012"}, false, "aws.partner/a/b/"},
	} {
		got := spec.BusOf(written)
		if diff := cmp.Diff(want.bus, got); diff != "" || got.IsDefault() != want.isDefault || got.RulePrefix() != want.prefix {
			t.Errorf("%q: default %t, prefix %q (-want +got):\n%s", written, got.IsDefault(), got.RulePrefix(), diff)
		}
	}
}

// TestBuses: what names no bus of one account and region.
func TestBuses(t *testing.T) {
	const arn = "arn:aws:events:eu-central-1:123456789012:event-bus/"
	tests := []struct {
		name  string
		buses []string
		want  string // of the one finding; "" for none
	}{
		{"names", []string{"", "default", "orders", "Orders.v2_x-y", "aws.partner/shop.example/123/orders"}, ""},
		{"ARNs of one account", []string{arn + "orders", arn + "default", "other"}, ""},
		{"one bus ten times", slices.Repeat([]string{"orders"}, 10), ""},
		{"a space", []string{"my bus"}, "bus: must be the name of an event bus"},
		{"a slash", []string{"a/b"}, "must be the name of an event bus"},
		{"another service", []string{"arn:aws:sqs:eu-central-1:123456789012:orders"}, "must be the name of an event bus"},
		{"a rule", []string{"arn:aws:events:eu-central-1:123456789012:rule/orders"}, "must be the name of an event bus"},
		{"another partition", []string{strings.Replace(arn, ":aws:", ":aws-cn:", 1) + "orders"},
			"is a bus of the partition aws-cn, and the stack is for aws; name a bus of the account that the stack is deployed to"},
		{"two accounts", []string{arn + "a", strings.Replace(arn, "1234", "9999", 1) + "b"},
			"triggers.events[1].bus: is a bus in eu-central-1 of account 999956789012, and that of event e0 is in eu-central-1 of account " +
				"123456789012: rules live with their bus"},
		{"two regions, beyond the tenth", append(slices.Repeat([]string{arn + "a"}, 11), strings.Replace(arn, "central", "west", 1)+"a"),
			"triggers.events[11].bus: is a bus in eu-west-1"},
		{"six", []string{"a", "b", "c", "d", "e", "f", "g"}, "triggers.events[5].bus: is the 6th bus of this stack"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var src strings.Builder
			src.WriteString(placeholderHead + "triggers:\n  events:\n")
			for i, bus := range test.buses {
				fmt.Fprintf(&src, "    - {name: e%d, bus: '%s', pattern: {source: [x]}, request: {method: GET, path: /}}\n", i, bus)
			}
			text := strings.ReplaceAll(src.String(), "bus: '', ", "")
			got := messages(t, text)
			if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)) {
				t.Errorf("findings %q, want %q", got, test.want)
			}
		})
	}
}
