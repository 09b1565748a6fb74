package eventbridge

import (
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// leaves are the values of an event as patterns see them: the scalars by their path
// of names, joined with dots ("detail.state"; a dot in a name looks the same). Each
// item of an array is a value of the array's name.
type leaves struct {
	wanted map[string]bool // the names in the pattern, and their parents: no others are kept
	byName map[string][]leaf
	hollow map[string]jsonvalue.Value // fields without a value: objects and empty arrays
	arrays int                        // counted so far
}

// leaf is a value of an event; in is the element of the innermost array that
// contains it, nil if none does.
type leaf struct {
	value jsonvalue.Value
	in    *element
}

// element is an object or an array in an array of the event. If a pattern names
// several fields below one array, one element must match all of them.
type element struct {
	array, index int
	outer        *element
}

func leavesOf(event jsonvalue.Value, ways []way) *leaves {
	l := &leaves{wanted: map[string]bool{}, byName: map[string][]leaf{}, hollow: map[string]jsonvalue.Value{}}
	for _, w := range ways {
		for _, f := range w {
			l.want(f.name)
		}
	}
	l.addMembers("", event, nil)
	return l
}

func (l *leaves) want(name string) {
	for above, rest := "", name; ; {
		before, after, more := strings.Cut(rest, ".")
		above += before
		l.wanted[above] = true
		if !more {
			return
		}
		above, rest = above+".", after
	}
}

func (l *leaves) addMembers(prefix string, object jsonvalue.Value, in *element) {
	for name, member := range object.Members() {
		if full := prefix + name; l.wanted[full] {
			l.add(full, member, in)
		}
	}
}

func (l *leaves) add(name string, v jsonvalue.Value, in *element) {
	switch v.Kind() {
	case jsonvalue.Object:
		l.hollow[name] = v
		l.addMembers(name+".", v, in)
	case jsonvalue.Array:
		l.addItems(name, v, in)
	default:
		l.byName[name] = append(l.byName[name], leaf{v, in})
	}
}

// addItems adds the items of an array. Scalars belong to the array as a whole:
// which of them matched does not matter.
func (l *leaves) addItems(name string, array jsonvalue.Value, in *element) {
	if array.Len() == 0 {
		l.hollow[name] = array
	}
	id := l.arrays
	l.arrays++
	for i := range array.Len() {
		item, itemIn := array.Index(i), in
		if item.Kind() == jsonvalue.Object || item.Kind() == jsonvalue.Array {
			itemIn = &element{id, i, in}
		}
		l.add(name, item, itemIn)
	}
}
