package schedule

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func readSM(t testing.TB, file string) *problem {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(strings.NewReader(string(data)))
	section := ""
	p := &problem{}
	var pairs []pair
	type pr struct{ i, j int32 }
	var succ []pr
	for sc.Scan() {
		line := sc.Text()
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		switch f[0] {
		case "PRECEDENCE", "REQUESTS/DURATIONS:", "RESOURCEAVAILABILITIES:":
			section = f[0]
			continue
		}
		a, err := strconv.Atoi(f[0])
		if err != nil {
			continue
		}
		num := func(k int) int64 { v, _ := strconv.Atoi(f[k]); return int64(v) }
		switch section {
		case "PRECEDENCE":
			for k := 3; k < len(f); k++ {
				succ = append(succ, pr{int32(a - 1), int32(num(k) - 1)})
			}
		case "REQUESTS/DURATIONS:":
			p.duration = append(p.duration, num(2))
			p.release = append(p.release, 0)
			p.latest = append(p.latest, forever)
			p.needsOf = append(p.needsOf, int32(len(p.needs)))
			for k := 3; k < len(f); k++ {
				if num(k) > 0 {
					p.needs = append(p.needs, need{int32(k - 3), num(k)})
				}
			}
		case "RESOURCEAVAILABILITIES:":
			for k := range f {
				p.capacity = append(p.capacity, num(k))
				p.base = append(p.base, newProfile(num(k)))
			}
		}
	}
	p.needsOf = append(p.needsOf, int32(len(p.needs)))
	for _, s := range succ {
		pairs = append(pairs, pair{s.i, s.j, p.duration[s.i]})
	}
	p.link(pairs)
	return p
}

func known(t testing.TB, dir, set string) map[string]int64 {
	name := map[string]string{"j30": "j30opt.sm", "j60": "j60hrs.sm"}[set]
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		v, err := strconv.Atoi(f[2])
		if _, e := strconv.Atoi(f[0]); e != nil || err != nil {
			continue
		}
		out[fmt.Sprintf("%s%s_%s.sm", set, f[0], f[1])] = int64(v)
	}
	return out
}

func envF(name string, v float64) float64 {
	if s := os.Getenv(name); s != "" {
		v, _ = strconv.ParseFloat(s, 64)
	}
	return v
}

func TestTune(t *testing.T) {
	dir := os.Getenv("PSPLIB")
	if dir == "" {
		t.Skip()
	}
	step := int(envF("STEP", 8))
	for _, set := range strings.Fields(os.Getenv("SETS")) {
		best := known(t, dir, set)
		files, _ := filepath.Glob(filepath.Join(dir, set, "*.sm"))
		slices.Sort(files)
		for _, b := range strings.Fields(os.Getenv("BUDGETS")) {
			budget, _ := strconv.Atoi(b)
			var dev float64
			hits, count, made := 0, 0, 0
			begin := time.Now()
			for k := 3; k < len(files); k += step {
				p := readSM(t, files[k])
				early := p.earliestStarts()
				cp := early[len(early)-1]
				s := newSolver(p, budget, cp)
				s.keep = 8
				s.rules()
				if budget > 0 {
					s.search(1)
				}
				ref := cp
				bk := best[filepath.Base(files[k])]
				if set == "j30" {
					ref = bk
				}
				dev += float64(s.best.finish-ref) / float64(ref)
				if s.best.finish <= bk {
					hits++
				}
				count++
				made += s.made
			}
			fmt.Printf("%s budget %5d: %.3f %% hits %d/%d made/inst %d  %.1fs\n", set, budget, 100*dev/float64(count), hits, count, made/count, time.Since(begin).Seconds())

		}
	}
}
