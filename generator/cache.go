package generator

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html/template"
	"sync"

	"milepost/schedule"
)

// Cache keeps what is costly to compute from one build to the next, by the
// content it follows from. It remembers what the last good build asked for. The
// zero Cache is empty; it may be used by one build at a time.
//
// A build with a Cache does everything that a build without one does, except
// for the answers of a few pure functions: a plan and its schedule from the
// bytes of their files, a simulation, a parsed text, the HTML of a text, of the
// navigation, of a page and of a row from what its template sees, what the pages of
// a section show. Nothing is tracked from page to page. So a key must
// name everything that its answer depends on; keys are therefore hashes of the
// whole input (see [sumOf]), or the answer comes with all the questions that
// were asked on the way to it and is used only if all of them are answered as
// before (see [trace] and [asked]).
//
// What is kept never changes, so that several builds may share it.
type Cache struct {
	once bool // there is no build after this one

	simulations memo[*schedule.Simulation]
	plans       memo[madeOfFiles]
	documents   memo[parsedText]
	texts       memo[*renderedText]
	themes      memo[*template.Template]
	chapters    memo[*chapter]
	navs        memo[template.HTML]
	rows        memo[template.HTML]
	mains       memo[renderedMain]
	pages       memo[renderedPage]
	linked      memo[bool] // pages without a wrong link
	data        memo[[]File]
}

// cacheKey is the hash of an input.
type cacheKey [sha256.Size]byte

// memos are the parts of the cache.
func (c *Cache) memos() []anyMemo {
	return []anyMemo{&c.simulations, &c.plans, &c.documents, &c.texts, &c.themes, &c.chapters, &c.navs, &c.rows, &c.mains, &c.pages, &c.linked, &c.data}
}

// begin starts a build.
func (c *Cache) begin() {
	for _, m := range c.memos() {
		m.begin(false)
	}
}

// end tells that the build was good: what it did not ask for is forgotten. The
// answers of a build that failed half-way are forgotten instead, so that an
// author who mends a mistake finds everything as it was before.
func (c *Cache) end() {
	for _, m := range c.memos() {
		m.begin(true)
	}
}

// memo keeps the answers of a function from one build to the next. It may be
// used by several goroutines; of two that ask the same at the same time both
// compute it.
type memo[V any] struct {
	mutex  sync.Mutex
	before map[cacheKey]V // asked for by the last good build
	asked  map[cacheKey]V // by the build that runs
}

// anyMemo is a memo of whatever it keeps.
type anyMemo interface {
	begin(isGood bool) // a build; the one before was good
	size() int
}

func (m *memo[V]) size() int { return len(m.before) }

func (m *memo[V]) begin(isGood bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if isGood {
		m.before = m.asked
	}
	m.asked = nil
}

// get returns the answer that is kept, if any.
func (m *memo[V]) get(key cacheKey) (V, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	v, ok := m.asked[key]
	if !ok {
		if v, ok = m.before[key]; ok {
			m.set(key, v)
		}
	}
	return v, ok
}

// put keeps an answer.
func (m *memo[V]) put(key cacheKey, v V) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.set(key, v)
}

func (m *memo[V]) set(key cacheKey, v V) {
	if m.asked == nil {
		m.asked = make(map[cacheKey]V, len(m.before))
	}
	m.asked[key] = v
}

// want keeps the answers with the keys, as far as they are there, as if they had
// been asked for.
func (m *memo[V]) want(keys []cacheKey) {
	if len(keys) == 0 {
		return
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for _, key := range keys {
		if _, ok := m.asked[key]; !ok {
			if v, ok := m.before[key]; ok {
				m.set(key, v)
			}
		}
	}
}

// of returns the answer with the key, computed if it is not kept.
func (m *memo[V]) of(key cacheKey, compute func() V) V {
	v, ok := m.get(key)
	if !ok {
		v = compute()
		m.put(key, v)
	}
	return v
}

// simulationKey is made of everything that a simulation depends on: the files of
// the plan, how it is scheduled, and what is different from the plan, such as
// the address of a scenario.
func simulationKey(s *schedule.Schedule, opts schedule.Options, differs string) cacheKey {
	set, err := json.Marshal(opts) // what the options point at, not where
	if err != nil {
		panic(err) // they are figures
	}
	return sha256.Sum256(fmt.Appendf(nil, "%x %s %q", s.Plan.Fingerprint(), set, differs))
}
