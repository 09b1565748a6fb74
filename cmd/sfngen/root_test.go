package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"testing"
)

// TestComplaintsAreText: no error acts on the terminal, whatever it quotes; what it
// says in several lines stays in several.
func TestComplaintsAreText(t *testing.T) {
	var b bytes.Buffer
	complain(context.Background(), &b, errors.New("first\n\tsecond \x1b[2J\u009b1A\u202e\r\x7f…"))
	if want := "sfngen: first\n\tsecond  [2J 1A   …\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// Each command says what its arguments are; a shell would else offer files for all.
func TestEveryCommandCompletes(t *testing.T) {
	for _, c := range newRoot().Commands() {
		if c.ValidArgsFunction == nil && c.Name() != "completion" {
			t.Errorf("%s offers files for any argument", c.Name())
		}
	}
}

// TestOnlyWeTalk: net/http tells a server's stray bytes to whoever has the standard
// logger, in the middle of what a command says.
func TestOnlyWeTalk(t *testing.T) {
	before := log.Writer()
	t.Cleanup(func() { log.SetOutput(before) })
	var b bytes.Buffer
	log.SetOutput(&b)
	if code, _, _ := run("version"); code != exitFine || log.Writer() != io.Discard {
		t.Errorf("exit %d; the standard logger still writes", code)
	}
}
