package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// forgetTyped drops what was typed into a terminal and not read (tty(4)).
func forgetTyped(in io.Reader) {
	if file, ok := in.(*os.File); ok {
		_ = unix.IoctlSetPointerInt(int(file.Fd()), unix.TIOCFLUSH, unix.TCIFLUSH) // no terminal has nothing typed
	}
}
