package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWatchFewWatches previews a site of 21 folders where the system allows 12
// watches. Every edit has to be seen all the same, and the limit has to be named,
// once. The limit holds in a user namespace of its own, so that nobody else on
// the machine is short of watches.
func TestWatchFewWatches(t *testing.T) {
	t.Parallel()
	s := newWatchedSite(t)
	for i := range 20 {
		s.write(fmt.Sprintf("content/d%02d/page.md", i), page("Page", "at first"))
	}
	cmd := exec.Command("sh", "-c", `echo 12 >/proc/sys/user/max_inotify_watches && exec milepost serve -p 0 -s "$1"`, "sh", s.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	read, write, err := os.Pipe()
	s.ok(err)
	defer read.Close()
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		// Where namespaces are not allowed the limit cannot be lowered without
		// doing so for everybody. TestLimits of package preview has it refuse
		// watches without the system's help.
		t.Skipf("this system gives no user namespace: %v", err)
	}
	write.Close()
	var said strings.Builder
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for sc := bufio.NewScanner(read); sc.Scan(); {
			lines <- sc.Text()
		}
	}()
	defer cmd.Process.Kill()
	base := ""
	for timeout := time.After(patience); base == ""; {
		select {
		case line, open := <-lines:
			if !open {
				if strings.Contains(said.String(), "max_inotify_watches") {
					t.Skipf("this system lets nobody lower the limit in a user namespace: %s", &said)
				}
				t.Fatalf("the preview did not begin:\n%s", &said)
			}
			fmt.Fprintln(&said, line)
			if rest, ok := strings.CutPrefix(line, "serving "); ok {
				base, _, _ = strings.Cut(rest, " ")
			}
		case <-timeout:
			t.Fatalf("the preview did not begin:\n%s", &said)
		}
	}
	defer func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		for line := range lines {
			fmt.Fprintln(&said, line)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("Ctrl-C: %v", err)
		}
		if n := strings.Count(said.String(), "fs.inotify.max_user_watches"); n != 1 {
			t.Errorf("the limit is named %d times in\n%s", n, &said)
		}
	}()
	for i := range 20 {
		at := fmt.Sprintf("d%02d/page/", i)
		row := watchRow{name: at, edit: func(s siteDir) { s.atomic(fmt.Sprintf("content/d%02d/page.md", i), page("Page", "edited")) },
			checks: []check{{page: at, status: 200, holds: "edited"}}}
		row.try(t, s, base)
	}
}
