package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the expected files of testdata/script anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"milepost": main})
}

// TestScript runs testdata/script: each file is a story told to the command,
// with the files it needs. Besides the usual commands there are
//
//	exits N command ...   the command ends with exit code N
//	tree [-t] dir         prints each file below dir with its hash (and time)
//	json file             the file, or stdout, is one JSON document
//	served page command   gets a page of a preview, see [served]
//
// The flag -update writes the expected files anew.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			port, err := freePort()
			env.Setenv("PORT", port)
			return err
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits,
			"tree":  tree,
			"json":  isJSON,

			"served": served,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func tree(ts *testscript.TestScript, neg bool, args []string) {
	times := len(args) == 2 && args[0] == "-t"
	if neg || len(args) != 1 && !times {
		ts.Fatalf("usage: tree [-t] dir")
	}
	dir := ts.MkAbs(args[len(args)-1])
	ts.Check(filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(ts.Stdout(), "%s %x", filepath.ToSlash(rel), sha256.Sum256(data))
		if times {
			info, err := d.Info()
			if err != nil {
				return err
			}
			fmt.Fprintf(ts.Stdout(), " %s", info.ModTime().UTC())
		}
		fmt.Fprintln(ts.Stdout())
		return nil
	}))
}

func isJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: json file")
	}
	if !json.Valid([]byte(ts.ReadFile(args[0]))) {
		ts.Fatalf("%s is not one JSON document", args[0])
	}
}
