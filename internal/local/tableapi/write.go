package tableapi

import (
	"slices"
)

const (
	failedText = "The conditional request failed"
	// mostItem is the size of an item in bytes (Developer Guide, "Quotas").
	mostItem = 400 << 10
)

// failedCondition is ConditionalCheckFailedException.
type failedCondition struct {
	item Item // as it is, if the request wants to know
}

func (f *failedCondition) Error() string { return failedText }

// guarded is what every write of one item has.
type guarded struct {
	TableName                           string
	Key                                 Item
	ConditionExpression                 *string
	ReturnValuesOnConditionCheckFailure string
	placeholders
}

// write is one that was checked, but for its condition.
type write struct {
	table   *table
	key     key
	old     Item // nil: there is none
	holds   bool
	tells   bool // the old item, if the condition does not hold
	changes []change
}

// prepare checks a write; update is its UpdateExpression, nil for none.
func (s *Server) prepare(g guarded, update *string) (write, error) {
	t, err := s.table(g.TableName)
	if err != nil {
		return write{}, err
	}
	w := write{table: t, tells: g.ReturnValuesOnConditionCheckFailure == "ALL_OLD"}
	if w.key, err = t.keyOf(g.Key); err != nil {
		return write{}, err
	}
	if !w.tells && g.ReturnValuesOnConditionCheckFailure != "" && g.ReturnValuesOnConditionCheckFailure != "NONE" {
		return write{}, invalid("ReturnValuesOnConditionCheckFailure is ALL_OLD or NONE")
	}
	p := g.parser()
	if w.changes, err = p.changes(update); err != nil {
		return write{}, err
	}
	c, err := p.condition(g.ConditionExpression)
	if err != nil {
		return write{}, err
	}
	if err := p.finish(); err != nil {
		return write{}, err
	}
	for _, change := range w.changes {
		if slices.Contains(t.attributes(), change.name) {
			return write{}, invalid("One or more parameter values were invalid: Cannot update attribute " + change.name +
				". This attribute is part of the key")
		}
	}
	w.old = t.items[w.key]
	w.holds = c.holds(w.old)
	return w, nil
}

// failure is what a write answers whose condition does not hold.
func (w write) failure() *failedCondition {
	if w.tells {
		return &failedCondition{w.old}
	}
	return &failedCondition{}
}

// changed is the item after the write.
func (w write) changed() (Item, error) {
	old := w.old
	if old == nil {
		old = w.table.keyed(w.key)
	}
	item, err := apply(old, w.changes)
	if err == nil && item.size() > mostItem {
		err = invalid("Item size to update has exceeded the maximum allowed size")
	}
	return item, err
}

func (s *Server) updateItem(body []byte) (any, error) {
	var in struct {
		guarded
		UpdateExpression *string
		ReturnValues     string
		capacity
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"", "NONE", "ALL_OLD", "ALL_NEW"}, in.ReturnValues) {
		return nil, invalid("the tables of this machine know the ReturnValues NONE, ALL_OLD and ALL_NEW")
	}
	w, err := s.prepare(in.guarded, in.UpdateExpression)
	if err != nil {
		return nil, err
	}
	if !w.holds {
		return nil, w.failure()
	}
	item, err := w.changed()
	if err != nil {
		return nil, err
	}
	w.table.items[w.key] = item
	answer := map[string]any{}
	if in.ReturnValues == "ALL_NEW" {
		answer["Attributes"] = item
	} else if in.ReturnValues == "ALL_OLD" && w.old != nil {
		answer["Attributes"] = w.old
	}
	return answer, nil
}

func (s *Server) deleteItem(body []byte) (any, error) {
	var in struct {
		guarded
		ReturnValues string
		capacity
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"", "NONE", "ALL_OLD"}, in.ReturnValues) {
		return nil, invalid("Return values set to invalid value: a deletion knows NONE and ALL_OLD")
	}
	w, err := s.prepare(in.guarded, nil)
	if err != nil {
		return nil, err
	}
	if !w.holds {
		return nil, w.failure()
	}
	delete(w.table.items, w.key)
	answer := map[string]any{}
	if in.ReturnValues == "ALL_OLD" && w.old != nil {
		answer["Attributes"] = w.old
	}
	return answer, nil
}
