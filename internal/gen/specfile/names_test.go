package specfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/specfile"
)

const head = "version: 1\nname: orders\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 2}\n"

func TestNamesIn(t *testing.T) {
	tests := []struct {
		name, src string
		want      specfile.Names
	}{
		{"no environments", head, specfile.Names{{Stack: "orders"}}},
		{"in the spec's order", head + "environments: {staging: , dev: {egress: {count: 2}}, prod: {keepName: true}}", specfile.Names{
			{Stack: "orders-staging", Environment: "staging"}, {Stack: "orders-dev", Environment: "dev"}, {Stack: "orders", Environment: "prod"}}},
		{"aliases and merges", head + "environments: {a: &a {keepName: true}, <<: [{b: }, {a: , c: }]}", specfile.Names{
			{Stack: "orders", Environment: "a"}, {Stack: "orders-b", Environment: "b"}, {Stack: "orders-c", Environment: "c"}}},
		{"the upstream in each", "version: 1\nname: orders\nretry: {maxAttempts: 2}\nenvironments: {a: {upstream: {url: 'https://a.example'}}}",
			specfile.Names{{Stack: "orders-a", Environment: "a"}}},
		{"all that is required in each", "version: 1\nname: orders\nenvironments:\n  a: &a {retry: {maxAttempts: 2}}\n" +
			"  b: {<<: *a, upstream: {url: 'https://b.example'}}\n",
			specfile.Names{{Stack: "orders-a", Environment: "a"}, {Stack: "orders-b", Environment: "b"}}},
		{"environments of something else", "name: orders\nenvironments: {a: {values: [upstream]}, b: }\n", nil},
		{"merges in a circle", head + "environments: &e {<<: *e}", nil},
		{"a Compose file", "name: orders\nservices: {}\n", nil},
		{"no YAML", "{", nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, specfile.NamesIn(strings.NewReader(test.src))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
