package review

import (
	"slices"
)

// coordinationField says what executions of the stack know of each other; a plan without it
// is of a stack whose executions know nothing.
const coordinationField = "egress.coordination"

// noteCoordination says what happens while a stack gets or loses its table: Lambdas change
// before the workflow, and executions go on with the definition that they have.
func (r *Review) noteCoordination() {
	switch i := slices.IndexFunc(r.Fields, func(f Field) bool { return f.Name == coordinationField }); {
	case i < 0 || r.State == New:
	case r.Fields[i].From == "":
		r.Notes = append(r.Notes, "executions that began before the workflow is updated go on as they began: each alone, with no slot booked, "+
			"beside those that know of each other")
	case r.Fields[i].To == "":
		r.Notes = append(r.Notes, "executions that began before the workflow is updated end without the table, as if it could not be asked")
	}
}

// coordinationDangers is the danger of a stack that knows limits and keeps them no more.
func (r *Review) coordinationDangers(old parsed) []Danger {
	i := slices.IndexFunc(r.Fields, func(f Field) bool { return f.Name == coordinationField })
	if i < 0 || r.Fields[i].To != "" || len(items(field(field(old.plan, "upstream"), "limits"))) == 0 {
		return nil
	}
	return []Danger{{KindLimits, "the limits of the API are kept no more: calls beyond them are made, and refused (egress.coordination)"}}
}
