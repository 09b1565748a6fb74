package stack

import (
	"go/format"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/egress"
)

// A text of several lines stands as it is, where Go can quote it so.
func TestTextsOfSeveralLines(t *testing.T) {
	for text, want := range map[string]string{
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n": "`-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`",
		"a\r\nb": `"a\r\nb"`,
		"a`\nb":  `"a` + "`" + `\nb"`,
		"a":      `"a"`,
	} {
		if diff := cmp.Diff(want, goSource(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		source := "package main\n\nfunc main() {\n\tstart(" +
			literal(egress.Config{Upstream: "https://a", RenameHeaders: map[string]string{"x": "y"}, CABundle: text, AllowPrivate: true}) + ")\n}\n"
		formatted, err := format.Source([]byte(source))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(formatted), source); diff != "" {
			t.Errorf("%q (-gofmt +got):\n%s", text, diff)
		}
	}
}
