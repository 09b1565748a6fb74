package changes

import (
	"slices"

	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// consequence is what callers or data feel of a change; most changes are felt by
// nobody.
func consequence(c Change) string {
	facts := cfn.FactsOf(c.Resource, c.Type)
	switch c.Action {
	case Update:
		if slices.ContainsFunc(facts.Fixed, c.changes) {
			return cfn.FixedForGood
		}
	case Forget:
		return facts.Kept
	case Delete:
		return facts.Removed
	case Replace:
		if name := facts.NameProperty; name != "" && !c.changes(name) && len(c.Properties) > 0 {
			return cfn.ReplacedUnderItsName
		}
		return facts.Replaced
	case MayReplace:
		if facts.Replaced != "" {
			return "if it is replaced, " + facts.Replaced
		}
	}
	return ""
}

func (c Change) changes(property string) bool {
	return slices.ContainsFunc(c.Properties, func(p Property) bool { return p.Name == property })
}
