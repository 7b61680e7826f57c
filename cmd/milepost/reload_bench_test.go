//go:build unix

package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"milepost/generator"
	"milepost/generator/preview"
)

// editsMeasured is how many edits a median is of.
const editsMeasured = 50

// BenchmarkEditToReload measures what an author waits for: from the write of one
// file to the event by which the open page learns of the new site, over the
// whole of milepost serve. The stages are "watch", until the build begins, those
// of the build, and "swap", from its end to the event.
func BenchmarkEditToReload(b *testing.B) {
	benchmarkSites(b, func(b *testing.B, dir string, edits []edit) {
		for _, e := range edits {
			b.Run(e.name, func(b *testing.B) {
				p := startPreview(b, dir)
				var all series
				n := 0
				for b.Loop() {
					for range editsMeasured {
						// The next edit comes when the watcher is at rest again.
						time.Sleep(50 * time.Millisecond)
						cpu := cpuTime(b)
						all.add(p.edit(b, e, n)...)
						all.add(stageTime{"cpu", cpuTime(b) - cpu})
						n++
					}
				}
				all.report(b)
			})
		}
	})
}

// previewed is a preview of a site with one open page.
type previewed struct {
	events chan time.Time

	mutex sync.Mutex
	times timings
	built []stageTime // of the last build
	ended time.Time   // the last build
}

func startPreview(b *testing.B, dir string) *previewed {
	b.Helper()
	p := &previewed{events: make(chan time.Time, 100)}
	ctx, cancel := context.WithCancel(context.Background())
	said := make(chan string, 1000)
	done := make(chan error, 1)
	var cache generator.Cache
	go func() {
		done <- preview.Run(ctx, preview.Options{
			Dir:   dir,
			Build: func([]string) preview.Built { return p.build(dir, &cache) },
			Say: func(format string, args ...any) {
				select {
				case said <- fmt.Sprintf(format, args...):
				default:
				}
			},
		})
	}()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	address := regexp.MustCompile(`http://[^/ ]+/`)
	for {
		select {
		case line := <-said:
			if at := address.FindString(line); strings.HasPrefix(line, "serving") {
				p.listen(b, ctx, at)
				return p
			}
		case err := <-done:
			done <- nil
			b.Fatal(err)
		case <-time.After(time.Minute):
			b.Fatal("the preview does not begin")
		}
	}
}

// listen opens a page, as far as events are concerned.
func (p *previewed) listen(b *testing.B, ctx context.Context, address string) {
	b.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+".milepost/events?page=/", nil)
	if err != nil {
		b.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		defer response.Body.Close()
		lines := bufio.NewReader(response.Body)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if strings.HasPrefix(line, "data:") {
				p.events <- time.Now()
			}
		}
	}()
	<-p.events // what there is already
}

func (p *previewed) build(dir string, cache *generator.Cache) preview.Built {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	site, err := openSite(dir, filepath.Join(dir, "public"))
	if err != nil {
		return preview.Built{Err: err}
	}
	p.times.stage("watch")
	result, list, err := generator.Build(generator.Options{Site: site, Cache: cache, Stage: p.times.stage})
	if err != nil || result == nil {
		return preview.Built{Err: fmt.Errorf("%v %v", err, list)}
	}
	files := &preview.Site{Files: make(map[string]preview.File, len(result.Files)), BaseURL: result.Config.BaseURL}
	for _, f := range result.Files {
		files.Files[f.Path] = preview.File{Data: f.Data, Sum: f.Sum}
	}
	p.built = p.times.end()
	p.ended = time.Now()
	return preview.Built{Site: files, Report: collectGarbage}
}

// edit makes an edit and waits for the event. It returns how long that took,
// together and by stage.
func (p *previewed) edit(b *testing.B, e edit, n int) []stageTime {
	b.Helper()
	began := time.Now()
	e.write(b, n)
	var told time.Time
	select {
	case told = <-p.events:
	case <-time.After(time.Minute):
		b.Fatal("no event")
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	stages := slices.Clone(p.built)
	var build time.Duration
	for _, s := range stages {
		build += s.took
	}
	out := []stageTime{{"edit-to-reload", told.Sub(began)}, {"watch", p.ended.Sub(began) - build}}
	out = append(out, stages[1:]...)
	return append(out, stageTime{"swap", told.Sub(p.ended)})
}
