package tableapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/local/awsapi"
)

// table is one; its items are replaced, never changed.
type table struct {
	name, hash, sort string // the attributes of its key; sort may be ""
	created          time.Time
	items            map[key]Item
}

// key is the place of an item.
type key struct{ hash, sort string }

func (k key) compare(other key) int {
	return cmp.Or(strings.Compare(k.hash, other.hash), strings.Compare(k.sort, other.sort))
}

func (t *table) all() []Item {
	items := make([]Item, 0, len(t.items))
	for _, item := range t.items {
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b Item) int { return t.keyIn(a).compare(t.keyIn(b)) })
	return items
}

func (t *table) keyIn(item Item) key { return key{item[t.hash].text, item[t.sort].text} }

// attributes are the names of its key's.
func (t *table) attributes() []string {
	if t.sort == "" {
		return []string{t.hash}
	}
	return []string{t.hash, t.sort}
}

// mostKey is the longest of both attributes in bytes (Developer Guide, "Quotas").
var mostKey = []int{2048, 1024}

// keyOf reads the Key of a request.
func (t *table) keyOf(given Item) (key, error) {
	names := t.attributes()
	if len(given) != len(names) {
		return key{}, invalid("The provided key element does not match the schema")
	}
	for i, name := range names {
		value, there := given[name]
		switch {
		case !there || value.kind != "S":
			return key{}, invalid("The provided key element does not match the schema")
		case value.text == "" || len(value.text) > mostKey[i]:
			return key{}, invalid(fmt.Sprintf("One or more parameter values are not valid. The AttributeValue for a key attribute must have "+
				"1 to %d bytes. Key: %s", mostKey[i], name))
		}
	}
	return t.keyIn(given), nil
}

// keyed is an item that has nothing but its key.
func (t *table) keyed(k key) Item {
	item := Item{t.hash: {"S", k.hash}}
	if t.sort != "" {
		item[t.sort] = Value{"S", k.sort}
	}
	return item
}

func (s *Server) table(name string) (*table, error) {
	if t := s.tables[name]; t != nil {
		return t, nil
	}
	if name == "" {
		return nil, invalid("The parameter 'TableName' is required but was not present in the request")
	}
	return nil, awsapi.Invalid("ResourceNotFoundException", "Requested resource not found")
}

// decode reads a request; a parameter that these tables do not know is refused.
func decode(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var refused *Error
	switch {
	case err == nil && len(bytes.TrimSpace(body[decoder.InputOffset():])) > 0:
		return awsapi.Invalid("SerializationException", "the body has more than one value")
	case err == nil, errors.As(err, &refused):
		return err
	}
	if _, name, unknown := strings.Cut(err.Error(), "unknown field "); unknown {
		return invalid("the tables of this machine do not know the parameter " + name)
	}
	return awsapi.Invalid("SerializationException", err.Error())
}
