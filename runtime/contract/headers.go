package contract

import "maps"

const (
	ofConnection = "it is about one connection"
	ofProxy      = "it is between a client and its proxy"
)

// HopByHopHeaders are the header fields, in lower case, that belong to one connection
// and never pass a proxy (RFC 9110 7.6.1, with those that RFC 2616 13.5.1 named). The
// values say why.
var HopByHopHeaders = map[string]string{
	"connection":          ofConnection,
	"keep-alive":          ofConnection,
	"proxy-connection":    ofConnection,
	"proxy-authenticate":  ofProxy,
	"proxy-authorization": ofProxy,
	"te":                  ofConnection,
	"trailer":             ofConnection,
	"transfer-encoding":   ofConnection,
	"upgrade":             ofConnection,
}

// OwnHeaders are the header fields, in lower case, that an egress sets or removes
// itself: neither a caller nor a spec can set them. The values say why.
var OwnHeaders = func() map[string]string {
	own := maps.Clone(HopByHopHeaders)
	own["host"] = "it follows from upstream.url"
	own["content-length"] = "it follows from the body"
	own["accept-encoding"] = "an egress requests gzip and unpacks it itself"
	own["expect"] = "an egress sends the body without waiting"
	return own
}()
