package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// numbered are the kinds whose ids are numbers behind a letter if the plan has
// none of them yet: R1, R2. Ids of other kinds are made of the name. Work is
// numbered by phase: 2.1, 2.2.
var numbered = map[string]string{
	"phase": "P", "milestone": "M", "gate": "G", "risk": "R", "scenario": "S", "change": "C", "decision": "D", "assumption": "A",
	"issue": "I", "checkpoint": "Q", "feedback": "F", "lesson": "L", "objective": "O", "work": "1.",
}

var counted = regexp.MustCompile(`^(.*?)([0-9]+)$`)

// nextID returns the next free id: it goes on with the numbers that most tables of
// the kind have, those of the phase first; else it is made of the name.
func (d *draft) nextID() string {
	all := d.ids()
	if d.kind.Name == "work" && d.phase != "" {
		if prefix, width, n := numbering(d.idsIn(d.phase)); prefix != "" || n > 0 {
			return d.free(prefix, width, n)
		}
		m := counted.FindStringSubmatch(d.phase)
		if prefix, _, n := numbering(all); m != nil && (len(all) == 0 || n > 0 && strings.HasSuffix(prefix, ".")) {
			return d.free(m[2]+".", 0, 0)
		}
	}
	prefix, width, n := numbering(all)
	switch {
	case n > 0:
		return d.free(prefix, width, n)
	case len(all) == 0 && numbered[d.kind.Name] != "":
		return d.free(numbered[d.kind.Name], 0, 0)
	}
	slug := slugOf(d.name)
	if slug == "" {
		return d.free(d.kind.Name+"-", 0, 0)
	}
	if !d.isTaken(slug) {
		return slug
	}
	return d.free(slug+"-", 0, 1)
}

// numbering finds out how ids are counted: the prefix that most of them have before
// their number, how many digits that has at least, and the highest; 0 if most ids
// are no numbers.
func numbering(ids []string) (prefix string, width, highest int) {
	counts := map[string]int{}
	matches := 0
	for _, id := range ids {
		m := counted.FindStringSubmatch(id)
		if m == nil {
			continue
		}
		matches++
		if counts[m[1]]++; counts[m[1]] >= counts[prefix] {
			prefix = m[1]
		}
	}
	if 2*matches <= len(ids) {
		return "", 0, 0
	}
	for _, id := range ids {
		m := counted.FindStringSubmatch(id)
		if m == nil || m[1] != prefix {
			continue
		}
		if n, err := strconv.Atoi(m[2]); err == nil {
			highest = max(highest, n)
		}
		if strings.HasPrefix(m[2], "0") {
			width = len(m[2])
		}
	}
	return prefix, width, highest
}

// free returns the first free id with a number above n.
func (d *draft) free(prefix string, width, n int) string {
	for n++; ; n++ {
		if id := fmt.Sprintf("%s%0*d", prefix, width, n); !d.isTaken(id) {
			return id
		}
	}
}

// isTaken reports whether the plan, or one of its scenarios, has a table with the
// id, in capitals or not.
func (d *draft) isTaken(id string) bool { return d.taken[strings.ToLower(id)] }

// letters are those of other alphabets that ids are written without.
var letters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "oe", "å", "aa", "œ", "oe", "ł", "l",
	"á", "a", "à", "a", "â", "a", "ã", "a", "ą", "a", "ç", "c", "ć", "c", "č", "c", "ď", "d", "é", "e", "è", "e", "ê", "e", "ë", "e", "ę", "e",
	"ě", "e", "í", "i", "ì", "i", "î", "i", "ï", "i", "ñ", "n", "ń", "n", "ň", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ř", "r", "ś", "s",
	"š", "s", "ť", "t", "ú", "u", "ù", "u", "û", "u", "ů", "u", "ý", "y", "ź", "z", "ż", "z", "ž", "z")

// slugOf makes an id of a name: "data-analyst" of "Data analyst".
func slugOf(name string) string {
	words := strings.FieldsFunc(letters.Replace(strings.ToLower(name)), func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	const most = 5 // words, which is enough to know it again
	return strings.Join(words[:min(len(words), most)], "-")
}
