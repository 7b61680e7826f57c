package plan

import "reflect"

// Named returns the addresses of everything that some other table of the plan
// names, in a key that refers to it. A role that a person fills is not named by
// that, nor is what only a body lists among its members in words.
func (p *Plan) Named() map[string]bool {
	named := map[string]bool{}
	ld := &loader{plan: p}
	ld.eachItem(func(it *Item, v reflect.Value) {
		if it.Kind != "calendar" && it.Kind != "progress" {
			p.namedBy(it, v, named)
		}
	})
	for _, g := range p.Governance { // in words, or by role
		for _, m := range g.Members {
			p.name(m, []string{"role", "person"}, named)
		}
	}
	return named
}

func (p *Plan) name(id string, kinds []string, named map[string]bool) {
	for _, k := range kinds {
		if address := k + ":" + id; id != "" && p.byAddress[address] != nil {
			named[address] = true
			return
		}
	}
}

func (p *Plan) namedBy(it *Item, v reflect.Value, named map[string]bool) {
	for _, f := range fieldsOf(v.Type()) {
		fv := v.FieldByIndex(f.index)
		switch x := fv.Addr().Interface().(type) {
		case *Assignments:
			for _, a := range *x {
				p.name(a.Who, []string{"role", "person"}, named)
			}
			continue
		case *[]Dependency:
			continue
		}
		switch {
		case len(f.ref) > 0 && it.Kind == "person" && f.key == "roles":
		case len(f.ref) > 0 && fv.Kind() == reflect.String:
			if id := fv.String(); id != it.ID {
				p.name(id, f.ref, named)
			}
		case len(f.ref) > 0 && fv.Kind() == reflect.Slice:
			for i := range fv.Len() {
				if id := fv.Index(i).String(); id != it.ID {
					p.name(id, f.ref, named)
				}
			}
		case fv.Kind() == reflect.Slice && fv.Type().Elem().Kind() == reflect.Struct:
			for i := range fv.Len() {
				p.namedBy(it, fv.Index(i), named)
			}
		case fv.Kind() == reflect.Struct:
			p.namedBy(it, fv, named)
		}
	}
}
