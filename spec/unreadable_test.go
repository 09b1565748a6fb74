package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// TestUnreadable has the ways in which a file can be no spec at all, with the
// place and words of each.
func TestUnreadable(t *testing.T) {
	const empty = "spec.yaml: error: the file holds no spec; sfngen init writes one to start from [empty-file]"
	tests := []struct{ name, src, want string }{
		{"no bytes", "", empty},
		{"a byte order mark only", "\ufeff", empty},
		{"comments only", "# a\n\n  # b\n", empty},
		{"null", "~\n", empty},
		{"an empty document", "---\n...\n", empty},
		{"a text", "acme\n", "spec.yaml:1:1: error: a spec must be a mapping of keys to values, got \"acme\"; sfngen init writes one to start from [wrong-shape]"},
		{"a list", "- version: 1\n", "spec.yaml:1:1: error: a spec must be a mapping of keys to values, got a list; sfngen init writes one to start from [wrong-shape]"},
		{"UTF-16", "\xff\xfev\x00", "spec.yaml: error: the file is UTF-16; save it as UTF-8 [not-utf8]"},
		{"Latin-1", "name: caf\xe9\n", "spec.yaml:1:10: error: the byte 0xe9 is not UTF-8; save the file as UTF-8 [not-utf8]"},
		{"a NUL", "name: a\x00b\n", "spec.yaml:1:8: error: the character U+0000 may not stand in YAML; remove it, or write it as an escape in double quotes [control-character]"},
		{"a tab as indent", "retry:\n\tmaxAttempts: 3\n", "spec.yaml:2:1: error: not YAML: found character that cannot start any token; indent with spaces, YAML takes no tabs [yaml-syntax]"},
		{"a colon in a value", "version: 1\nname: a: b\n", "spec.yaml:2:1: error: not YAML: mapping values are not allowed in this context; put a value that holds a colon and a space in quotes [yaml-syntax]"},
		{"an unclosed quote", "version: 1\nname: \"acme\nretry: {}\n", "spec.yaml:2:1: error: not YAML: found unexpected end of stream [yaml-syntax]"},
		{"an unclosed bracket", "version: 1\ntags: [a,\n\n  b\nname: x\n", "spec.yaml:2:1: error: not YAML: did not find expected ',' or ']' [yaml-syntax]"},
		{"a line out of place", "retry:\n    maxAttempts: 3\n  deadline: 1m\n", "spec.yaml:3:3: error: not YAML: did not find expected key [yaml-syntax]"},
		{"an alias of nothing", "version: 1\nname: *acme\n", "spec.yaml:2:7: error: the alias *acme has no anchor; write &acme where the value stands, above the alias [yaml-syntax]"},
		{"two specs", "version: 1\n---\nversion: 1\n", "spec.yaml:2:1: error: a second YAML document begins here; write one spec per file and name all files in one call [several-documents]"},
		{"an alias in itself", minimal + "tags: &t {a: *t}\n", "spec.yaml:5:14: error: tags.a: the alias *t stands inside its own anchor; write the value out [alias-explosion]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, findings := spec.Parse("spec.yaml", []byte(test.src))
			if file != nil || len(findings) == 0 {
				t.Fatalf("got file %v with findings %s, want an error", file, lines(findings))
			}
			if diff := cmp.Diff(test.want, findings[0].String()); diff != "" {
				t.Errorf("first finding (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLongFileKeepsALine: above the number of lines that are tried one by one
// the place is the YAML library's.
func TestLongFileKeepsALine(t *testing.T) {
	_, findings := spec.Parse("spec.yaml", []byte(strings.Repeat("# more\n", 400)+"name: a: b\n"))
	want := []string{"spec.yaml:401:1: error: not YAML: mapping values are not allowed in this context; put a value that holds a colon and a space in quotes [yaml-syntax]"}
	if diff := cmp.Diff(want, lines(findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestSizeLimit(t *testing.T) {
	padded := func(size int) []byte {
		return []byte(minimal + "#" + strings.Repeat("x", size-len(minimal)-1))
	}
	if file, findings := spec.Parse("spec.yaml", padded(spec.MaxSize)); file == nil {
		t.Errorf("1 MiB: refused: %s", lines(findings))
	}
	_, findings := spec.Parse("spec.yaml", padded(spec.MaxSize+1))
	want := []string{"spec.yaml: error: the file has 1048577 bytes, a spec may have 1048576 (1 MiB) [file-too-large]"}
	if diff := cmp.Diff(want, lines(findings)); diff != "" {
		t.Errorf("1 MiB and a byte (-want +got):\n%s", diff)
	}
}
