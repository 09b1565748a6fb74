//go:build unix

package lambda

import "syscall"

// killGroup ends a process and its children. A group that no longer exists is not
// an error.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
