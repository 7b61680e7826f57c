package content

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

// TestWhole checks that every file of the folder is embedded, also in folders
// that come later.
func TestWhole(t *testing.T) {
	n := 0
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(name, ".go") {
			return err
		}
		n++
		want, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if got, err := FS.ReadFile(name); err != nil || string(got) != string(want) {
			t.Errorf("%s is not embedded as it is: %v", name, err)
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d files, %v", n, err)
	}
}
