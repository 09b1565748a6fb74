package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// forgetTyped drops what was typed into a terminal and not read (tcflush(3)).
func forgetTyped(in io.Reader) {
	if file, ok := in.(*os.File); ok {
		_ = unix.IoctlSetInt(int(file.Fd()), unix.TCFLSH, unix.TCIFLUSH) // no terminal has nothing typed
	}
}
