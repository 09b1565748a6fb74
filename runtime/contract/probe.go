package contract

import "net/netip"

// AddressEcho is the service that shows an egress its own public address, unless
// the spec names another one. It is AWS's own and answers in plain text,
// over IPv4, which is all that a function outside a VPC calls out over (Lambda
// developer guide, "Giving Lambda functions access to resources in an Amazon VPC").
const AddressEcho = "https://checkip.amazonaws.com"

// AddressEchoIPv6 is AWS's own service of that kind whose name has both A and AAAA records
// (crazy-max/ddns-route53 asks it for addresses of both families), for egresses that call
// by IPv6 only.
const AddressEchoIPv6 = "https://checkip.global.api.aws"

// Payload is what an egress is invoked with: an attempt or, where only Probe is
// set, a probe of its address. The definition writes the members of an attempt and
// puts the caller's data below input, so no request can become a probe.
type Payload struct {
	Invocation
	Probe *Probe `json:"probe,omitempty"`
}

// Probe makes an egress find out its public address by one GET.
type Probe struct {
	// URL is the service to call, https only, at a public address; empty: the
	// egress's own.
	URL string `json:"url,omitempty"`
	// Ping makes no call at all: the egress is only invoked, so that AWS does not make
	// its function inactive.
	Ping bool `json:"ping,omitempty"`
}

// ProbePayload is the whole payload of a probe.
type ProbePayload struct {
	Probe Probe `json:"probe"`
}

// ProbeResult is the answer to it. A probe that fails has a result too: an error
// would look like one of an attempt.
type ProbeResult struct {
	Probe Probed `json:"probe"`
}

// Probed is the outcome of one probe: an address, or a fault with its reason.
type Probed struct {
	Egress  int        `json:"egress"` // 1..50
	Address netip.Addr `json:"address,omitzero"`
	// Service is the URL that was called, without its query.
	Service    string `json:"service"`
	DurationMs int64  `json:"durationMs"`
	// Fault is FaultNoAddress or one of an attempt's.
	Fault  Fault  `json:"fault,omitempty"`
	Reason string `json:"reason,omitempty"` // what happened; of the answer only its status
}

// FaultNoAddress is an answer without an address. Only a probe has this fault.
const FaultNoAddress Fault = "no-address"
