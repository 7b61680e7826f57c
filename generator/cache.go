package generator

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"

	"milepost/schedule"
)

// Cache keeps what is costly to compute from one build to the next, by the
// content it follows from. It remembers what the last build asked for. The zero
// Cache is empty; it may be used by one build at a time.
type Cache struct {
	mutex       sync.Mutex
	simulations map[cacheKey]*schedule.Simulation // of the build before
	asked       map[cacheKey]*schedule.Simulation // of this one
}

type cacheKey [sha256.Size]byte

// begin starts a build: what the one before did not ask for is forgotten.
func (c *Cache) begin() {
	if c == nil {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.asked != nil {
		c.simulations = c.asked
	}
	c.asked = map[cacheKey]*schedule.Simulation{}
}

// simulation returns the simulation with the key, made if it is not known.
func (c *Cache) simulation(key cacheKey, simulate func() *schedule.Simulation) *schedule.Simulation {
	if c == nil {
		return simulate()
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	sim, ok := c.asked[key]
	if !ok {
		sim, ok = c.simulations[key]
	}
	if !ok {
		sim = simulate()
	}
	if c.asked != nil {
		c.asked[key] = sim
	}
	return sim
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
