package orchestrator

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// callerPath is a checked path: escaped as it is sent, and unescaped.
type callerPath struct{ escaped, plain string }

// readPath refuses what would let a caller climb out of the upstream's own path
// (RFC 3986 5.2.4): dot segments, also escaped ones and those that a server
// sees after it dropped path parameters ("..;a=b"), backslashes, and what servers
// read in several ways (contract.PathFault).
func readPath(raw string) (callerPath, error) {
	escaped := escapePath(raw)
	plain, err := url.PathUnescape(escaped)
	if err != nil {
		return callerPath{}, invalidPath.problem(fmt.Sprintf("The path cannot be read: %v.", err))
	}
	if fault := contract.PathFault(plain); fault != "" {
		return callerPath{}, invalidPath.problem("The path " + fault + ". Send a path without it.")
	}
	if strings.Contains(plain, `\`) {
		return callerPath{}, invalidPath.problem("The path has a backslash, which some servers take for a slash. Send a path without it.")
	}
	for segment := range strings.SplitSeq(plain, "/") {
		if name, _, _ := strings.Cut(segment, ";"); name == "." || name == ".." {
			return callerPath{}, invalidPath.problem(`The path has a "." or ".." segment. Send the path that it leads to.`)
		}
	}
	return callerPath{escaped: escaped, plain: plain}, nil
}

func (p callerPath) reserved() bool {
	return p.plain == contract.ReservedPath || strings.HasPrefix(p.plain, contract.ReservedPath+"/")
}

// escapePath escapes only what may not stand in a path (RFC 3986 3.3) and keeps
// every other byte as the caller sent it.
func escapePath(raw string) string {
	if !strings.HasPrefix(raw, "/") {
		raw = "/" + raw
	}
	return escape(raw, func(i int) bool {
		if raw[i] == '%' {
			return i+2 < len(raw) && isHex(raw[i+1]) && isHex(raw[i+2])
		}
		return isLetterOrDigit(raw[i]) || strings.IndexByte("/-._~!$&'()*+,;=:@", raw[i]) >= 0
	})
}

// escapeQuery escapes what would end the request line or the query. APIs read
// brackets and quotes in a query in their own ways: those stay as they came.
func escapeQuery(raw string) string {
	return escape(raw, func(i int) bool { return raw[i] > ' ' && raw[i] < 0x7f && raw[i] != '#' })
}

func escape(raw string, keep func(i int) bool) string {
	var b strings.Builder
	for i := range len(raw) {
		if keep(i) {
			b.WriteByte(raw[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", raw[i])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isLetterOrDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
