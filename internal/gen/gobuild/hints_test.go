package gobuild

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Words that this machine's go and network cannot be brought to say.
func TestAdvice(t *testing.T) {
	for _, test := range []struct{ name, words, want string }{
		{
			"a go before 1.21", "go: errors parsing go.mod:\n/s/go.mod:5: invalid go version '1.25.0': must match format 1.23",
			"the installed Go is too old for the stack: install Go 1.25.0 or newer from https://go.dev/dl",
		},
		{
			"a newer go that cannot be fetched",
			"go: downloading go1.99.0 (linux/amd64)\ngo: download go1.99.0: golang.org/toolchain@v0.0.1-go1.99.0.linux-amd64: Get " +
				"\"https://proxy.golang.org/x.zip\": dial tcp: no such host",
			"the installed Go is too old for the stack, and go could not fetch a newer one: install Go 1.99.0 or newer from https://go.dev/dl",
		},
		{
			"a newer go that there is not",
			"go: downloading go1.99.0 (linux/amd64)\ngo: download go1.99.0 for linux/amd64: toolchain not available",
			"the installed Go is too old for the stack, and go could not fetch a newer one: install Go 1.99.0 or newer from https://go.dev/dl",
		},
		{
			"git without a network",
			"go: github.com/a/b@v1.0.0: git ls-remote -q origin in /c: exit status 128:\n\tfatal: unable to access 'https://github.com/a/b/': " +
				"Could not resolve host: github.com",
			hints[3].hint,
		},
		{
			"another module than go.sum knows",
			"go: downloading github.com/a/b v1.0.0\nverifying github.com/a/b@v1.0.0: checksum mismatch\n\tdownloaded: h1:x\n\tgo.sum:     " +
				"h1:y\n\nSECURITY ERROR\nThis download does NOT match an earlier download recorded in go.sum.",
			"",
		},
		{"an error in the code", "go: downloading github.com/a/b v1.0.0\n# s/cmd/egress\ncmd/egress/main.go:1:1: undefined: x", ""},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, advice(test.words)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
