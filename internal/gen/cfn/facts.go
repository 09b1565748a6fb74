package cfn

import (
	"cmp"
	"slices"
	"strings"
)

// Facts are what a reader of a change should know of a resource.
type Facts struct {
	// Words say what it is: "Lambda of egress 1". They are "" for a type that no
	// template of sfngen has.
	Words string
	// NameProperty is the property that names it; "" where CloudFormation chooses
	// the name. CloudFormation creates the new resource before it deletes the old
	// one, so one whose name stays cannot be replaced (CloudFormation User Guide,
	// "Name type").
	NameProperty string
	// What callers or data lose when the template no longer has the resource, when
	// it is deleted with its whole stack, and when it is replaced; "" for nothing of
	// note.
	Removed, Deleted, Replaced string
	// Replaces are the properties whose change replaces it.
	Replaces []string
	// Fixed are the properties whose change fails.
	Fixed []string
	// Kept says what becomes of it where the template lets it outlive the stack; "" for
	// nothing of note.
	Kept string
}

// ReplacedUnderItsName is what follows where a resource would be replaced and its name
// stays.
const ReplacedUnderItsName = "CloudFormation cannot replace it under the same name: this deployment will fail; " +
	"deploy under another name, or destroy the stack first"

// FixedForGood is what follows where a property changes that AWS lets nobody change.
const FixedForGood = "AWS lets nobody change that: this deployment will fail; deploy under another name, or destroy the stack first"

// FactsOf looks a resource up by its logical id and its type. The id may be that of
// another version's template: then what is true of the type has to do.
func FactsOf(id, typeName string) Facts {
	if r, number, ok := rowOf(id); ok && r.kind.typeName == typeName {
		f := r.kind.facts()
		f.Words = strings.Replace(r.words, "#", number, 1)
		f.Removed = cmp.Or(r.removed, f.Removed)
		return f
	}
	i := slices.IndexFunc(table, func(r row) bool { return r.kind.typeName == typeName })
	if i < 0 {
		return Facts{}
	}
	return table[i].kind.facts()
}

func (k *kind) facts() Facts {
	return Facts{Words: k.words, NameProperty: k.name, Removed: k.deleted, Deleted: k.deleted, Replaced: k.replaced,
		Replaces: k.replaces, Fixed: k.fixed, Kept: k.kept}
}
