//go:build !unix

package gobuild

import (
	"os"
	"os/exec"
)

func ownGroup(*exec.Cmd) {}

func interruptGroup(c *exec.Cmd) error { return c.Process.Signal(os.Interrupt) }

func endGroup(*exec.Cmd) {}
