package gobuild

import "github.com/sfngen/sfngen/internal/lazyregexp"

// hints tell what to do about what go says. Go has no codes for its errors, so
// its words have to do; the first that matches counts. An error in the code needs
// no hint, and a checksum that differs must not get one: it is no matter of
// networks.
var hints = []struct {
	words *lazyregexp.Pattern
	hint  string
}{
	{
		lazyregexp.New(`requires go >= (\S+) \(running`),
		"the installed Go is too old for the stack: install Go $1 or newer from https://go.dev/dl, or set GOTOOLCHAIN=auto and go fetches it",
	},
	{ // before Go 1.21, which was the first to know "go 1.25.0" and to say the above
		lazyregexp.New(`invalid go version '([^']+)'`),
		"the installed Go is too old for the stack: install Go $1 or newer from https://go.dev/dl",
	},
	{
		lazyregexp.New(`(?m)^go: download go([^\s:]+)`),
		"the installed Go is too old for the stack, and go could not fetch a newer one: install Go $1 or newer from https://go.dev/dl",
	},
	{
		lazyregexp.New(`: Get "https?://|: reading (https?|file)://|: module lookup disabled by GOPROXY=off|: git [^\n]*: exit status`),
		"go could not fetch the stack's modules: check the network, HTTPS_PROXY and GOPROXY ('go env GOPROXY' shows it); " +
			"to compile without a network, run 'go mod download' in the stack's folder while there is one",
	},
}

// advice is "" where go's words are enough.
func advice(words string) string {
	for _, h := range hints {
		if match := h.words.FindStringSubmatchIndex(words); match != nil {
			return string(h.words.ExpandString(nil, h.hint, words, match))
		}
	}
	return ""
}
