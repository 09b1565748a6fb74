package dynamodb

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/coordination"
)

// value is that of an attribute: one of its members (API Reference, AttributeValue).
type value struct {
	S    *string `json:",omitempty"`
	N    *string `json:",omitempty"` // a number, as text
	BOOL *bool   `json:",omitempty"`
}

type attributes map[string]value

func text(s string) value { return value{S: &s} }

func number(n int64) value {
	s := strconv.FormatInt(n, 10)
	return value{N: &s}
}

func keyOf(of coordination.Identity) attributes {
	pk, sk := of.Key()
	return attributes{"pk": text(pk), "sk": text(sk)}
}

// encode gives what an item has beside its key; nothing for what is zero.
func encode(item coordination.Item) attributes {
	a := attributes{}
	for name, n := range map[string]int64{
		"version": item.Version, "until": milliseconds(item.CoolDown.Until), "told": milliseconds(item.CoolDown.Told),
	} {
		if n != 0 {
			a[name] = number(n)
		}
	}
	if !item.Expires.IsZero() {
		a["expires"] = number(item.Expires.Unix())
	}
	texts := maps.Clone(item.Logs)
	if texts == nil {
		texts = map[string]string{}
	}
	texts["execution"], texts["rule"] = item.CoolDown.Execution, item.CoolDown.Rule
	for name, s := range texts {
		if s != "" {
			a[name] = text(s)
		}
	}
	for name, is := range map[string]bool{"minimum": item.CoolDown.Minimum, "usedUp": item.CoolDown.UsedUp} {
		if is {
			a[name] = value{BOOL: &is}
		}
	}
	return a
}

func milliseconds(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

// decode reads an item. What it does not know it leaves out: a newer runtime writes more.
func decode(a attributes) (coordination.Item, error) {
	var item coordination.Item
	for name, v := range a {
		if err := set(&item, name, v); err != nil {
			return coordination.Item{}, err
		}
	}
	if item.Version < 1 {
		return coordination.Item{}, errors.New("an item has no version")
	}
	return item, nil
}

func set(item *coordination.Item, name string, v value) error {
	var n int64
	var err error
	switch name {
	case "version", "until", "told", "expires":
		if n, err = v.number(); err != nil {
			return fmt.Errorf("the attribute %s of an item is no number", name)
		}
	}
	c := &item.CoolDown
	switch name {
	case "version":
		item.Version = n
	case "until":
		c.Until = time.UnixMilli(n).UTC()
	case "told":
		c.Told = time.UnixMilli(n).UTC()
	case "expires":
		item.Expires = time.Unix(n, 0).UTC()
	case "execution":
		c.Execution = v.text()
	case "rule":
		c.Rule = v.text()
	case "minimum":
		c.Minimum = v.BOOL != nil && *v.BOOL
	case "usedUp":
		c.UsedUp = v.BOOL != nil && *v.BOOL
	default:
		if isLog(name) && v.S != nil {
			setLog(item, name, *v.S)
		}
	}
	return nil
}

func setLog(item *coordination.Item, name, log string) {
	if item.Logs == nil {
		item.Logs = map[string]string{}
	}
	item.Logs[name] = log
}

func (v value) number() (int64, error) {
	if v.N == nil {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseInt(*v.N, 10, 64)
}

func (v value) text() string {
	if v.S == nil {
		return ""
	}
	return *v.S
}

// isLog reports whether an attribute is a log of slots: a letter and a window in
// milliseconds.
func isLog(name string) bool {
	digits, isWindow := strings.CutPrefix(name, "w")
	if !isWindow {
		digits, isWindow = strings.CutPrefix(name, "b")
	}
	_, err := strconv.ParseUint(digits, 10, 63)
	return isWindow && err == nil
}
