package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
)

// openBrowser opens an address in the browser that the user has chosen in the
// system's settings.
func openBrowser(ctx context.Context, address string) error {
	var commands [][]string
	switch runtime.GOOS {
	case "darwin":
		commands = [][]string{{"open", address}}
	case "windows":
		commands = [][]string{{"rundll32", "url.dll,FileProtocolHandler", address}}
	default:
		commands = [][]string{{"xdg-open", address}, {"wslview", address}} // the second opens the browser of Windows from a Linux within
	}
	for _, c := range commands {
		path, err := exec.LookPath(c[0])
		if err != nil {
			continue
		}
		out, err := exec.CommandContext(ctx, path, c[1:]...).CombinedOutput()
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("%s: %w %s", c[0], err, strings.TrimSpace(string(out)))
		}
		return nil
	}
	return errors.New("there is no " + commands[0][0] + "; open " + address + " by hand")
}
