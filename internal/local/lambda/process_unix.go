//go:build unix && !linux

package lambda

import "syscall"

// attributes give the process its own group, which the terminal's Ctrl-C does not
// reach.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
