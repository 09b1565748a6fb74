package cfn

// Row is the logical id of a resource's row, as table has it; "" for none.
func Row(id, typeName string) string {
	r, _, ok := rowOf(id)
	if !ok || r.kind.typeName != typeName {
		return ""
	}
	return r.id
}

// Rows are the logical ids of all rows.
func Rows() []string {
	var ids []string
	for _, r := range table {
		ids = append(ids, r.id)
	}
	return ids
}

// Kinds gives for each type of resource its properties.
func Kinds() map[string][]string {
	all := map[string][]string{}
	for _, r := range table {
		all[r.kind.typeName] = r.kind.properties
	}
	return all
}
