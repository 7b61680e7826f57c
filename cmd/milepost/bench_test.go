//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"milepost/generator"
)

// benchmarkSites calls f with each site that times are promised for.
func benchmarkSites(b *testing.B, f func(b *testing.B, dir string, edits []edit)) {
	b.Run("careconnect", func(b *testing.B) {
		dir := b.TempDir()
		if err := os.CopyFS(filepath.Join(dir, "content"), os.DirFS("../../content")); err != nil {
			b.Fatal(err)
		}
		f(b, dir, []edit{lineOf(b, dir, "content/strategy.md"), durationsOf(b, dir), themeStyle(b, dir)})
	})
	b.Run("big", func(b *testing.B) {
		dir := b.TempDir()
		theBigSite.write(b, dir)
		f(b, dir, []edit{lineOf(b, dir, "content/area-07/page-0357.md"), durationsOf(b, dir), themeStyle(b, dir)})
	})
}

// edit is a kind of change that an author makes, with one write to one file.
type edit struct {
	name string
	file string
	text func(n int) []byte // of the file after edit n
}

func (e edit) write(b *testing.B, n int) {
	if err := os.WriteFile(e.file, e.text(n), 0o644); err != nil {
		b.Fatal(err)
	}
}

// lineOf changes the last line of a Markdown file.
func lineOf(b *testing.B, dir, name string) edit {
	file, text := mustRead(b, dir, name)
	return edit{"line", file, func(n int) []byte { return fmt.Appendf(nil, "%s\nEdit %d of this page.\n", text, n) }}
}

// durationsOf makes one work package of the plan after the other a day longer,
// spread over the whole plan.
func durationsOf(b *testing.B, dir string) edit {
	file, text := mustRead(b, dir, "content/plan.toml")
	places := regexp.MustCompile(`(?m)^duration = "\d+`).FindAllIndex(text, -1)[1:] // the first is the plan's
	return edit{"duration", file, func(n int) []byte {
		at := places[n*7919%len(places)][1]
		return slices.Concat(text[:at-1], []byte{'1' + (text[at-1]-'0')%9}, text[at:])
	}}
}

// themeStyle changes a colour in the site's own theme.
func themeStyle(b *testing.B, dir string) edit {
	file := filepath.Join(dir, "themes", "default", "static", "style.css")
	text, err := os.ReadFile("../../themes/default/static/style.css")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o755)
	}
	if err == nil {
		err = os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
	return edit{"style", file, func(n int) []byte { return fmt.Appendf(nil, "%s\nh1 { color: #%06x; }\n", text, n) }}
}

func mustRead(b *testing.B, dir, name string) (file string, text []byte) {
	file = filepath.Join(dir, filepath.FromSlash(name))
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	return file, bytes.TrimRight(text, "\n")
}

func mustBuild(b *testing.B, dir string, opts generator.Options) *generator.Result {
	b.Helper()
	var err error
	if opts.Site, err = openSite(dir, filepath.Join(dir, "public")); err != nil {
		b.Fatal(err)
	}
	result, list, err := generator.Build(opts)
	if err != nil || result == nil {
		b.Fatal(err, list)
	}
	return result
}

// cpuTime returns the time that all processors have spent on this process. On a
// machine that others use too it tells more than the clock.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// series collects the times of the stages of many builds.
type series struct {
	names []string
	took  map[string][]time.Duration
}

func (s *series) add(stages ...stageTime) {
	if s.took == nil {
		s.took = map[string][]time.Duration{}
	}
	for _, t := range stages {
		if s.took[t.name] == nil {
			s.names = append(s.names, t.name)
		}
		s.took[t.name] = append(s.took[t.name], t.took)
	}
}

// report reports the median of each stage.
func (s *series) report(b *testing.B) {
	for _, name := range s.names {
		all := s.took[name]
		slices.Sort(all)
		b.ReportMetric(all[len(all)/2].Seconds()*1000, name+"-ms")
	}
}

// BenchmarkBuild builds without anything that an earlier build has computed.
func BenchmarkBuild(b *testing.B) {
	benchmarkSites(b, func(b *testing.B, dir string, _ []edit) {
		var times timings
		var all series
		for b.Loop() {
			cpu := cpuTime(b)
			mustBuild(b, dir, generator.Options{Stage: times.stage})
			all.add(append(times.end(), stageTime{"cpu", cpuTime(b) - cpu})...)
		}
		all.report(b)
	})
}

// BenchmarkRebuild builds after an edit, as the preview does.
func BenchmarkRebuild(b *testing.B) {
	benchmarkSites(b, func(b *testing.B, dir string, edits []edit) {
		for _, e := range edits {
			b.Run(e.name, func(b *testing.B) {
				var cache generator.Cache
				var times timings
				var all series
				mustBuild(b, dir, generator.Options{Cache: &cache})
				for n := 0; b.Loop(); n++ {
					b.StopTimer()
					e.write(b, n)
					b.StartTimer()
					cpu := cpuTime(b)
					mustBuild(b, dir, generator.Options{Cache: &cache, Stage: times.stage})
					all.add(append(times.end(), stageTime{"cpu", cpuTime(b) - cpu})...)
				}
				all.report(b)
			})
		}
	})
}
