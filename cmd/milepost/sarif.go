package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"milepost/generator"
	"milepost/schedule/diag"
)

// The parts of SARIF 2.1.0 that are used here
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string        `json:"id"`
		ShortDescription     sarifMessage  `json:"shortDescription"`
		Help                 sarifHelp     `json:"help"`
		DefaultConfiguration sarifDefaults `json:"defaultConfiguration"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifDefaults struct {
		Level string `json:"level"`
	}
	sarifResult struct {
		RuleID           string            `json:"ruleId"`
		RuleIndex        int               `json:"ruleIndex"`
		Level            string            `json:"level"`
		Message          sarifMessage      `json:"message"`
		Locations        []sarifLocation   `json:"locations,omitempty"`
		RelatedLocations []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints     map[string]string `json:"partialFingerprints"`
		// Suppressions is there of every result if it is of any (3.27.23).
		Suppressions []sarifSuppression `json:"suppressions,omitzero"`
	}
	sarifSuppression struct {
		Kind          string         `json:"kind"`
		Status        string         `json:"status"`
		Justification string         `json:"justification"`
		Location      *sarifLocation `json:"location,omitempty"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
		Message          *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
)

func writeSARIF(w io.Writer, list diag.List, accepted []generator.Ignored, strict bool) error {
	all := slices.Clone(list)
	for _, g := range accepted {
		all = append(all, g.Diagnostic)
	}
	var codes []string
	for _, d := range all {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	rules, meanings := []sarifRule{}, generator.Meanings()
	for _, c := range codes {
		meaning := cmp.Or(meanings[c], c)
		rules = append(rules, sarifRule{
			ID:                   c,
			ShortDescription:     sarifMessage{meaning},
			Help:                 helpOf(c, meaning),
			DefaultConfiguration: sarifDefaults{level(severityOf(c), false, "note")},
		})
	}
	results := []sarifResult{}
	seen := map[string]int{}
	for i, d := range all {
		r := sarifResult{
			RuleID:    d.Code,
			RuleIndex: slices.Index(codes, d.Code),
			Level:     level(d.Severity, strict && i < len(list), "note"),
			Message:   sarifMessage{d.Message},
		}
		if d.Pos.File != "" {
			r.Locations = []sarifLocation{sarifPlace(d.Pos, "")}
		}
		for _, n := range d.Notes {
			if n.Pos.File != "" {
				r.RelatedLocations = append(r.RelatedLocations, sarifPlace(n.Pos, n.Message))
			} else {
				r.Message.Text += "\n" + n.Message
			}
		}
		if d.Hint != "" {
			r.Message.Text += "\n" + d.Hint
		}
		r.Fingerprints = map[string]string{"milepost/v1": fingerprint(d, seen)}
		if len(accepted) > 0 {
			r.Suppressions = []sarifSuppression{}
		}
		if i >= len(list) {
			g := accepted[i-len(list)]
			s := sarifSuppression{Kind: "external", Status: "accepted", Justification: g.Reason}
			if g.Beside != "" {
				s.Kind = "inSource"
			}
			if g.Where.File != "" {
				s.Location = new(sarifPlace(g.Where, ""))
			}
			r.Suppressions = append(r.Suppressions, s)
		}
		results = append(results, r)
	}
	return encode(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs: []sarifRun{{
			Tool:       sarifTool{sarifDriver{Name: "milepost", Version: version, Rules: rules}},
			ColumnKind: "unicodeCodePoints",
			Results:    results,
		}},
	})
}

// severityOf returns the severity that a code has by its first letter.
func severityOf(code string) diag.Severity {
	switch code[0] {
	case 'E':
		return diag.Error
	case 'W':
		return diag.Warning
	}
	return diag.Finding
}

// fingerprint tells a result from others in a way that outlasts edits above it
// and other figures in its message: by code, file and what it is about, and where
// that is not known by the message. Of several alike it counts.
func fingerprint(d *diag.Diagnostic, seen map[string]int) string {
	what := fmt.Sprintf("%q %q %q", d.Code, d.Pos.File, cmp.Or(d.Subject, d.Message))
	seen[what]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", what, seen[what]))
	return hex.EncodeToString(sum[:16])
}

// helpOf returns what code scanning shows of a code: its page.
func helpOf(code, meaning string) sarifHelp {
	page, ok := codePage(code)
	if !ok {
		return sarifHelp{Text: meaning}
	}
	var text strings.Builder
	if err := writePage(&text, page, pageStyle{width: 80}); err != nil {
		panic(err) // writing to memory cannot fail
	}
	return sarifHelp{Text: text.String(), Markdown: page}
}

func sarifPlace(at diag.Pos, message string) sarifLocation {
	u := url.URL{Path: at.File}
	file := sarifArtifact{}
	switch {
	case path.IsAbs(at.File):
		u.Scheme = "file"
	case !strings.HasPrefix(at.File, "../"):
		file.URIBaseID = "%SRCROOT%" // what code hosts call the root of the repository
	}
	file.URI = u.String()
	loc := sarifLocation{PhysicalLocation: sarifPhysical{ArtifactLocation: file}}
	if at.Line > 0 {
		region := &sarifRegion{StartLine: at.Line, StartColumn: at.Column}
		if at.Column > 0 && at.Length > 0 {
			region.EndColumn = at.Column + at.Length
		}
		loc.PhysicalLocation.Region = region
	}
	if message != "" {
		loc.Message = &sarifMessage{message}
	}
	return loc
}
