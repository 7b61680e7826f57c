package main

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
)

// openBrowser opens an address in the browser that the user has chosen in the
// system's settings. It returns when the command for that does, which may be when
// the browser is closed.
func openBrowser(address string) error {
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
		// The browser outlives the preview: it writes to nobody, and Ctrl-C is not
		// for it.
		cmd := exec.Command(path, c[1:]...)
		detach(cmd)
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w; open %s by hand", c[0], err, address)
		}
		return nil
	}
	return errors.New("there is no " + commands[0][0] + "; open " + address + " by hand")
}
