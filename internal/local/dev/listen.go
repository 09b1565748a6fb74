package dev

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// CheckAddress checks the form of an address to listen on.
func CheckAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if n, wrong := strconv.ParseUint(address, 10, 16); err != nil && wrong == nil {
		return fmt.Errorf("--listen: must be HOST:PORT; write 127.0.0.1:%d", n)
	}
	if err != nil {
		return fmt.Errorf("--listen: must be HOST:PORT such as 127.0.0.1:8420, got %q", address)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("--listen: %q has no port from 0 to 65535; 0 takes any free one", address)
	}
	return nil
}

// explainListen says what to do if the address is in use or not one of this
// machine.
func explainListen(err error, address string) error {
	host, port, _ := net.SplitHostPort(address)
	var op *net.OpError
	switch {
	case !errors.As(err, &op) || op.Op != "listen":
		return err
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("--listen: port %s of %s is in use; end what listens there, or choose another port (0 takes any free one)", port, host)
	}
	return fmt.Errorf("--listen: %w", op)
}
