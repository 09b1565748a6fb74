package tableapi

// capacity is what a request may ask to be told, and is not here.
type capacity struct {
	ReturnConsumedCapacity string
}

func (c capacity) check() error {
	if c.ReturnConsumedCapacity != "" && c.ReturnConsumedCapacity != "NONE" {
		return invalid("the tables of this machine do not count capacity: ReturnConsumedCapacity must be NONE")
	}
	return nil
}

func (s *Server) getItem(body []byte) (any, error) {
	var in struct {
		TableName      string
		Key            Item
		ConsistentRead bool
		capacity
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	t, err := s.table(in.TableName)
	if err != nil {
		return nil, err
	}
	k, err := t.keyOf(in.Key)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{}
	if item, there := t.items[k]; there {
		answer["Item"] = item
	}
	return answer, in.check()
}

// page is what Query and Scan have in common.
type page struct {
	TableName         string
	ConsistentRead    bool
	Limit             *int
	ExclusiveStartKey Item
	capacity
}

func (s *Server) query(body []byte) (any, error) {
	var in struct {
		page
		placeholders
		KeyConditionExpression *string
		ScanIndexForward       *bool
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	t, err := s.table(in.TableName)
	if err != nil {
		return nil, err
	}
	if in.KeyConditionExpression == nil || in.ScanIndexForward != nil && !*in.ScanIndexForward {
		return nil, invalid("a Query of the tables of this machine has a KeyConditionExpression, and goes forward")
	}
	p := in.parser()
	c, err := p.condition(in.KeyConditionExpression)
	if err != nil {
		return nil, err
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	if err := t.checkKeyCondition(c); err != nil {
		return nil, err
	}
	return in.answer(t, c)
}

// checkKeyCondition wants `hash = :value`, and perhaps one comparison of the sort key.
func (t *table) checkKeyCondition(c condition) error {
	parts, several := c.(all)
	if !several {
		parts = all{c}
	}
	equal, isEqual := parts[0].(comparison)
	switch {
	case !isEqual || equal.by != "=" || equal.left.name != t.hash || equal.right.name != "":
		return invalid("Query condition missed key schema element: " + t.hash)
	case equal.right.value.kind != "S":
		return invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
	case len(parts) == 1:
		return nil
	case len(parts) > 2:
		return invalid("Conditions can be of length 1 or 2 only")
	}
	switch sorted := parts[1].(type) {
	case beginsWith:
		if sorted.name == t.sort && sorted.prefix.name == "" {
			return nil
		}
	case comparison:
		if sorted.left.name == t.sort && sorted.right.name == "" && sorted.by != "<>" {
			return nil
		}
	}
	return invalid("Query key condition not supported: the second part compares " + t.sort + " with a value")
}

func (s *Server) scan(body []byte) (any, error) {
	var in struct{ page }
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	t, err := s.table(in.TableName)
	if err != nil {
		return nil, err
	}
	return in.answer(t, all{})
}

// mostPage is the size of an answer in bytes (Developer Guide, "Paginating the results").
const mostPage = 1 << 20

// answer is a page of the items for which a condition holds.
func (p page) answer(t *table, c condition) (any, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if p.Limit != nil && *p.Limit < 1 {
		return nil, invalid("Limit: Member must have value greater than or equal to 1")
	}
	var after key
	if p.ExclusiveStartKey != nil {
		var err error
		if after, err = t.keyOf(p.ExclusiveStartKey); err != nil {
			return nil, err
		}
	}
	found, size := []Item{}, 0
	answer := map[string]any{}
	for _, item := range t.all() {
		if p.ExclusiveStartKey != nil && t.keyIn(item).compare(after) <= 0 || !c.holds(item) {
			continue
		}
		if size += item.size(); len(found) > 0 && size > mostPage || p.Limit != nil && len(found) == *p.Limit {
			answer["LastEvaluatedKey"] = t.keyed(t.keyIn(found[len(found)-1]))
			break
		}
		found = append(found, item)
	}
	answer["Items"], answer["Count"], answer["ScannedCount"] = found, len(found), len(found)
	return answer, nil
}
