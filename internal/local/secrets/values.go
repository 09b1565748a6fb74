package secrets

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Values are what a stack reads, from the sources. It is safe for concurrent use.
type Values struct {
	needs   []Need
	sources Sources
	shared  map[string]bool // variables that several names have
}

// New connects the needs of a stack with the sources.
func New(needs []Need, sources Sources) *Values {
	v := &Values{needs: needs, sources: sources, shared: map[string]bool{}}
	owner := map[string]string{}
	for _, name := range v.known() {
		variable := Variable(name)
		if before, ok := owner[variable]; ok && before != name {
			v.shared[variable] = true
		}
		owner[variable] = name
	}
	return v
}

// known are all names that a value can be given for.
func (v *Values) known() []string {
	var names []string
	for _, n := range v.needs {
		names = append(names, n.Name())
		for _, key := range n.Keys {
			names = append(names, n.Name()+":"+key)
		}
	}
	return names
}

// ErrUnnamed: the stack does not read this secret or parameter.
var ErrUnnamed = errors.New("the spec names no such secret or parameter")

// Get reads what AWS would have under an ID of the spec: a text, of a need with keys the
// JSON with them. Its error is ErrUnnamed, Missing, or says what is wrong.
func (v *Values) Get(kind Kind, id string) (string, error) {
	for _, n := range v.needs {
		if n.Kind == kind && n.ID == id {
			return v.get(n)
		}
	}
	return "", ErrUnnamed
}

func (v *Values) get(n Need) (string, error) {
	given := v.resolve(v.sources.read(), n)
	for _, g := range given {
		if g.Err != nil {
			return "", g.Err
		}
	}
	if n.Whole {
		return given[0].value, nil
	}
	members := map[string]string{}
	for i, key := range n.Keys {
		members[key] = given[i].value
	}
	text, err := json.Marshal(members)
	return string(text), err
}

// Given is one value that a stack needs, without the value.
type Given struct {
	Need Need
	Key  string // the member of the JSON; "" is the whole
	Name string // what it can be given for: NAME, or NAME:KEY
	From string // where it is from; "" when it is not here
	Err  error  // Missing, or why what is here cannot be used

	value string
	rank  rank
}

// Uses are where the value goes: "header authorization".
func (g Given) Uses() []string {
	var uses []string
	for _, u := range g.Need.Uses {
		if g.Key == "" || u.Key == g.Key {
			uses = append(uses, u.String())
		}
	}
	return uses
}

// Missing: no source has a value of the name.
type Missing struct{ Name string }

func (m Missing) Error() string { return m.Name + " has no value here" }

// Given lists what the stack needs, in the order of the spec.
func (v *Values) Given() []Given {
	r := v.sources.read()
	var all []Given
	for _, n := range v.needs {
		all = append(all, v.resolve(r, n)...)
	}
	return all
}

// resolve gives the whole of a need, and then each of its keys if it is not Whole.
func (v *Values) resolve(r *reading, n Need) []Given {
	if n.Whole {
		g := v.find(r, n, n.Name())
		for _, key := range n.Keys {
			if g.Err == nil {
				_, g.Err = member(g.value, key, g.From)
			}
		}
		return []Given{g}
	}
	var all []Given
	for _, key := range n.Keys {
		all = append(all, v.ofKey(r, n, key))
	}
	return all
}

// find is the value of a name, from the first source that has one.
func (v *Values) find(r *reading, n Need, name string) Given {
	variable := Variable(name)
	f, err := r.lookupName(name, v.shared[variable])
	if errors.As(err, new(Missing)) && v.shared[variable] && r.has(variable) {
		err = fmt.Errorf("%s could be of several names of the spec: give %s by --credential", variable, name)
	}
	return Given{Need: n, Name: name, From: f.from, Err: err, value: f.value, rank: f.rank}
}

// ofKey is a member: given as NAME:KEY, or within the JSON of NAME. The first source
// that has one of them counts.
func (v *Values) ofKey(r *reading, n Need, key string) Given {
	name := n.Name() + ":" + key
	alone, whole := v.find(r, n, name), v.find(r, n, n.Name())
	alone.Key, whole.Key, whole.Name = key, key, name
	if alone.rank <= whole.rank {
		return alone
	}
	if whole.Err == nil {
		whole.value, whole.Err = member(whole.value, key, whole.From)
	}
	return whole
}

// member is a key's value. AWS would have it too if it were no text, but no API takes it.
func member(text, key, from string) (string, error) {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &members) != nil || members == nil {
		return "", fmt.Errorf("%s: the value is no JSON object, and the spec reads its key %s: give the whole JSON, or the value of the key "+
			"alone for NAME:%s", from, key, key)
	}
	var value string
	switch raw, ok := members[key]; {
	case !ok:
		return "", fmt.Errorf("%s: the JSON has no key %s", from, key)
	case json.Unmarshal(raw, &value) != nil || raw[0] != '"':
		return "", fmt.Errorf("%s: %s is no text of the JSON: write its value in quotes", from, key)
	case strings.TrimSpace(value) == "":
		return "", fmt.Errorf("%s: %s is empty", from, key)
	case len(value) < leastValue:
		return "", fmt.Errorf("%s: %s: %w", from, key, errShort)
	}
	return value, nil
}
