package guard

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// foreign is the origin of a page that made a browser send this and may not; "" if
// there is none. A request names one page; of several names each has to be allowed.
func (d Door) foreign(h http.Header) string {
	if d.Forwarded && !isBrowser(h) {
		return ""
	}
	for _, origin := range originsOf(h) {
		if !d.mayCall(origin) {
			return origin
		}
	}
	return ""
}

// isBrowser goes by what a page cannot take off its requests: Fetch Metadata, and the
// name of the browser, which all of them begin alike.
func isBrowser(h http.Header) bool {
	return h.Get("Sec-Fetch-Site") != "" || strings.HasPrefix(h.Get("User-Agent"), "Mozilla/")
}

// originsOf is the page that made a browser send this. For an image, a link or a GET
// form a browser sends no Origin, but says that it came from another site (Fetch
// Metadata), and perhaps which one.
func originsOf(h http.Header) []string {
	named := slices.DeleteFunc(slices.Clone(h.Values("Origin")), func(origin string) bool { return strings.TrimSpace(origin) == "" })
	if len(named) > 0 {
		return named
	}
	if h.Get("Sec-Fetch-Site") != "cross-site" {
		return nil
	}
	if u, err := url.Parse(h.Get("Referer")); err == nil && u.Host != "" {
		return []string{u.Scheme + "://" + u.Host}
	}
	return []string{"another site"}
}

func (d Door) mayCall(origin string) bool {
	if u, err := url.Parse(origin); err == nil && u.Host != "" && IsLoopback(u.Host) {
		return true
	}
	return d.Allows != nil && d.Allows(origin)
}

// IsLoopback reports whether an address, with or without a port, is a loopback
// address or localhost, in any case and with the dot of a complete name.
func IsLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
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
