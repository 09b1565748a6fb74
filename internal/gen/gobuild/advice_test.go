package gobuild_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

const (
	fetchHint = "\ngo could not fetch the stack's modules: check the network, HTTPS_PROXY and GOPROXY ('go env GOPROXY' shows it); " +
		"to compile without a network, run 'go mod download' in the stack's folder while there is one"
	needs = `package main

import _ "example.com/lib"

func main() {}
`
	needsMod = goMod + "\nrequire example.com/lib v1.0.0\n"
	needsSum = `example.com/lib v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
example.com/lib v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
`
)

// proxy is a module proxy, or what is in between, that answers everything alike.
func proxy(t *testing.T, status int) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not today", status) }))
	t.Cleanup(server.Close)
	return server.URL
}

// What the real go command says, and what is added.
func TestFailures(t *testing.T) {
	fetching := files{"go.mod": needsMod, "go.sum": needsSum, "cmd/egress/main.go": needs}
	for _, test := range []struct {
		name       string
		files      files
		goproxy    string
		begin, end string // of the error; the rest is other words of go's
	}{
		{
			name:  "an error in the code",
			files: files{"cmd/egress/main.go": hello + "\nvar n int = greeting\n"},
			begin: "compiling the egress Lambda:\n# stacks/small/cmd/egress\n",
			end:   "cmd/egress/main.go:7:13: cannot use greeting (variable of type string) as int value in variable declaration",
		},
		{
			name:  "no such main",
			files: files{"cmd/egress/main.go": "package egress\n\nimport _ \"nowhere\"\n"},
			begin: "compiling the egress Lambda:\n",
			end:   "cmd/egress/main.go:3:8: package nowhere is not in std (",
		},
		{
			name:  "an old go",
			files: files{"go.mod": "module stacks/small\n\ngo 1.99.0\n"},
			begin: "compiling the egress Lambda:\ngo: go.mod requires go >= 1.99.0 (running go",
			end: "\nthe installed Go is too old for the stack: install Go 1.99.0 or newer from https://go.dev/dl, or set GOTOOLCHAIN=auto " +
				"and go fetches it",
		},
		{
			name: "offline", files: fetching, goproxy: "off",
			begin: "compiling the egress Lambda:\n",
			end:   ": module lookup disabled by GOPROXY=off" + fetchHint,
		},
		{
			name: "a proxy that refuses", files: fetching, goproxy: proxy(t, http.StatusProxyAuthRequired),
			begin: "compiling the egress Lambda:\n",
			end:   ": 407 Proxy Authentication Required\n\tserver response: not today" + fetchHint,
		},
		{
			name: "a proxy that is down", files: fetching, goproxy: "http://127.0.0.1:1",
			begin: "compiling the egress Lambda:\n",
			end:   ": connect: connection refused" + fetchHint,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("GOTOOLCHAIN", "local")
			if test.goproxy != "" {
				t.Setenv("GOPROXY", test.goproxy)
				t.Setenv("GOMODCACHE", t.TempDir())
			}
			err := gobuild.Build(t.Context(), gobuild.Options{
				Dir: module(t, t.TempDir(), test.files), Main: "egress", Out: filepath.Join(t.TempDir(), "out"),
			})
			if err == nil {
				t.Fatal("it compiles")
			}
			text := err.Error()
			if i := strings.Index(text, " is not in std ("); i >= 0 {
				text = text[:i+len(" is not in std (")] // GOROOT follows
			}
			if !strings.HasPrefix(text, test.begin) || !strings.HasSuffix(text, test.end) {
				t.Errorf("error %q\nbegins not with %q\nor ends not with %q", text, test.begin, test.end)
			}
		})
	}
}
