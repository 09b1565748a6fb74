package cloud_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
)

// twice is the SDK's way to try again, without the wait between.
func twice() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = 2, time.Nanosecond })
}

// hangUp is a server that closes every connection.
func hangUp(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// closed is an address where nobody listens. A port that was free a moment ago may
// be another test's by now, whose server may never answer.
const closed = "127.0.0.1:1"

// secure is a TLS server with a certificate that this machine does not trust.
func secure(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// silent is a server that takes requests and answers none until the test ends: it
// does not depend on when it learns that its client is gone.
func silent(t *testing.T) string {
	t.Helper()
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	return server.URL
}

// breaking is a connection that fails when something is sent.
type breaking struct {
	net.Conn
	err error
}

func (b breaking) Write([]byte) (int, error) {
	return 0, &net.OpError{Op: "write", Net: "tcp", Err: b.err}
}

// TestOwnEndpointUnreached: with an endpoint of one's own it is not AWS that fails.
func TestOwnEndpointUnreached(t *testing.T) {
	refused, hanging, tlsServer, plain := closed, hangUp(t), secure(t), silent(t)
	tests := []struct {
		name, variable, endpoint, want string
	}{
		{"refused", "AWS_ENDPOINT_URL", "http://" + refused,
			refused + " cannot be reached after 2 tries: the connection is refused; AWS_ENDPOINT_URL sends the calls to http://" + refused +
				": is it running there, or should the variable not be set?"},
		{"of one service", "AWS_ENDPOINT_URL_CLOUDFORMATION", "http://" + refused,
			refused + " cannot be reached after 2 tries: the connection is refused; AWS_ENDPOINT_URL_CLOUDFORMATION sends the calls to http://" +
				refused + ": is it running there, or should the variable not be set?"},
		{"broken off", "AWS_ENDPOINT_URL", hanging,
			hanging[7:] + " cannot be reached after 2 tries: the connection broke before an answer came; a firewall or proxy may have cut it; " +
				"AWS_ENDPOINT_URL sends the calls to " + hanging + ": is it running there, or should the variable not be set?"},
		{"an authority that is not trusted", "AWS_ENDPOINT_URL", tlsServer.URL,
			tlsServer.URL[8:] + " cannot be reached after 2 tries: its certificate is of a CA that this machine does not trust; behind a " +
				"company's proxy, set AWS_CA_BUNDLE to the PEM file of its CA; AWS_ENDPOINT_URL sends the calls to " + tlsServer.URL +
				": is it running there, or should the variable not be set?"},
		{"no TLS", "AWS_ENDPOINT_URL", "https" + plain[4:],
			plain[7:] + " cannot be reached after 2 tries: the server there does not speak TLS: should the address begin with http://?; " +
				"AWS_ENDPOINT_URL sends the calls to https" + plain[4:] + ": is it running there, or should the variable not be set?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeaws.Environment(t, "")
			t.Setenv(test.variable, test.endpoint)
			c := loaded(t)
			c.Config.Retryer, c.Config.RetryMaxAttempts = twice, 2
			explains(t, createChangeSet(c), test.want)
		})
	}
}

// TestUnreached goes to AWS's own addresses, through a transport that fails as
// the network does.
func TestUnreached(t *testing.T) {
	const host = "cloudformation.eu-central-1.amazonaws.com"
	dials := func(err error) func(*http.Transport) {
		return func(t *http.Transport) {
			t.DialContext = func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
			}
		}
	}
	server := secure(t)
	reaches := func(change func(*tls.Config)) func(*http.Transport) {
		return func(t *http.Transport) {
			t.DialContext = func(context.Context, string, string) (net.Conn, error) {
				return net.Dial("tcp", server.Listener.Addr().String())
			}
			t.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
			t.TLSClientConfig.RootCAs.AddCert(server.Certificate())
			change(t.TLSClientConfig)
		}
	}
	proxied := func(address string) func(*http.Transport) {
		return func(t *http.Transport) { t.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: address}) }
	}
	noEntry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer noEntry.Close()
	breaks := func(err error) func(*http.Transport) {
		return func(transport *http.Transport) {
			transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
				mine, theirs := net.Pipe()
				t.Cleanup(func() { theirs.Close() })
				return breaking{mine, err}, nil
			}
		}
	}
	const broke = host + " cannot be reached: the connection broke before an answer came; a firewall or proxy may have cut it"
	tests := []struct {
		name, region string
		transport    func(*http.Transport)
		want         string
	}{
		{"no such name", "eu-central-1", dials(&net.DNSError{Name: host, Err: "no such host", IsNotFound: true}),
			host + " cannot be reached: its name is not known: is this machine online, and does its DNS know AWS (VPN, proxy)?"},
		{"a region that is misspelled", "eu-centrall-1", dials(&net.DNSError{Name: "cloudformation.eu-centrall-1.amazonaws.com",
			Err: "no such host", IsNotFound: true}),
			"cloudformation.eu-centrall-1.amazonaws.com cannot be reached: its name is not known: is the region spelled right (--region, " +
				"AWS_REGION, the profile), and does it have the service?"},
		{"no region at all", "eu_central", dials(nil),
			"\"eu_central\" is not an AWS region: one looks like eu-central-1; it comes from --region, AWS_REGION or the profile"},
		{"no DNS", "eu-central-1", dials(&net.DNSError{Name: host, Err: "server misbehaving", IsTemporary: true}),
			host + " cannot be reached: its name cannot be looked up (server misbehaving): is this machine online?"},
		{"packets dropped", "eu-central-1", dials(timeout{}),
			host + " cannot be reached: no answer came in time; a firewall may drop the packets: is the VPN or the proxy on?"},
		{"something unheard of", "eu-central-1", dials(errors.New("no route to host")),
			host + " cannot be reached: no route to host"},
		{"reset", "eu-central-1", breaks(os.NewSyscallError("write", syscall.ECONNRESET)), broke},
		{"aborted", "eu-central-1", breaks(os.NewSyscallError("write", syscall.ECONNABORTED)), broke},
		{"closed by the other side while sending", "eu-central-1", breaks(os.NewSyscallError("write", syscall.EPIPE)), broke},
		{"closed, as net/http had seen, while sending", "eu-central-1", breaks(net.ErrClosed), broke},
		{"another host's certificate", "eu-central-1", reaches(func(*tls.Config) {}),
			host + " cannot be reached: its certificate is for another host (example.com, *.example.com)"},
		{"a certificate of another time", "eu-central-1", reaches(func(c *tls.Config) {
			c.Time = func() time.Time { return time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC) }
		}),
			host + " cannot be reached: its certificate is not valid at this time; is this machine's clock right?"},
		{"a certificate for something else", "eu-central-1", forClients(t, host),
			host + " cannot be reached: its certificate cannot be verified: x509: certificate specifies an incompatible key usage"},
		{"the proxy is gone", "eu-central-1", proxied(closed),
			"the proxy does not let " + host + " through (the connection is refused): look at HTTPS_PROXY and NO_PROXY"},
		{"the proxy wants a password", "eu-central-1", proxied(noEntry.Listener.Addr().String()),
			"the proxy does not let " + host + " through (Proxy Authentication Required): look at HTTPS_PROXY and NO_PROXY"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeaws.Environment(t, "")
			t.Setenv("AWS_REGION", test.region)
			c := loaded(t)
			c.Config.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(test.transport)
			c.Config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
			explains(t, createChangeSet(c), test.want)
		})
	}
}

