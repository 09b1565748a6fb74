//go:build unix

package gobuild_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

// meet is where a go that is this test says that it compiles.
const meet = "SFNGEN_TEST_MEET"

func TestMain(m *testing.M) {
	if address := os.Getenv(meet); address != "" && filepath.Base(os.Args[0]) == "go" {
		os.Exit(slowGo(address))
	}
	if address := os.Getenv(meet); address != "" && filepath.Base(os.Args[0]) == "compile" {
		os.Exit(stubbornCompiler(address))
	}
	os.Exit(m.Run())
}

// slowGo does what go does for as long as it takes: it has files in GOTMPDIR, and
// removes them when it is interrupted.
func slowGo(address string) int {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	work, err := os.MkdirTemp(os.Getenv("GOTMPDIR"), "go-build")
	if err != nil {
		return fail(err)
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return fail(err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, conn) // ends with the test
		os.Exit(3)
	}()
	<-interrupts
	if err := os.RemoveAll(work); err != nil {
		return fail(err)
	}
	return 1
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 4
}

// A go that compiles is interrupted, not killed, so that nothing of it stays.
func TestInterrupted(t *testing.T) {
	bin, temp := t.TempDir(), t.TempDir()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(me, filepath.Join(bin, "go")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	ctx, cancel := context.WithCancel(t.Context())
	t.Setenv(meet, onMeeting(t, cancel))
	err = gobuild.Build(ctx,
		gobuild.Options{Dir: module(t, t.TempDir(), nil), Main: "egress", Out: filepath.Join(t.TempDir(), "out"), TempDir: temp})
	if !errors.Is(err, gobuild.ErrInterrupted) {
		t.Errorf("error %v, want %v", err, gobuild.ErrInterrupted)
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("go has left %v, %v", left, err)
	}
}

// onMeeting calls when somebody connects to the address, and keeps the connection
// until the test's end.
func onMeeting(t *testing.T, call func()) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		defer call()
		if conn, err := listener.Accept(); err == nil {
			t.Cleanup(func() { conn.Close() })
		}
	}()
	return listener.Addr().String()
}
