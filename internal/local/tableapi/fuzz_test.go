package tableapi

import (
	"testing"
)

// Whatever an expression is, it is read or refused in DynamoDB's form; what is read can be
// applied, and leaves the key as it is.
func FuzzExpressions(f *testing.F) {
	for _, seed := range [][2]string{
		{"SET #until = :n, w60000 = :s REMOVE #rule ADD told :n", "attribute_not_exists(#rule) OR #until < :n AND NOT (told = :n)"},
		{"SET a = a + :n, b = if_not_exists(b, :n) - :n", "begins_with(a, :s)"},
		{"REMOVE a, a", "a <> :s OR (b >= :n"},
		{"set pk = :s", "pk = :s AND sk <= :s"},
		{"ADD a :s", "a.b[0] = :n"},
		{"DELETE a :s", "size(a) > :n"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, update, condition string) {
		p := placeholders{
			ExpressionAttributeNames:  map[string]string{"#until": "until", "#rule": "rule"},
			ExpressionAttributeValues: map[string]Value{":n": {"N", "7"}, ":s": {"S", "x"}},
		}.parser()
		item := Item{"pk": {"S", "pool"}, "a": {"N", "3"}, "until": {"N", "-1"}, "b": {"S", "xy"}}
		if c, err := p.condition(&condition); err == nil {
			c.holds(item)
			c.holds(nil)
		} else if err.(*Error).Status != 400 {
			t.Error(err)
		}
		changes, err := p.changes(&update)
		if err == nil {
			_, err = apply(item, changes)
		}
		if err != nil && err.(*Error).Status != 400 {
			t.Error(err)
		}
		if len(item) != 4 || item["a"].text != "3" {
			t.Errorf("the old item has changed: %v", item)
		}
	})
}
