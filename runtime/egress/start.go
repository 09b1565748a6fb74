package egress

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sfngen/sfngen/runtime/contract"
)

// EnvEgress is the environment variable with the number of this Lambda in the
// pool, 1..50.
const EnvEgress = "SFNGEN_EGRESS"

// EnvSource is the environment variable with the local IP address that calls go
// out from. No template sets it: it is for runs on one machine, where each
// egress calls from a loopback address of its own.
const EnvSource = "SFNGEN_SOURCE_ADDRESS"

// Start runs the Lambda and does not return. A cfg or environment that cannot
// be right ends the process with exit status 1 and one line that says why.
func Start(cfg Config) {
	log.SetOutput(withoutFailures{os.Stderr})
	handler, err := fromEnvironment(cfg, os.Getenv, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(handler.Serve)
}

func fromEnvironment(cfg Config, getenv func(string) string, stdout io.Writer) (*Egress, error) {
	number, err := strconv.Atoi(getenv(EnvEgress))
	if err != nil {
		return nil, fmt.Errorf("egress: environment variable %s must be the number of this Lambda in the pool, got %q",
			EnvEgress, getenv(EnvEgress))
	}
	dialer, err := dialFrom(getenv(EnvSource))
	if err != nil {
		return nil, err
	}
	return New(cfg, Environment{
		Egress: number,
		Dialer: dialer,
		Now:    time.Now,
		Random: rand.Float64,
		Logger: contract.NewLogger(stdout),
	})
}

// dialFrom is a dialer that binds to the address; nil for none.
func dialFrom(source string) (*net.Dialer, error) {
	if source == "" {
		return nil, nil
	}
	address, err := netip.ParseAddr(source)
	if err != nil {
		return nil, fmt.Errorf("egress: environment variable %s must be an IP address of this machine, got %q", EnvSource, source)
	}
	return &net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(address, 0))}, nil
}

// withoutFailures keeps the upstream's headers and body out of the log:
// aws-lambda-go prints every error it reports, and ours carry the answer.
// What else it prints, a panic above all, passes.
type withoutFailures struct{ to io.Writer }

// Only the error type of the report itself can stand there with bare quotes;
// inside the message they are escaped.
var ownErrorType = []byte(`"errorType":"Upstream.`)

func (w withoutFailures) Write(line []byte) (int, error) {
	if bytes.Contains(line, ownErrorType) {
		return len(line), nil
	}
	return w.to.Write(line)
}
