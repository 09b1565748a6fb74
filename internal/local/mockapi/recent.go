package mockapi

import "container/list"

// maxClients limits the memory of a long run with many different credentials.
const maxClients = 10_000

// recent holds a value for each of the maxClients most recent keys; an older key
// starts again from the zero value.
type recent[V any] struct {
	order list.List // of *named[V], most recent first
	byKey map[string]*list.Element
}

type named[V any] struct {
	key   string
	value V
}

func newRecent[V any]() *recent[V] {
	return &recent[V]{byKey: map[string]*list.Element{}}
}

func (r *recent[V]) at(key string) *V {
	element, ok := r.byKey[key]
	if !ok {
		element = r.order.PushFront(&named[V]{key: key})
		r.byKey[key] = element
		r.shrink()
	}
	r.order.MoveToFront(element)
	return &element.Value.(*named[V]).value
}

func (r *recent[V]) shrink() {
	if r.order.Len() > maxClients {
		oldest := r.order.Remove(r.order.Back()).(*named[V])
		delete(r.byKey, oldest.key)
	}
}

// all are the values, the most recent first.
func (r *recent[V]) all() []*V {
	var values []*V
	for element := r.order.Front(); element != nil; element = element.Next() {
		values = append(values, &element.Value.(*named[V]).value)
	}
	return values
}
