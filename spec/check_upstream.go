package spec

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkURL checks that an egress can append a path to upstream.url.
func (c *checker) checkURL() {
	const path = "upstream.url"
	if !c.has(path) || !c.sound(path) {
		return
	}
	u, err := url.Parse(c.spec.Upstream.URL)
	if err != nil {
		c.fail("upstream-url", path, "is not a URL: "+reason(err), "")
		return
	}
	if problem, hint := upstreamProblem(c.spec.Upstream.URL, u); problem != "" {
		c.fail("upstream-url", path, problem, hint)
		return
	}
	c.checkPlaceholder(c.root.at(path), inPath, "write the URL itself; a spec reads no variables")
	c.checkUpstreamAddress(u)
	c.checkSecretPath(path, u.EscapedPath(), "generated code", "let the caller send that part of the path")
}

// reason is what net/url found, without the URL, which the finding shows anyway.
func reason(err error) string {
	var parse *url.Error
	if errors.As(err, &parse) {
		return parse.Err.Error()
	}
	return err.Error()
}

// upstreamProblem names the first thing in an upstream URL that a call could not
// keep; "" when there is none.
func upstreamProblem(written string, u *url.URL) (problem, hint string) {
	if u.RawQuery != "" || u.ForceQuery {
		return "holds a query", "write its parameters in upstream.query, which goes out with every call"
	}
	return urlProblem(written, u)
}

// urlProblem names the first thing in a URL that no call could keep; "" when
// there is none.
func urlProblem(written string, u *url.URL) (problem, hint string) {
	switch {
	case u.Hostname() == "":
		return "has no host", "write it as in https://api.acme.example/v1"
	case u.User != nil:
		return "holds user info, which would be committed with the spec", "send it in a header"
	case strings.Contains(written, "#"):
		return "holds a fragment, which HTTP does not send", "remove what follows the #"
	case u.Port() == "" && strings.HasSuffix(u.Host, ":"):
		return "has a colon, but no port", "remove the colon"
	case !isPort(u.Port()):
		return "has the port " + u.Port() + ", ports go from 1 to 65535", ""
	case strings.Contains(u.Hostname(), ":") && !strings.HasPrefix(u.Host, "["):
		return "has an IPv6 address without brackets", "write it as in https://[2001:db8::1]"
	case isNumberHost(u.Hostname()):
		return "has a host that ends in a number and is no IPv4 address", "write a name, or an address of four decimal numbers as in 192.0.2.1"
	case strings.ContainsFunc(written, isForeign):
		return fmt.Sprintf("holds %q, which is not allowed in a URL", firstForeign(written)),
			"escape it, as in %20 for a space; a host name with other letters is written as xn--…"
	case contract.PathFault(u.Path) != "":
		return contract.PathFault(u.Path), "write its path without"
	case hasDotSegments(u.Path):
		return "has . or .. segments in its path", "write the path that they lead to"
	}
	return "", ""
}

func firstForeign(written string) string {
	for _, r := range written {
		if isForeign(r) {
			return string(r)
		}
	}
	return ""
}

// isForeign reports whether a URL can hold r only escaped (RFC 3986 2).
func isForeign(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r)
}

func isPort(port string) bool {
	number := strings.TrimLeft(port, "0")
	return port == "" || len(number) > 0 && (len(number) < 5 || len(number) == 5 && number <= "65535")
}

// isNumberHost reports whether a host is written as a number, or ends in one, and is
// no address as an egress reads it: 2130706433, 0x7f.1, 127.1, 127.0.0.01. No name
// ends so, and some resolvers take it for an address.
func isNumberHost(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	last := strings.ToLower(host[strings.LastIndexByte(host, '.')+1:])
	digits := "0123456789"
	if hex, is := strings.CutPrefix(last, "0x"); is {
		last, digits = "0"+hex, digits+"abcdef"
	}
	return last != "" && strings.Trim(last, digits) == ""
}

