package generator

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"strings"
)

// trace is a file system that remembers what was read from it. What follows from
// files alone follows again as long as the same reads give the same answers.
type trace struct {
	fs.FS
	reads   []traced
	isBlind bool // something was read of which there is no record
}

// traced is something that was read, and the answer.
type traced struct {
	kind   byte // 'f' for a file, 'd' for a folder, 's' for what is known of either
	name   string
	answer answer
}

// answer is the hash of what was read, or of the error.
type answer struct {
	failed bool
	sum    cacheKey
}

// Open is not recorded.
func (t *trace) Open(name string) (fs.File, error) {
	t.isBlind = true
	return t.FS.Open(name)
}

func (t *trace) ReadFile(name string) ([]byte, error) {
	data, err := fs.ReadFile(t.FS, name)
	t.record('f', name, data, err)
	return data, err
}

func (t *trace) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(t.FS, name)
	t.record('d', name, listing(entries), err)
	return entries, err
}

func (t *trace) Stat(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(t.FS, name)
	t.record('s', name, known(info, err), err)
	return info, err
}

func (t *trace) record(kind byte, name string, data []byte, err error) {
	t.reads = append(t.reads, traced{kind, name, answerOf(data, err)})
}

// holds reports whether reading the same again gives the same answers.
func (t *trace) holds() bool {
	for _, r := range t.reads {
		var data []byte
		var err error
		switch r.kind {
		case 'f':
			data, err = fs.ReadFile(t.FS, r.name)
		case 'd':
			var entries []fs.DirEntry
			entries, err = fs.ReadDir(t.FS, r.name)
			data = listing(entries)
		case 's':
			var info fs.FileInfo
			info, err = fs.Stat(t.FS, r.name)
			data = known(info, err)
		}
		if answerOf(data, err) != r.answer {
			return false
		}
	}
	return !t.isBlind
}

func answerOf(data []byte, err error) answer {
	if err != nil {
		data = []byte(err.Error())
	}
	return answer{err != nil, sha256.Sum256(data)}
}

func listing(entries []fs.DirEntry) []byte {
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%q %v\n", e.Name(), e.Type())
	}
	return []byte(b.String())
}

// known is what a file says of itself, but for its time.
func known(info fs.FileInfo, err error) []byte {
	if err != nil {
		return nil
	}
	if info.IsDir() {
		return []byte(info.Mode().String()) // its size says nothing of what is in it
	}
	return fmt.Appendf(nil, "%v %d", info.Mode(), info.Size())
}
