package plan

import (
	"crypto/sha256"
	"reflect"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// Address returns the one address of the thing, "milestone:M4".
func (it *Item) Address() string { return it.Kind + ":" + it.ID }

// At returns the place of a key of the table, such as "duration" or
// "after[0]"; of its nearest parent if the key was not written; of the table's
// header for "".
func (it *Item) At(key string) diag.Pos { return it.table.at(key) }

// Has reports whether the key was written in the table.
func (it *Item) Has(key string) bool { return it.table.has(key) }

// Fingerprint returns a number for the text of the files that the plan was read
// from: plans with the same fingerprint are the same, unless Go code has changed
// them. Baselines are not part of it.
func (p *Plan) Fingerprint() [sha256.Size]byte { return p.sum }

// IsAssumed reports whether the value of the key is marked as an assumption of
// the plan's authors.
func (it *Item) IsAssumed(key string) bool {
	for _, a := range it.Assumed {
		if a == key {
			return true
		}
	}
	return false
}

// Title returns the name, or the id if there is no name.
func (it *Item) Title() string {
	if it.Name != "" {
		return it.Name
	}
	return it.ID
}

// Lookup returns the thing with the address "kind:id", or nil.
func (p *Plan) Lookup(address string) *Item { return p.byAddress[address] }

// Items returns the tables of a kind, in the order of the plan.
func (p *Plan) Items(kind string) []*Item {
	if kind == "plan" {
		return []*Item{&p.Info.Item}
	}
	var out []*Item
	for _, f := range kindFields() {
		if f.key != kind {
			continue
		}
		list := reflect.ValueOf(p).Elem().FieldByIndex(f.index)
		for i := range list.Len() {
			out = append(out, list.Index(i).Elem().FieldByName("Item").Addr().Interface().(*Item))
		}
	}
	return out
}

// Calendar returns the working calendar of the given id; "" is the plan's.
// Every plan has one: Monday to Friday 09:00-17:00 if none is written.
func (p *Plan) Calendar(id string) *calendar.Calendar { return p.calendars[id] }

// CalendarOf returns the working calendar of a work package: the one that it
// names, else the one that those who are assigned work by, else the plan's. If
// they work by several, it is the time that these have in common, and a day, a
// week and a month are as long as on the plan's calendar. Roles and people
// without a calendar go by that of the others.
func (p *Plan) CalendarOf(w *WorkPackage) *calendar.Calendar {
	if w.works != nil {
		return w.works
	}
	return p.calendars[w.Calendar]
}
