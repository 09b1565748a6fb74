package jsonvalue

import "iter"

// OfObject is an object of these members in this order. If two have one name, the
// last value takes the first one's place, as in Parse.
func OfObject(members ...Member) Value {
	var room [roomFor]Member
	own, g := room[:0], gathering{}
	for _, m := range members {
		own = g.set(own, OfString(m.Name), m.Value)
	}
	return g.object(own)
}

// Get is the member of an Object with this name.
func (v Value) Get(name string) (Value, bool) {
	i := find(v.members(), name)
	if i < 0 {
		return Value{}, false
	}
	return v.tree.members[i].Value, true
}

// Members are the members of an Object, in order; none for any other kind.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, m := range v.members() {
			if !yield(m.Name, m.Value) {
				return
			}
		}
	}
}

// With is a copy of the Object with one member set: in its place if it exists, else
// as the last one. For any other kind it is an object with only that member.
func (v Value) With(name string, member Value) Value {
	if v.Kind() != Object {
		return OfObject(Member{name, member})
	}
	if i := find(v.members(), name); i >= 0 {
		return v.replace(i, member)
	}
	key := OfString(name)
	old := v.members()
	members := make([]Member, len(old)+1)
	copy(members, old)
	members[len(old)] = Member{key.text, member}
	return container(Object, &tree{members: members}, v.Size()+memberSize(len(old), key, member))
}

func (v Value) replace(i int, member Value) Value {
	old := v.tree.members
	members := make([]Member, len(old))
	copy(members, old)
	members[i].Value = member
	return container(Object, &tree{members: members}, v.Size()-old[i].Value.Size()+member.Size())
}

// Fill is a copy of the Object with each value replaced by the result for its
// index, 0 <= i < Len, in order. It stops at the first error.
func (v Value) Fill(give func(i int) (Value, error)) (Value, error) {
	old := v.members()
	members, size := make([]Member, len(old)), v.Size()
	for i := range old {
		member, err := give(i)
		if err != nil {
			return Value{}, err
		}
		members[i] = Member{old[i].Name, member}
		size += member.Size() - old[i].Value.Size()
	}
	return container(Object, &tree{members: members}, size), nil
}

// memberSize is what a member adds to the size of an object with i before it.
func memberSize(i int, key, member Value) int {
	return separator(i) + key.Size() + len(":") + member.Size()
}

func find(members []Member, name string) int {
	for i := range members {
		if members[i].Name == name {
			return i
		}
	}
	return -1
}

const (
	// roomFor is how many members or items are collected on the stack before they
	// are copied into memory of the exact size.
	roomFor = 8
	// scanned is how many names are compared one by one. Beyond it they are
	// indexed, so that a large object doesn't cost the square of its length.
	scanned = 16
)

// gathering is the state while the members of an object are collected. The members
// are parameters and results, because a slice in the struct could not stay on the
// stack.
type gathering struct {
	index map[string]int // place by name; nil while there are few
	size  int            // of the members, without the braces
}

func (g *gathering) set(members []Member, key, member Value) []Member {
	if i := g.find(members, key.text); i >= 0 {
		g.size += member.Size() - members[i].Value.Size()
		members[i].Value = member
		return members
	}
	if g.index != nil {
		g.index[key.text] = len(members)
	}
	g.size += memberSize(len(members), key, member)
	return append(members, Member{key.text, member})
}

func (g *gathering) find(members []Member, name string) int {
	if len(members) <= scanned {
		return find(members, name)
	}
	if g.index == nil {
		g.index = make(map[string]int, 2*len(members))
		for i, m := range members {
			g.index[m.Name] = i
		}
	}
	if i, ok := g.index[name]; ok {
		return i
	}
	return -1
}

// object copies members: they may be on the stack.
func (g *gathering) object(members []Member) Value {
	size := len("{}") + g.size
	if len(members) == 0 {
		return container(Object, nil, size)
	}
	own := make([]Member, len(members))
	copy(own, members)
	return container(Object, &tree{members: own}, size)
}
