package lambda

import "syscall"

// attributes give the process a group of its own, and let it not outlive this
// process, even one that is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
