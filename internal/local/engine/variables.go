package engine

import (
	"strconv"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// variables are those that Assign has set: few, so a linear search is faster than a
// map.
type variables struct {
	set  []jsonvalue.Member
	size int // bytes of JSON, of all
}

func (vs *variables) get(name string) (jsonvalue.Value, bool) {
	for i := range vs.set {
		if vs.set[i].Name == name {
			return vs.set[i].Value, true
		}
	}
	return jsonvalue.Value{}, false
}

// put sets the variables of one Assign, which was evaluated as a whole; null
// without one.
func (vs *variables) put(assigned jsonvalue.Value) *failure {
	sum := 0
	for name, v := range assigned.Members() {
		if sum += v.Size(); sum > maxVariable {
			return overLimit("Assign sets more than the limit of", maxVariable, "bytes; the variable that passes it is '"+name+"'")
		}
		vs.putOne(name, v)
	}
	if vs.size > maxAllVariables {
		return overLimit("The variables of the execution have more than the limit of", maxAllVariables, "bytes")
	}
	return nil
}

func (vs *variables) putOne(name string, v jsonvalue.Value) {
	vs.size += v.Size()
	for i := range vs.set {
		if vs.set[i].Name == name {
			vs.size -= vs.set[i].Value.Size()
			vs.set[i].Value = v
			return
		}
	}
	vs.set = append(vs.set, jsonvalue.Member{Name: name, Value: v})
}

// overLimit is the failure of an execution whose variables exceed a limit. AWS
// documents the limits and not the error.
func overLimit(what string, limit int, unit string) *failure {
	return &failure{kind: uncatchable, name: errDataLimit, cause: what + " " + strconv.Itoa(limit) + " " + unit}
}
