package main

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var servingLine = regexp.MustCompile(`serving (http://\S+)`)

// served runs a preview, gets a page of it and stops it as Ctrl-C does:
//
//	served PAGE milepost serve ...
//
// Standard output is then what the command has said and the page behind it. A quiet
// preview, which does not say its address, is expected at the port $PORT.
func served(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || args[1] != "milepost" {
		ts.Fatalf("usage: served page milepost serve ...")
	}
	var said output
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"), "PATH="+ts.Getenv("PATH"))
	cmd.Stdout, cmd.Stderr = &said, &said
	ts.Check(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop := func() {
		ts.Check(cmd.Process.Signal(os.Interrupt))
		if err := <-ended; err != nil {
			ts.Fatalf("the preview ends with %v:\n%s", err, said.String())
		}
	}
	var page []byte
	for deadline := time.Now().Add(time.Minute); page == nil; time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			ts.Fatalf("the preview ended before it served, with %v:\n%s", err, said.String())
		default:
		}
		if time.Now().After(deadline) {
			cmd.Process.Kill()
			ts.Fatalf("the preview did not serve within a minute:\n%s", said.String())
		}
		site := "http://127.0.0.1:" + ts.Getenv("PORT") + "/"
		if m := servingLine.FindStringSubmatch(said.String()); m != nil {
			site = m[1]
		} else if !strings.Contains(strings.Join(args, " "), " -q") {
			continue
		}
		if answer, err := http.Get(site + strings.TrimPrefix(args[0], "/")); err == nil {
			if answer.StatusCode == http.StatusOK {
				page, err = io.ReadAll(answer.Body)
				ts.Check(err)
			}
			answer.Body.Close()
		}
	}
	stop()
	if _, err := ts.Stdout().Write(append([]byte(said.String()), page...)); err != nil {
		ts.Fatalf("%v", err)
	}
}

// freePort returns a port that nobody listens on at the moment.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
