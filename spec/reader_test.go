package spec_test

import (
	"fmt"
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
		{"a text", "acme\n", "spec.yaml:1:1: error: a spec must be a mapping of keys to values, got \"acme\"; sfngen init writes one to " +
			"start from [wrong-shape]"},
		{"a list", "- version: 1\n", "spec.yaml:1:1: error: a spec must be a mapping of keys to values, got a list; sfngen init writes " +
			"one to start from [wrong-shape]"},
		{"UTF-16", "\xff\xfev\x00", "spec.yaml: error: the file is UTF-16; save it as UTF-8 [not-utf8]"},
		{"Latin-1", "name: caf\xe9\n", "spec.yaml:1:10: error: the byte 0xe9 is not UTF-8; save the file as UTF-8 [not-utf8]"},
		{"a NUL", "name: a\x00b\n", "spec.yaml:1:8: error: the character U+0000 is not allowed in YAML; remove it, or write it as an " +
			"escape in double quotes [control-character]"},
		{"a tab as indent", "retry:\n\tmaxAttempts: 3\n",
			"spec.yaml:2:1: error: not YAML: found character that cannot start any token; indent with spaces, YAML takes no tabs [yaml-syntax]"},
		{"a colon in a value", "version: 1\nname: a: b\n",
			"spec.yaml:2:1: error: not YAML: mapping values are not allowed in this context; put a value that holds a colon and a space in " +
				"quotes [yaml-syntax]"},
		{"an unclosed quote", "version: 1\nname: \"acme\nretry: {}\n",
			"spec.yaml:2:1: error: not YAML: found unexpected end of stream [yaml-syntax]"},
		{"an unclosed bracket", "version: 1\ntags: [a,\n\n  b\nname: x\n",
			"spec.yaml:2:1: error: not YAML: did not find expected ',' or ']' [yaml-syntax]"},
		{"a line out of place", "retry:\n    maxAttempts: 3\n  deadline: 1m\n",
			"spec.yaml:3:3: error: not YAML: did not find expected key [yaml-syntax]"},
		{"an alias of nothing", "version: 1\nname: *acme\n",
			"spec.yaml:2:7: error: the alias *acme has no anchor; write &acme before the value, above the alias [yaml-syntax]"},
		{"cron in braces", inBraces("cron(0 3 * * ? *)"), bareCron(7, 35, "cron(0 3 * * ? *)")},
		{"cron in braces of a long file", strings.Repeat("# more\n", 400) + inBraces("cron(0 3 * * ? *)"), bareCron(407, 35,
			"cron(0 3 * * ? *)")},
		{"cron in braces, with a list", inBraces("cron(0,30 3 ? * MON-FRI *)"), bareCron(7, 35, "cron(0,30 3 ? * MON-FRI *)")},
		{"cron in braces over lines", minimal + "triggers:\n  schedules: [{name: é,\n    'é': cron(0 3 * * ? *)}]\n", bareCron(7, 10,
			"cron(0 3 * * ? *)")},
		{"cron in braces below a good one", strings.Replace(inBraces("cron(0 3 * * ? *)"), "    -",
			"    - expression: cron(0 4 * * ? *)\n    -", 1), bareCron(8, 35, "cron(0 3 * * ? *)")},
		{"cron in braces, and another fault", inBraces("cron(0 3 * * ? *)") + "name: a: b\n", bareCron(7, 35, "cron(0 3 * * ? *)")},
		{"another fault, and cron in braces", "name: a: b\n" + inBraces("cron(0 3 * * ? *)"),
			"spec.yaml:1:1: error: not YAML: mapping values are not allowed in this context; put a value that holds a colon and a space in " +
				"quotes [yaml-syntax]"},
		{"cron in quotes, and another fault", inBraces("'cron(0 3 * * ? *)'") + "name: a: b\n",
			"spec.yaml:8:1: error: not YAML: mapping values are not allowed in this context; put a value that holds a colon and a space in " +
				"quotes [yaml-syntax]"},
		{"two specs", "version: 1\n---\nversion: 1\n",
			"spec.yaml:2:1: error: a second YAML document begins here; write one spec per file and name all files in one call [several-documents]"},
		{"an alias in itself", minimal + "tags: &t {a: *t}\n",
			"spec.yaml:5:14: error: tags.a: the alias *t is inside its own anchor; write the value out [alias-explosion]"},
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

// inBraces is a spec with a schedule in braces.
func inBraces(expression string) string {
	return minimal + "triggers:\n  schedules:\n    - {name: nightly, expression: " + expression + ", request: {method: GET, path: /}}\n"
}

func bareCron(line, column int, expression string) string {
	return fmt.Sprintf("spec.yaml:%d:%d: error: not YAML: inside { }, an unquoted cron(…) ends early at its ? or comma; put it in "+
		"quotes: %q [yaml-syntax]", line, column, expression)
}

// TestLongFileKeepsALine: above the number of lines that are tried one by one
// the place is the YAML library's.
func TestLongFileKeepsALine(t *testing.T) {
	_, findings := spec.Parse("spec.yaml", []byte(strings.Repeat("# more\n", 400)+"name: a: b\n"))
	want := []string{"spec.yaml:401:1: error: not YAML: mapping values are not allowed in this context; put a value that holds a colon " +
		"and a space in quotes [yaml-syntax]"}
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
	for size, said := range map[int]string{
		spec.MaxSize + 1:     "1048577 bytes",
		16 * spec.MaxSize:    "16777216 bytes",
		spec.MostRead:        "more than 16 MiB", // what is read of a larger file
		spec.MostRead + 9999: "more than 16 MiB",
	} {
		_, findings := spec.Parse("spec.yaml", padded(size))
		want := []string{"spec.yaml: error: the file has " + said + ", a spec may have 1048576 (1 MiB) [file-too-large]"}
		if diff := cmp.Diff(want, lines(findings)); diff != "" {
			t.Errorf("%d bytes (-want +got):\n%s", size, diff)
		}
	}
}
