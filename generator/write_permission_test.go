//go:build unix

package generator_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/generator"
)

// TestWriteWithoutPermission: a folder of the old site that cannot be written
// stops a Write before it has changed anything. Root may write everywhere, so
// root has the test run by nobody.
func TestWriteWithoutPermission(t *testing.T) {
	const nobody = 65534
	if dir := os.Getenv("MILEPOST_TEST_PERMISSION"); dir != "" {
		if _, err := generator.Write(dir, site("a.html", "new", "sub/b.html", "new", "z.html", "new")); !errors.Is(err, os.ErrPermission) {
			t.Errorf("Write returns %v", err)
		}
		return
	}
	dir := t.TempDir()
	publish(t, dir, site("a.html", "old", "sub/b.html", "old"), generator.WriteReport{Written: 2})
	for _, name := range []string{dir, filepath.Join(dir, "sub"), filepath.Join(dir, ".milepost-manifest")} {
		if err := os.Chmod(name, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "sub"), 0o555); err != nil {
		t.Fatal(err)
	}
	before := onDisk(t, dir)
	run := exec.Command(os.Args[0], "-test.run=^TestWriteWithoutPermission$")
	run.Env = append(os.Environ(), "MILEPOST_TEST_PERMISSION="+dir)
	if os.Geteuid() == 0 {
		// The test binary lies where only root may read; nobody needs a copy.
		exe, err := os.ReadFile(os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(t.TempDir(), "write.test")
		if err := os.WriteFile(copied, exe, 0o755); err != nil {
			t.Fatal(err)
		}
		for d := filepath.Dir(copied); d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for d := filepath.Dir(dir); d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		run.Path, run.Dir = copied, filepath.Dir(copied)
		run.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if diff := cmp.Diff(before, onDisk(t, dir)); diff != "" {
		t.Errorf("the old site has changed (-before +after):\n%s", diff)
	}
}
