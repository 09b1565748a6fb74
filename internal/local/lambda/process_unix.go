//go:build unix && !linux

package lambda

import "syscall"

// attributes give the process a group of its own, out of reach of the
// terminal's Ctrl-C.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
