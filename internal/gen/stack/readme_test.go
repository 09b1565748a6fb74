package stack_test

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/stack"
)

// The page says of logs what becomes of them, and who reads them.
func TestReadmeOfLogs(t *testing.T) {
	const search = "\nCloudWatch Logs Insights alone reads the logs below (`operations.logClass`): `sfngen trace` finds no line in them.\n\n|"
	const nat, nightly = "egress: {network: {type: nat}}\n", "triggers: {schedules: [{name: nightly, expression: rate(1 day), " +
		"request: {method: GET, path: /}}]}\n"
	tests := map[string]struct{ fields, want, lacks string }{
		"as ever":         {"", "delete everything, including logs:\n", "Insights alone"},
		"with triggers":   {nightly, "delete everything, including logs and dead letters:\n", ""},
		"in a network":    {nat, "delete everything, including logs, but for what is said above of the network:\n", ""},
		"logs stay":       {"operations: {retainLogs: true}\n", "delete everything, but for the logs (`operations.retainLogs`):\n", "including"},
		"letters go":      {nightly + "operations: {retainLogs: true}\n", "including dead letters, but for the logs (`", ""},
		"logs of network": {nat + "operations: {retainLogs: true}\n", "(`operations.retainLogs`) and what is said above of the network:\n", ""},
		"unsearchable":    {"operations: {logClass: infrequentAccess}\n", "each answer that is not the API's own." + search, ""},
	}
	for name, c := range tests {
		s, findings := stack.Load("acme.yaml", []byte("version: 1\nname: acme\nupstream: {url: 'https://api.acme.example'}\n"+
			"retry: {maxAttempts: 2}\n"+c.fields))
		if s == nil {
			t.Fatal(name, findings)
		}
		got := string(s.File("README.md"))
		if !strings.Contains(got, c.want) || c.lacks != "" && strings.Contains(got, c.lacks) {
			t.Errorf("%s: the README lacks %q, or has %q:\n%s", name, c.want, c.lacks, got)
		}
	}
}