// hasDotSegments sees them also where spaces, control characters or a NUL follow, which
// some servers drop.
func hasDotSegments(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		name, _, _ := strings.Cut(segment, "\x00")
		if name = strings.TrimRightFunc(name, isSpaceOrControl); name == "." || name == ".." {
			return true
		}
	}
	return false
}

func isSpaceOrControl(r rune) bool { return r <= ' ' || r == 0x7f }

// checkUpstreamAddress refuses what no egress would dial, and warns of what
// anyone on the way can read. Names are judged by the egress, once resolved.
func (c *checker) checkUpstreamAddress(u *url.URL) {
	kind := blockedKind(u.Hostname())
	switch {
	case !c.sound("upstream.allowPrivate"):
	case kind != "" && !c.spec.Upstream.AllowPrivate:
		c.fail("private-upstream", "upstream.url", notDialed(u.Hostname(), kind),
			c.allowPrivateAdvice())
	case isPrivateHost(u.Hostname()) && c.spec.Upstream.AllowPrivate:
		c.warnUnreachable(u.Hostname(), kind)
	case strings.EqualFold(u.Scheme, "http") && kind == "" && !c.spec.Upstream.Credentials.Any(): // else credential-unencrypted
		c.warn("plain-http", "upstream.url", "requests and answers travel unencrypted",
			"use https:// if the API has it; if not, and they hold nothing secret, ignore this warning")
	}
}

// reachesPrivate reports whether a deployed egress has a way to private addresses: those of
// the user's own VPC, and of what that is connected to.
func (c *checker) reachesPrivate() bool { return c.spec.Egress.Network.Type == NetworkSubnets }

// allowPrivateAdvice is for a private address that the spec does not allow.
func (c *checker) allowPrivateAdvice() string {
	if c.reachesPrivate() {
		return "set upstream.allowPrivate: true, if it is meant"
	}
	return "for run and dev set upstream.allowPrivate: true; a Lambda reaches it from subnets of yours alone (see private-from-lambda)"
}

// warnUnreachable warns of a host that no deployed egress reaches: from subnets of the user
// that is the Lambda itself alone, and what belongs to its own machine.
func (c *checker) warnUnreachable(host, kind string) {
	const rule, path = "private-from-lambda", "upstream.url"
	if !c.sound(networkPath) {
		return
	}
	if c.reachesPrivate() {
		if kind == "loopback" || kind == "link-local" {
			c.warn(rule, path, host+" is "+kind+": a Lambda finds itself there, and no API",
				"write the address that it has in your VPC; for run and dev alone ignore this warning")
		}
		return
	}
	where := "a Lambda outside of a VPC"
	if c.spec.Egress.Network.OwnVPC() {
		where = "a Lambda in the stack's own VPC, in which there is nothing else,"
	}
	c.warn(rule, path, host+" is not on the internet: "+where+" cannot reach it",
		"deploy it with a public address, by https, or let the egresses into your VPC by egress.network.type: subnets; "+
			"for run and dev alone ignore this warning")
}

func notDialed(host, kind string) string {
	return host + " is " + kind + ": an egress does not dial it"
}

// blockedKind is what contract.BlockedKind says of a host that certainly is an
// address; "" for a name, which only the egress can look up.
func blockedKind(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "loopback" // RFC 6761 6.3
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	return contract.BlockedKind(address)
}

// privateDomains are those of private networks (RFC 6762 3 and appendix G, RFC 8375;
// ICANN reserved internal in 2024, and delegates none of the others).
var privateDomains = []string{".local", ".internal", ".home.arpa", ".intranet", ".private", ".corp", ".home", ".lan"}

// isPrivateHost reports whether a host certainly is not on the internet: a private
// address, a name of a private network, or one without a dot, which only a search list
// completes (RFC 1535).
func isPrivateHost(host string) bool {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	for _, domain := range privateDomains {
		if strings.HasSuffix(name, domain) {
			return true
		}
	}
	return blockedKind(host) != "" || !strings.ContainsAny(name, ".:")
}
