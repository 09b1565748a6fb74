package egress

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/netip"
	"os"
	"strconv"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Handler is the Lambda, for lambda.Start of aws-lambda-go. A cfg or environment that
// cannot be right ends the process with exit status 1 and one line that says why.
//
// The main calls lambda.Start, and not this package, so that a program on one machine
// that runs an Egress is not linked with what only Lambda needs.
func Handler(cfg Config) func(context.Context, contract.Payload) (any, error) {
	log.SetOutput(withoutFailures{os.Stderr})
	e, err := start(cfg, os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return e.Handle
}

func start(cfg Config, getenv func(string) string) (*Egress, error) {
	env, err := FromVariables(getenv)
	if err != nil {
		return nil, err
	}
	cfg.OnlyIPv6 = cfg.OnlyIPv6 && getenv(contract.EnvSource) == "" // one machine has both
	return New(cfg, env)
}

// FromVariables gives the environment that the variables of a Lambda describe:
// contract.EnvEgress and contract.EnvSource.
func FromVariables(getenv func(string) string) (Environment, error) {
	number, err := strconv.Atoi(getenv(contract.EnvEgress))
	if err != nil {
		return Environment{}, fmt.Errorf("egress: environment variable %s must be the number of this Lambda in the pool, got %q",
			contract.EnvEgress, getenv(contract.EnvEgress))
	}
	dialer, err := dialFrom(getenv(contract.EnvSource))
	return Environment{Egress: number, Dialer: dialer, Getenv: getenv}, err
}

// dialFrom is a dialer that binds to the address; nil for none, and for an unspecified one.
func dialFrom(source string) (*net.Dialer, error) {
	if source == "" {
		return nil, nil
	}
	address, err := netip.ParseAddr(source)
	if err != nil {
		return nil, fmt.Errorf("egress: environment variable %s must be an IP address of this machine, got %q", contract.EnvSource, source)
	}
	if address.IsUnspecified() {
		return nil, nil
	}
	return &net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(address, 0))}, nil
}

// withoutFailures keeps the upstream's headers and body out of the log:
// aws-lambda-go prints every error it reports, and ours carry the answer; net/http quotes
// what comes unasked. What else is printed, a panic above all, passes.
type withoutFailures struct{ to io.Writer }

// Only the error type of the report itself can stand there with bare quotes;
// inside the message they are escaped.
var ownErrorType = []byte(`"errorType":"` + contract.ErrPrefix)

// unsolicited is how net/http begins to tell of bytes behind an answer: the body of an
// answer to HEAD, say. They may hold what was sent.
var unsolicited = []byte("Unsolicited response received on idle HTTP channel")

func (w withoutFailures) Write(line []byte) (int, error) {
	if bytes.Contains(line, ownErrorType) {
		return len(line), nil
	}
	if before, _, found := bytes.Cut(line, unsolicited); found {
		_, err := fmt.Fprintf(w.to, "%s%s\n", before, unsolicited)
		return len(line), err
	}
	return w.to.Write(line)
}
