//go:build unix

package lambda

import "syscall"

// killGroup ends a process and what it has started. A group that is gone is
// no error.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
