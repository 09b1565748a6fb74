//go:build unix

package main

import (
	"io"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// running is the whole program in this process, to be ended by signals.
func running(t *testing.T, stderr io.Writer, args ...string) (stdout *safeBuffer, ended chan int) {
	t.Helper()
	stdout, ended = &safeBuffer{}, make(chan int, 1)
	go func() { ended <- Run(args, strings.NewReader(""), stdout, stderr) }()
	return stdout, ended
}

func kill(t *testing.T, with syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), with); err != nil {
		t.Fatal(err)
	}
}

// request sends one, whose answer nobody waits for.
func request(t *testing.T, address string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, "GET /orders HTTP/1.1\r\nHost: "+address+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
}

func refuses(address string) bool {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return true
	}
	conn.Close()
	return false
}

// The second Ctrl-C stops what the first one waits for, and shows what it cut off;
// a terminal that goes away (SIGHUP) is as good as a Ctrl-C.
func TestDevIsStoppedByASecondSignal(t *testing.T) {
	for _, first := range endings() {
		inFolder(t)
		write(t, "orders.yaml", devSpec)
		arrived, release := make(chan struct{}), make(chan struct{})
		api := serveSlowly(t, arrived, release)
		var logs safeBuffer
		stdout, ended := running(t, &logs, "dev", "orders.yaml", "--listen", "127.0.0.1:0", "--upstream", api)
		s := &serving{t: t}
		s.until("its address", func() bool { return loopbackAddress.MatchString(stdout.String()) })
		request(t, loopbackAddress.FindString(stdout.String()))
		<-arrived
		kill(t, first.(syscall.Signal))
		s.until("the first word", func() bool { return strings.Contains(logs.String(), "ending: waiting for 1 request") })
		kill(t, syscall.SIGINT)
		code := <-ended
		close(release)
		for _, want := range []string{
			"cut off: it had not answered when the execution ended\n",
			"ended: 1 request: 0 succeeded, 1 failed, 1 attempt\n",
			"sfngen: stopped before all requests had ended; the upstream may have acted on them\n",
		} {
			if code != 2 || !strings.Contains(logs.String(), want) {
				t.Errorf("%v: exit status %d, no %q in\n%s", first, code, want, logs.String())
			}
		}
	}
}

// Even then nobody has to read.
func TestDevIsStoppedWithoutAReader(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	arrived, release := make(chan struct{}), make(chan struct{})
	api := serveSlowly(t, arrived, release)
	idle, writer := io.Pipe()
	defer idle.Close()
	stdout, ended := running(t, writer, "dev", "orders.yaml", "--listen", "127.0.0.1:0", "--upstream", api)
	s := &serving{t: t}
	s.until("its address", func() bool { return loopbackAddress.MatchString(stdout.String()) })
	address := loopbackAddress.FindString(stdout.String())
	request(t, address)
	<-arrived
	kill(t, syscall.SIGTERM)
	s.until("no more requests", func() bool { return refuses(address) })
	kill(t, syscall.SIGTERM)
	if code := <-ended; code != 2 {
		t.Errorf("exit status %d, want 2", code)
	}
	close(release)
}

// A named pipe without a writer would hold up whoever opens it.
func TestDevOpensNoNamedPipe(t *testing.T) {
	inFolder(t)
	write(t, "orders.yaml", devSpec)
	s, _ := startDev(t)
	if err := os.Remove("orders.yaml"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo("orders.yaml", 0o666); err != nil {
		t.Fatal(err)
	}
	s.logged("no longer a regular file")
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("dev ended with %v", err)
	}
}

func TestNohupIsObeyed(t *testing.T) {
	if !signal.Ignored(syscall.SIGHUP) {
		if !slices.Contains(endings(), os.Signal(syscall.SIGHUP)) {
			t.Error("SIGHUP does not end the program")
		}
		signal.Ignore(syscall.SIGHUP)
		defer signal.Reset(syscall.SIGHUP)
	}
	if slices.Contains(endings(), os.Signal(syscall.SIGHUP)) {
		t.Error("SIGHUP ends the program under nohup")
	}
}
