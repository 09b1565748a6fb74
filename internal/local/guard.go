package local

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/sfngen/sfngen/internal/local/functionurl"
)

// guarded prevents web pages from calling the API through this machine. A deployed
// function URL requires a signature; this one does not, and a browser sends simple
// requests to 127.0.0.1 for any page. Pages of this machine are allowed, and those
// that the spec names for CORS. It also checks the host name, so that no page gets
// here through its own name (DNS rebinding); a user who listens beyond loopback has
// chosen to allow other names.
func guarded(listen string, origins []string, next http.Handler) http.Handler {
	onLoopback := isLoopback(listen)
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		origin := originOf(in.Header)
		switch {
		case onLoopback && in.Host != "" && !isLoopback(in.Host):
			refuse(out, http.StatusMisdirectedRequest,
				fmt.Sprintf("sfngen listens on this machine only, and %q is not one of its names; call 127.0.0.1 or localhost", in.Host))
		case origin != "" && !mayCall(origin, origins):
			refuse(out, http.StatusForbidden, fmt.Sprintf("a page of %s may not call this URL; add it to triggers.functionUrl.cors.origins if "+
				"it should", origin))
		default:
			next.ServeHTTP(out, in)
		}
	})
}

// originOf is the origin of the page that made a browser send this; "" if there is
// none. For an image, a link or a GET form a browser sends no Origin, but says that
// it came from another site (Fetch Metadata), and perhaps which one.
func originOf(h http.Header) string {
	if origin := h.Get("Origin"); origin != "" || h.Get("Sec-Fetch-Site") != "cross-site" {
		return origin
	}
	if u, err := url.Parse(h.Get("Referer")); err == nil && u.Host != "" {
		return u.Scheme + "://" + u.Host
	}
	return "another site"
}

// isLoopback reports whether an address, with or without a port, is a loopback
// address.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(trimBrackets(host))
	return err == nil && ip.Unmap().IsLoopback()
}

func trimBrackets(host string) string {
	if n := len(host); n > 2 && host[0] == '[' && host[n-1] == ']' {
		return host[1 : n-1]
	}
	return host
}

func mayCall(origin string, origins []string) bool {
	if (functionurl.CORS{Origins: origins}).Allows(origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && isLoopback(u.Host)
}
