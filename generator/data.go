package generator

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"

	"milepost/schedule"
)

// dataFiles are published beside every plan.
var dataFiles = []string{"plan.json", "schedule.csv"}

// publishCSV makes rows of text available as a file below the plan's root and
// returns the reference to it. The same file may be asked for more than once.
func (b *builder) publishCSV(l linker, file string, rows [][]string) string {
	target := l.plan.path(file)
	if !slices.ContainsFunc(b.csv, func(f File) bool { return f.Path == target }) {
		b.csv = append(b.csv, File{Path: target, Data: csvFile(rows)})
	}
	return l.file(target, "")
}

// csvFile writes rows as RFC 4180 has it. A text that a spreadsheet would take
// for a formula gets an apostrophe before it.
func csvFile(rows [][]string) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, s := range row {
			if s != "" && (s[0] == '=' || s[0] == '@' || s[0] == '\t' || s[0] == '\r' || (s[0] == '+' || s[0] == '-') && !isNumber(s)) {
				s = "'" + s
			}
			safe[i] = s
		}
		w.Write(safe) // a bytes.Buffer takes everything
	}
	w.Flush()
	return out.Bytes()
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// data returns the files of figures beside the pages: the computed schedule of
// each plan and the tables of its pages.
func (b *builder) data() ([]File, error) {
	files := slices.Clone(b.csv)
	for _, ps := range b.plans {
		key, _ := sumOf(ps.key, ps.findings, ps.coverage) // what is ignored, and texts, are beside the plan
		if known, ok := b.opts.Cache.data.get(key); ok {
			files = append(files, known...)
			continue
		}
		var doc, list bytes.Buffer
		if err := schedule.WriteJSON(&doc, ps.sched, ps.findings, ps.coverage); err != nil {
			return nil, fmt.Errorf("write plan.json: %w", err)
		}
		if err := schedule.WriteCSV(&list, ps.sched); err != nil {
			return nil, fmt.Errorf("write schedule.csv: %w", err)
		}
		made := []File{
			{Path: ps.path("plan.json"), Data: doc.Bytes(), Sum: sha256.Sum256(doc.Bytes())},
			{Path: ps.path("schedule.csv"), Data: list.Bytes(), Sum: sha256.Sum256(list.Bytes())},
		}
		b.opts.Cache.data.put(key, made)
		files = append(files, made...)
	}
	return files, nil
}
