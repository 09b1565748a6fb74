//go:build unix

package gobuild_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

// stubbornCompiler is a child of go's that takes no notice of an interrupt.
func stubbornCompiler(address string) int {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return fail(err)
	}
	_, _ = io.Copy(io.Discard, conn) // ends with the test
	return 0
}

// An interrupted build leaves no compiler that still writes where everything is removed.
func TestInterruptedWithItsCompilers(t *testing.T) {
	bin := t.TempDir()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(me, filepath.Join(bin, "compile")); err != nil {
		t.Fatal(err)
	}
	// A shell's background commands ignore an interrupt.
	script := fmt.Sprintf("#!/bin/sh\ntrap 'exit 1' INT\n%s/compile >/dev/null 2>&1 &\nwait\n", bin)
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv(meet, listener.Addr().String())
	ctx, cancel := context.WithCancel(t.Context())
	compiler := make(chan net.Conn, 1)
	go func() {
		defer cancel()
		conn, err := listener.Accept()
		if err != nil {
			t.Error(err)
		}
		compiler <- conn
	}()
	err = gobuild.Build(ctx, gobuild.Options{Dir: t.TempDir(), Main: "egress", Out: filepath.Join(t.TempDir(), "out")})
	if !errors.Is(err, gobuild.ErrInterrupted) {
		t.Fatalf("error %v, want %v", err, gobuild.ErrInterrupted)
	}
	conn := <-compiler
	defer conn.Close()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) { // hangs while it lives
		t.Errorf("the compiler's connection: %v", err)
	}
}