// forClients reaches a server whose certificate is trusted, of this host, and not
// meant for servers.
func forClients(t *testing.T, host string) func(*http.Transport) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotAfter: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return func(t *http.Transport) {
		t.DialContext = func(context.Context, string, string) (net.Conn, error) {
			return net.Dial("tcp", server.Listener.Addr().String())
		}
		t.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		t.TLSClientConfig.RootCAs.AddCert(server.Certificate())
	}
}

type timeout struct{}

func (timeout) Error() string { return "i/o timeout" }
func (timeout) Timeout() bool { return true }

// TestNotAWS: a gateway on the way has no request id.
func TestNotAWS(t *testing.T) {
	answering(t, 502, nil, "<html>bad gateway</html>")
	endpoint := os.Getenv("AWS_ENDPOINT_URL")
	explains(t, createChangeSet(loaded(t)), "CloudFormation CreateChangeSet: something that is not AWS answered 502; look at the proxy "+
		"(HTTPS_PROXY); AWS_ENDPOINT_URL sends the calls to "+endpoint+": is it running there, or should the variable not be set?")
}

func TestCanceled(t *testing.T) {
	tests := []struct {
		name  string
		begin func() (context.Context, context.CancelFunc)
		cause error
		want  string
	}{
		{"interrupted", func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(time.Millisecond, cancel)
			return ctx, cancel
		}, context.Canceled, "CloudFormation DescribeStacks: canceled"},
		{"out of time", func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), time.Millisecond)
		}, context.DeadlineExceeded, "CloudFormation DescribeStacks: no answer in the time given"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeaws.Environment(t, silent(t))
			c := loaded(t)
			ctx, cancel := test.begin()
			defer cancel()
			_, err := c.CloudFormation().DescribeStacks(ctx, &cloudformation.DescribeStacksInput{})
			explains(t, err, test.want)
			if !errors.Is(cloud.Explain(err), test.cause) {
				t.Errorf("it is no %v any more", test.cause)
			}
		})
	}
}
