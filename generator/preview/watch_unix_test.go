//go:build unix

package preview

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// What is no plain file is not waited for, and what cannot be read is no reason
// to stop. Root may read everything, so root has the test run by nobody.
func TestWatchUnreadable(t *testing.T) {
	const nobody = 65534
	if os.Geteuid() == 0 {
		// The test binary lies where only root may read; nobody needs a copy.
		exe, err := os.ReadFile(os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		dir, err := os.MkdirTemp("", "watch")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		copied := filepath.Join(dir, "watch.test")
		if err := os.WriteFile(copied, exe, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		run := exec.Command(copied, "-test.run=^TestWatchUnreadable$")
		run.Dir = dir
		run.Env = append(os.Environ(), "TMPDIR="+dir)
		run.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			f := folder{t, t.TempDir()}
			f.write("content/plan.toml", "start")
			f.write("content/sub/page.md", "start")
			w := mode.start(t, f)
			defer w.close()
			w.interval = min(w.interval, 100*time.Millisecond) // permissions wake nobody
			for _, step := range []struct {
				name string
				do   func() error
				want []string
			}{
				{"pipe", func() error { return syscall.Mkfifo(filepath.Join(f.dir, "content/pipe.md"), 0o666) }, []string{"content/pipe.md"}},
				{"closed file", func() error { return os.Chmod(filepath.Join(f.dir, "content/plan.toml"), 0) }, []string{"content/plan.toml"}},
				{"opened again", func() error { return os.Chmod(filepath.Join(f.dir, "content/plan.toml"), 0o644) }, []string{"content/plan.toml"}},
				{"closed folder", func() error { return os.Chmod(filepath.Join(f.dir, "content/sub"), 0) }, []string{"content/sub/", "content/sub/page.md"}},
				{"opened folder", func() error { return os.Chmod(filepath.Join(f.dir, "content/sub"), 0o755) }, []string{"content/sub/", "content/sub/page.md"}},
				{"edit in it", func() error { return os.WriteFile(filepath.Join(f.dir, "content/sub/page.md"), []byte("b"), 0o644) }, []string{"content/sub/page.md"}},
			} {
				f.do(step.do())
				if got := w.await(t, step.name); !slices.Equal(got, step.want) {
					t.Errorf("%s: changed files are %q, want %q", step.name, got, step.want)
				}
			}
		})
	}
}
