package schema_test

import (
	"os"
	"path/filepath"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/schema"
)

// TestEditorsTakeWhatSfngenTakes: environments write what differs and nothing else; what
// is required may stand in them alone.
func TestEditorsTakeWhatSfngenTakes(t *testing.T) {
	const whole = "version: 1\nname: acme\nupstream: {url: 'https://api.example', headers: {accept: text/plain}}\nretry: {maxAttempts: 3}\n"
	tests := []struct {
		name, src string
		taken     bool
	}{
		{"no environments", whole, true},
		{"no URL", "version: 1\nname: acme\nupstream: {}\nretry: {maxAttempts: 3}\n", false},
		{"no upstream", "version: 1\nname: acme\nretry: {maxAttempts: 3}\n", false},
		{"a URL in each environment",
			"version: 1\nname: acme\nretry: {maxAttempts: 3}\nenvironments: {dev: {upstream: {url: 'https://a.example'}}}", true},
		{"what differs alone",
			whole + "environments: {dev: {upstream: {methods: [PUT]}, egress: {count: 2}}, prod: {keepName: true}, test: }", true},
		{"null", whole + "environments: {dev: {upstream: {headers: {accept: null}, methods: null}, egress: null, workflow: {type: null}, " +
			"retry: {backoff: {maxDelay: ~}, rateLimit: {headers: null}}}}", true},
		{"an unknown key", whole + "environments: {dev: {egres: {count: 2}}}", false},
		{"an unknown key in a section", whole + "environments: {dev: {egress: {cuont: 2}}}", false},
		{"a wrong value", whole + "environments: {dev: {egress: {count: 0}}}", false},
		{"what is shared", whole + "environments: {dev: {name: other}}", false},
		{"an item without what it requires", whole + "environments: {dev: {triggers: {schedules: [{name: at}]}}}", false},
		{"a name", whole + "environments: {Dev: {}}", false},
		{"keepName", whole + "environments: {dev: {keepName: maybe}}", false},
		{"none", whole + "environments: {}", false},
	}
	compiled, err := schema.Compile("https://editors.example/schema.json", schema.ForEditors())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := compiled.Validate(valueOf(t, []byte(test.src))); (err == nil) != test.taken {
				t.Errorf("taken: %t, want %t: %v", err == nil, test.taken, err)
			}
		})
	}
	examples, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatal(examples, err)
	}
	for _, name := range examples {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(valueOf(t, src)); err != nil {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

func valueOf(t *testing.T, src []byte) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(src, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
