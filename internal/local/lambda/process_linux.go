package lambda

import "syscall"

// attributes give the process its own group, and end it with this process, even if
// this one is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
