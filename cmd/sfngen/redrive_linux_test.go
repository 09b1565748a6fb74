package main

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/sfngen/sfngen/internal/fakeaws/sqs"
)

// answered runs the program on a terminal of so many columns, and does this when it asks.
func answered(t *testing.T, columns int, answer func(terminal *os.File), args ...string) (status int, shown string) {
	t.Helper()
	t.Setenv("COLUMNS", "")
	t.Setenv("TERM", "xterm")
	master, terminal := openTerminal(t, columns)
	const end = "(the end)" // a closed terminal would wait for who still reads from it
	read := make(chan string)
	go func() {
		var all strings.Builder
		buffer := make([]byte, 4096)
		for asked := false; ; {
			n, err := master.Read(buffer)
			all.Write(buffer[:n])
			if !asked && strings.Contains(all.String(), "[y/N]") {
				asked = true
				answer(master)
			}
			if err != nil || strings.Contains(all.String(), end) {
				break
			}
		}
		read <- all.String()
	}()
	status = Run(args, terminal, terminal, terminal)
	if _, err := terminal.WriteString(end); err != nil {
		t.Fatal(err)
	}
	return status, strings.ReplaceAll(<-read, "\r\n", "\n")
}

// The question is asked with the list before one's eyes. No, Ctrl-C and Ctrl-C while it
// sends leave all that has not started as it was.
func TestRedriveAsks(t *testing.T) {
	typing := func(text string) func(*os.File) {
		return func(terminal *os.File) { _, _ = terminal.WriteString(text) } // the program shows whether it came
	}
	interrupt := func(*os.File) { _ = syscall.Kill(os.Getpid(), syscall.SIGINT) }
	for name, test := range map[string]struct {
		answer        func(*os.File)
		args          []string
		code, started int
		left          int
		words         string
	}{
		"yes":       {typing("y\n"), []string{"--send"}, 0, 3, 0, "3 messages started, and deleted"},
		"no":        {typing("n\n"), []string{"--send"}, 1, 0, 3, "nothing was changed"},
		"enter":     {typing("\n"), []string{"--delete"}, 1, 0, 3, "nothing was changed"},
		"delete":    {typing("yes\n"), []string{"--delete"}, 0, 0, 0, "3 messages deleted"},
		"interrupt": {interrupt, []string{"--send"}, 2, 0, 3, "interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			a := shopWith(t, redriveSpec, []sqs.Message{undelivered(1, placedARN, "e-1", `{}`), missed(2, "2026-12-01T02:15:00Z")},
				[]sqs.Message{failure(3, "first", nightlyInput)})
			code, shown := answered(t, 80, test.answer, append([]string{"redrive", "shop"}, test.args...)...)
			t.Log(shown)
			if code != test.code || len(a.inputs()) != test.started || !strings.Contains(shown, test.words) {
				t.Errorf("exit %d, %d started, %q is wanted", code, len(a.inputs()), test.words)
			}
			left := 0
			for _, url := range []string{deadURL, failedURL} {
				for message, visible := range a.queues.Left(url) {
					left++
					if !visible {
						t.Errorf("%s is still held", message)
					}
				}
			}
			if left != test.left {
				t.Errorf("%d messages are left, want %d", left, test.left)
			}
		})
	}
}

// Ctrl-C while it sends: what has not started is in the queue again, and what is left is said.
func TestRedriveInterruptedWhileItSends(t *testing.T) {
	a := shopWith(t, redriveSpec, []sqs.Message{undelivered(1, placedARN, "e-1", `{}`), undelivered(2, placedARN, "e-2", `{}`),
		undelivered(3, placedARN, "e-3", `{}`)}, nil)
	a.queues.Before = func(action string) (string, string) {
		if action == "DeleteMessageBatch" {
			_ = syscall.Kill(os.Getpid(), syscall.SIGINT)
		}
		return "", ""
	}
	code, _, stderr := run("redrive", "shop", "--send", "--yes", "--pause", "1h")
	if code != 2 || len(a.inputs()) != 1 || !strings.Contains(stderr, "1 message started, and deleted") ||
		!strings.Contains(stderr, "about 2 messages left in shop-dead-letters") || !strings.HasSuffix(stderr, "\nsfngen: interrupted\n") {
		t.Errorf("exit %d, started %q, %s", code, a.inputs(), stderr)
	}
	for message, visible := range a.queues.Left(deadURL) {
		if !visible {
			t.Errorf("%s is still held", message)
		}
	}
}

// Lines fit, whatever the width.
func TestRedriveIsReadable(t *testing.T) {
	shopWith(t, redriveSpec, []sqs.Message{undelivered(1, placedARN, "e-1", `{}`), missed(2, "2026-12-01T02:15:00Z"), {ID: id(4), Body: "x"}},
		[]sqs.Message{failure(3, "first", callersInput)})
	_, stdout, stderr := run("redrive", "shop")
	for _, columns := range []int{40, 80, 140} {
		_, shown := onTerminal(t, columns, "redrive", "shop")
		t.Log("\n" + shown)
		readable(t, "redrive", columns, shown, stdout+stderr)
	}
}
