package schedule

// Levelling is what was done to keep the load of every role and person within
// its capacity.
type Levelling struct{}
