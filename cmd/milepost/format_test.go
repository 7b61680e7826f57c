package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRefusal checks that a file that was saved since it was read is not replaced.
func TestRefusal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.toml")
	if err := os.WriteFile(file, []byte("[plan]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if why, err := refusal(file, 0o644, []byte("[plan]\n")); why != "" || err != nil {
		t.Errorf("%q %v", why, err)
	}
	if why, err := refusal(file, 0o644, []byte("[plan]")); why != "was saved while it was laid out" || err != nil {
		t.Errorf("%q %v", why, err)
	}
}

// TestReplaceFile checks that a file keeps its mode, whatever the mask.
func TestReplaceFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.toml")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(file, []byte("[plan]\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o666 || info.Size() != 7 {
		t.Errorf("%v %v", info, err)
	}
}
