//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// detach keeps the signals of the terminal from a command.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
