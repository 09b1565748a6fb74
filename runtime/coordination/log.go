package coordination

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// slots are the booked slots of an identity that still count in one window, as far back as
// the window goes from the last one. Times are milliseconds since 1970.
//
// Slots only grow: none is booked before one that has been, even if that was given back.
// So what is older than a window before the last one never counts again, and is dropped.
type slots struct {
	last   int64   // of all that were ever booked; 0: none
	groups []group // the older first; each at another time
	level  level   // of a bucket: where it stood before the first group
}

// group are slots that count as at the same time, the latest of theirs or a later one.
type group struct {
	at    int64
	count int
}

// level is how full a bucket is.
type level struct {
	full int64 // when it is full again, if nothing more is taken: nanoseconds since 1970
	used int   // calls since it was full, at most mostUsed
}

const (
	// exactLimit: windows with so many requests or fewer know each slot by itself.
	exactLimit = 64
	// unitsOfWindow: in the other ones slots count at the end of their unit, of which a
	// window has so many. That is only ever later, so a call is too late by one unit at most.
	unitsOfWindow = 64
	// mostUsed bounds level.used: more requests no limit has.
	mostUsed = 1_000_000_000
	// mostGroups bounds what is read: a window has fewer.
	mostGroups = 1000
	// lastTime bounds what is read, in milliseconds: the year 2286.
	lastTime = 9_999_999_999_999
)

// roundUp is the end of the unit that a time is in.
func roundUp(at, unit int64) int64 { return (at + unit - 1) / unit * unit }

// book adds a slot. It is not before the last one.
func (s slots) book(at, unit int64) slots {
	s.last = max(s.last, at)
	at = roundUp(at, unit)
	s.groups = slices.Clone(s.groups)
	if n := len(s.groups); n > 0 && s.groups[n-1].at >= at {
		s.groups[n-1].count++
		return s
	}
	s.groups = append(s.groups, group{at, 1})
	return s
}

// find is the index of the group that a slot is in; -1 for none.
func (s slots) find(at, unit int64) int {
	return slices.IndexFunc(s.groups, func(g group) bool { return g.at == at || g.at == roundUp(at, unit) })
}

// giveBack takes a slot away, if it is there.
func (s slots) giveBack(at, unit int64) slots {
	i := s.find(at, unit)
	if i < 0 {
		return s
	}
	s.groups = slices.Clone(s.groups)
	if s.groups[i].count--; s.groups[i].count == 0 {
		s.groups = slices.Delete(s.groups, i, i+1)
	}
	return s
}

// The text of slots: "unit.last.full.used.groups", numbers in base 36, in printable ASCII.
// The groups, the later first, are each how many units it is before the one after it (the
// first one: before the last slot), and how many slots it has if that is not 1: numbers of
// base64 digits with five bits each, the lowest first, the sixth bit set if more follow.

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// text writes slots whose times are whole units.
func (s slots) text(unit int64) string {
	if n := len(s.groups); n > 0 && s.groups[n-1].at > roundUp(s.last, unit) {
		s.last = s.groups[n-1].at // units were larger
	}
	var b strings.Builder
	for _, number := range []int64{unit, s.last, s.level.full, int64(s.level.used)} {
		b.WriteString(strconv.FormatInt(number, 36))
		b.WriteByte('.')
	}
	later := roundUp(s.last, unit)
	for _, g := range slices.Backward(s.inUnits(unit)) {
		back := (later - g.at) / unit
		if later = g.at; g.count == 1 {
			writeNumber(&b, back<<1)
			continue
		}
		writeNumber(&b, back<<1|1)
		writeNumber(&b, int64(g.count))
	}
	return b.String()
}

// inUnits are the groups with times of whole units.
func (s slots) inUnits(unit int64) []group {
	var groups []group
	for _, g := range s.groups {
		g.at = roundUp(g.at, unit)
		if n := len(groups); n > 0 && groups[n-1].at == g.at {
			groups[n-1].count += g.count
			continue
		}
		groups = append(groups, g)
	}
	return groups
}

func writeNumber(b *strings.Builder, n int64) {
	for n >= 32 {
		b.WriteByte(digits[n&31|32])
		n >>= 5
	}
	b.WriteByte(digits[n])
}

var errSlots = errors.New("these are no slots")

// parseSlots reads what text writes.
func parseSlots(text string) (slots, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 5 {
		return slots{}, fmt.Errorf("%w: %d parts", errSlots, len(parts))
	}
	var numbers [4]int64
	for i := range numbers {
		n, err := strconv.ParseInt(parts[i], 36, 64)
		if err != nil || n < 0 {
			return slots{}, fmt.Errorf("%w: %q", errSlots, parts[i])
		}
		numbers[i] = n
	}
	unit, used := numbers[0], numbers[3]
	s := slots{last: numbers[1], level: level{full: numbers[2], used: int(min(used, mostUsed))}}
	if unit < 1 || unit > lastTime || s.last > lastTime || s.level.full/1e6 > lastTime {
		return slots{}, fmt.Errorf("%w: beyond all times", errSlots)
	}
	return s, s.parseGroups(parts[4], unit)
}

func (s *slots) parseGroups(text string, unit int64) error {
	s.groups = make([]group, 0, min(len(text), mostGroups)+1) // one is often booked
	at := roundUp(s.last, unit)
	for text != "" {
		back, err := readNumber(&text)
		if err != nil {
			return err
		}
		count := int64(1)
		if back&1 == 1 {
			if count, err = readNumber(&text); err != nil {
				return err
			}
		}
		if back>>1 > at/unit || count < 1 || count > mostUsed || len(s.groups) == mostGroups {
			return fmt.Errorf("%w: beyond all times or counts", errSlots)
		}
		at -= back >> 1 * unit
		if n := len(s.groups); n > 0 && s.groups[n-1].at == at {
			return fmt.Errorf("%w: a time twice", errSlots)
		}
		s.groups = append(s.groups, group{at, int(count)})
	}
	slices.Reverse(s.groups)
	return nil
}

// values are those of the digits by their characters, -1 for other ones.
var values = func() (values [256]int8) {
	for i := range values {
		values[i] = int8(strings.IndexByte(digits, byte(i)))
	}
	return values
}()

func readNumber(text *string) (int64, error) {
	n := int64(0)
	for shift := 0; shift < 60; shift += 5 {
		if *text == "" {
			return 0, fmt.Errorf("%w: cut off", errSlots)
		}
		digit := values[(*text)[0]]
		if digit < 0 {
			return 0, fmt.Errorf("%w: %q", errSlots, (*text)[0])
		}
		*text = (*text)[1:]
		if n |= int64(digit&31) << shift; digit < 32 {
			return n, nil
		}
	}
	return 0, fmt.Errorf("%w: a number too large", errSlots)
}
