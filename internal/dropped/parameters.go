package dropped

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// OfQuery are the parameters of a request that do not reach the API, by name: the spec sends
// its own in place of them.
func (r Rules) OfQuery(query string) []Field {
	var fields []Field
	for pair := range strings.FieldsFuncSeq(query, func(c rune) bool { return c == '&' || c == ';' }) {
		name := contract.ParameterName(pair)
		f := Field{Name: name, Parameter: true}
		switch {
		case slices.ContainsFunc(fields, func(known Field) bool { return known.Name == name }):
			continue
		case slices.Contains(r.ShownParameters, name):
			f.Reason, f.Setting = "upstream.credentials sends its own", "upstream.credentials"
		case slices.Contains(r.FixedParameters, name):
			f.Reason, f.Setting = "upstream.query sends its own", "upstream.query"
		default:
			continue
		}
		fields = append(fields, f)
	}
	return fields
}
