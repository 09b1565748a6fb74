//go:build unix

package gobuild

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a Ctrl-C in the terminal from go and its compilers: go would take it
// for its second interrupt, and leave its files and compilers that still write.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func interruptGroup(c *exec.Cmd) error { return syscall.Kill(-c.Process.Pid, syscall.SIGINT) }

// endGroup ends the compilers that an interrupted go has left.
func endGroup(c *exec.Cmd) {
	if c.Process != nil {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // it may be gone
	}
}
