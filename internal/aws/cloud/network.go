package cloud

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"

	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// unreached is about a request without an answer: why, and what is in between.
func unreached(f *failedCall) Message {
	if _, region, ok := strings.Cut(f.err.Error(), "invalid input region "); ok {
		return Message{
			What: fmt.Sprintf("%q is not an AWS region", region), Why: "one looks like eu-central-1",
			Do: "it comes from --region, AWS_REGION or the profile",
		}
	}
	if strings.Contains(f.err.Error(), "failed to resolve service endpoint") || strings.Contains(f.err.Error(), "not resolve endpoint") {
		return Message{
			What: "there is no address for " + f.name(), Why: innermostText(f.err),
			Do: "check the spelling of the region" + joined("; ", f.endpointHint("")),
		}
	}
	var sent *smithyhttp.RequestSendError
	if !errors.As(f.err, &sent) {
		return Message{}
	}
	host, why := hostOf(sent), networkWords(sent)
	if isProxy(sent) {
		return Message{
			What: fmt.Sprintf("the proxy does not let %s through%s (%s)", host, f.afterTries(), why),
			Do:   "look at HTTPS_PROXY and NO_PROXY",
		}
	}
	return Message{What: host + " cannot be reached" + f.afterTries(), Why: why, Do: f.endpointHint(host)}
}

func hostOf(err error) string {
	var u *url.Error
	if !errors.As(err, &u) {
		return "AWS"
	}
	address, parseErr := url.Parse(u.URL)
	if parseErr != nil {
		return "AWS"
	}
	return address.Host
}

// isProxy uses net/http's name for a connection to a proxy that fails. A proxy's
// answer to CONNECT has no type.
func isProxy(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "proxyconnect" || strings.Contains(err.Error(), "Proxy Authentication Required")
}

func networkWords(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return nameWords(dns.Name)
	case errors.As(err, &dns):
		return "its name cannot be looked up (" + dns.Err + "): is this machine online?"
	case isTLS(err):
		return tlsWords(err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused"
	case isBroken(err):
		return "the connection broke before an answer came; a firewall or proxy may have cut it"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer came in time; a firewall may drop the packets: is the VPN or the proxy on?"
	}
	return innermostText(err)
}

// broken are the errors of a connection that the other side closes: which one
// depends on what net/http notices first, its read or its write.
var broken = []error{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed}

// isBroken also looks for text: one of net/http's errors for it has no type.
func isBroken(err error) bool {
	return slices.ContainsFunc(broken, func(form error) bool { return errors.Is(err, form) }) ||
		strings.Contains(err.Error(), "server closed idle connection")
}

// nameWords: a region with an unusual name is more likely to be misspelled than the
// machine to be offline; for the usual ones it is the other way round.
func nameWords(host string) string {
	for _, region := range launchedEnabled {
		if strings.Contains(host, "."+region+".") {
			return "its name is not known: is this machine online, and does its DNS know AWS (VPN, proxy)?"
		}
	}
	return "its name is not known: is the region spelled right (--region, AWS_REGION, the profile), and does it have the service?"
}

func isTLS(err error) bool {
	return errors.As(err, new(*tls.CertificateVerificationError)) || errors.As(err, new(tls.RecordHeaderError)) ||
		errors.As(err, new(x509.UnknownAuthorityError)) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

func tlsWords(err error) string {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	switch {
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return "its certificate is of a CA that this machine does not trust; " +
			"behind a company's proxy, set AWS_CA_BUNDLE to the PEM file of its CA"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate is not valid at this time; is this machine's clock right?"
	case errors.As(err, &name):
		return "its certificate is for another host (" + strings.Join(name.Certificate.DNSNames, ", ") + ")"
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return "its certificate cannot be verified: " + innermostText(err)
	}
	return "the server there does not speak TLS: should the address begin with http://?"
}

// endpointHint names the variable that sends the calls elsewhere: then it is not AWS
// that fails ("SDKs and Tools", service-specific endpoints). Calls for credentials go
// to AWS anyway, so the address must be this host's.
func (f *failedCall) endpointHint(host string) string {
	service := "AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(f.service, " ", "_"))
	for _, name := range []string{service, "AWS_ENDPOINT_URL"} {
		if value := os.Getenv(name); value != "" && strings.Contains(value, host) {
			return fmt.Sprintf("%s sends the calls to %s: is it running there, or should the variable not be set?", name, value)
		}
	}
	return ""
}
