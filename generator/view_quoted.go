package generator

import (
	"cmp"
	"fmt"
)

// The views of the sections that a text can place, for [viewBlocks].

func (b *builder) budgetBlock(l linker, _ map[string]string) (string, any, error) {
	if len(l.plan.plan.Budget) == 0 {
		return "", nil, fmt.Errorf("the plan has no budget to show")
	}
	return tableBlock(b.quoted(l).budgetTable(sumBudget(l.plan.plan)), "budget")
}

func (b *builder) raciBlock(l linker, _ map[string]string) (string, any, error) {
	v := b.quoted(l).raci()
	if v == nil {
		return "", nil, fmt.Errorf("the plan has no responsibility matrix to show")
	}
	v.ID = ""
	return "raci", v, nil
}

func (b *builder) risksBlock(l linker, _ map[string]string) (string, any, error) {
	_, t, err := tableBlock(b.quoted(l).riskRegister(), "risks")
	return "risktable", t, err
}

func (b *builder) kpisBlock(l linker, _ map[string]string) (string, any, error) {
	v := b.quoted(l).kpis()
	if v == nil {
		return "", nil, fmt.Errorf("the plan has no key performance indicators to show")
	}
	return "kpis", v, nil
}

func (b *builder) governanceBlock(l linker, _ map[string]string) (string, any, error) {
	v := b.quoted(l).bodies()
	if v == nil {
		return "", nil, fmt.Errorf("the plan has no governance bodies to show")
	}
	return "governance", v, nil
}

// checklistBlock shows the checklists of a type, "readiness" or "actions".
// Without a type it shows those that say whether the plan is ready, or the next
// actions if there are no others.
func (b *builder) checklistBlock(l linker, args map[string]string) (string, any, error) {
	s := b.quoted(l)
	var v *checklistsView
	if typ := args["type"]; typ == "" {
		v = cmp.Or(s.checklists("readiness"), s.checklists("actions"))
	} else if v = s.checklists(typ); v == nil {
		return "", nil, fmt.Errorf("the plan has no checklist of the type %q to show", typ)
	}
	if v == nil {
		return "", nil, fmt.Errorf("the plan has no checklist to show")
	}
	return "checklist", v, nil
}
