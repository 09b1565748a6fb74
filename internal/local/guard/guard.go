// Package guard opens every listener of this machine, and states who may call it.
// A program of this machine may; a web page of another site, which a browser lets
// send requests to 127.0.0.1, may not, neither by its own name (DNS rebinding). What
// sfngen alone calls also asks for a key made for this run, which other users of the
// machine do not have.
//
//	server, err := guard.Open("127.0.0.1:0", guard.Door{Name: "the function URL", Handler: handler})
//
// No other package listens: a test of internal reads the source for that.
package guard

import (
	"fmt"
	"net"
	"net/http"

	"github.com/sfngen/sfngen/internal/drain"
)

// Door is what a listener serves, and to whom.
type Door struct {
	Name    string // for refusals: "the function URL"
	Handler http.Handler
	// Allows reports whether the page of an origin may call, such as
	// "https://shop.example", beside the pages of this machine; nil: none may.
	Allows func(origin string) bool
	// Forwarded also lets in what names a page and was not sent by a browser: an egress
	// passes the Origin of its caller on.
	Forwarded bool
	// Advice says what to do about a page that may not call; "" for nothing.
	Advice string
	// Key is what a request must have, taken out by Carrier before the handler sees
	// it; the zero Key: none.
	Key     Key
	Carrier Carrier
	// Refused, unless nil, gets each request that did not reach the handler.
	Refused func(in *http.Request, status int)
}

// Listen listens on an address, HOST:PORT. What it returns is to be served by the
// server of a door, and by nothing else.
func Listen(address string) (net.Listener, error) { return net.Listen("tcp", address) }

// NewServer is a server of the door behind a listener on address.
func NewServer(address string, d Door) *http.Server {
	// net/http would answer OPTIONS * itself, but a function must.
	server := &http.Server{Handler: d.guarded(address), DisableGeneralOptionsHandler: true, ErrorLog: silent}
	drain.Prepare(server)
	return server
}

// guarded checks the host name, the page, and the key. A user who listens beyond
// loopback has chosen to allow other names.
func (d Door) guarded(address string) http.Handler {
	onLoopback := IsLoopback(address)
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if onLoopback && in.Host != "" && !IsLoopback(in.Host) {
			d.refuse(out, in, http.StatusMisdirectedRequest,
				fmt.Sprintf("sfngen listens on this machine only, and %q is not one of its names; call 127.0.0.1 or localhost", in.Host))
			return
		}
		if origin := d.foreign(in.Header); origin != "" {
			d.refuse(out, in, http.StatusForbidden, fmt.Sprintf("a page of %s may not call %s%s", origin, d.Name, d.Advice))
			return
		}
		if !d.Key.isZero() && !d.Key.is(d.Carrier(in)) {
			d.refuse(out, in, http.StatusForbidden, d.Name+" answers to the sfngen that opened it, and to nobody else")
			return
		}
		d.Handler.ServeHTTP(out, in)
	})
}

func (d Door) refuse(out http.ResponseWriter, in *http.Request, status int, why string) {
	http.Error(out, why, status)
	if d.Refused != nil {
		d.Refused(in, status)
	}
}
