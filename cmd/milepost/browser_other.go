//go:build !unix

package main

import "os/exec"

// detach does nothing where terminals send no signals.
func detach(*exec.Cmd) {}
