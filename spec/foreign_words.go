package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// foreign is a word of another system, for what a spec has too, or for what it has not.
type foreign struct {
	word, system string
	target       string // our path; "" where a spec has nothing like it
	carry        carry
	lack         *lack // where there is no target
}

// carry is how a value of the other system becomes one of ours.
type carry int

const (
	noValue      carry = iota // the meanings differ too much
	sameValue                 // it means the same here
	countRetries              // it counts retries; we count calls
	seconds                   // a number of seconds
	milliseconds              // a number of milliseconds
	lowerCase                 // our spelling is in lower case
	listValue                 // a list means the same here, and one of them is a list of one
	vpcValue                  // subnets and security groups under names of AWS
	natType                   // our type nat, whatever the value
	ipv6Type                  // our type ipv6, likewise
)

// foreignWord finds a key among the foreign words: as it is spelt first, since
// systems differ by spelling alone (MaxAttempts, max_attempts), and then in any
// spelling, unless a key that is allowed here is spelt like that. Of several meanings
// that of the section counts in which the key is, else the first.
func foreignWord(key, section string, allowed []string) (foreign, bool) {
	word := itemIndex.ReplaceAllString(section, "[]") + "." + plain(key)
	if found, ok := elsewhere[word]; ok {
		return found, true
	}
	if found, ok := elsewhereInRules()[word]; ok {
		return found, true
	}
	if found, ok := meantIn(section, func(word string) bool { return word == key }); ok {
		return found, true
	}
	like := func(word string) bool { return plain(word) == plain(key) }
	if slices.ContainsFunc(allowed, like) {
		return foreign{}, false
	}
	return meantIn(section, like)
}

var itemIndex = lazyregexp.New(`\[\d+\]`)

func meantIn(section string, is func(word string) bool) (foreign, bool) {
	of := func(w foreign) bool { return is(w.word) }
	inside := itemIndex.ReplaceAllString(section, "[]") + "."
	inSection := func(w foreign) bool { return is(w.word) && strings.HasPrefix(w.target, inside) }
	for _, try := range []struct {
		words []foreign
		fits  func(foreign) bool
	}{
		{sectionWords, inSection}, {retryWords, inSection}, {stackWords, inSection}, {credentialWords, inSection},
		{rulesWordsIn(section), inSection},
		{retryWords, of}, {stackWords, of}, {credentialWords, of}, {absentWords(), of},
	} {
		i := slices.IndexFunc(try.words, try.fits)
		if i < 0 {
			continue
		}
		found := try.words[i]
		if rest, ok := strings.CutPrefix(found.target, inside); ok {
			found.target = section + "." + rest // of this item, where it is a list's
		}
		return found, true
	}
	return foreign{}, false
}

func (w foreign) message() string {
	if w.lack != nil {
		return fmt.Sprintf("is a word of %s; %s", w.system, w.lack.what)
	}
	return fmt.Sprintf("is a word of %s; here it is %s", w.system, w.target)
}

// hint is the line to write, with the value where it can be carried over.
func (w foreign) hint(value *node) string {
	if w.lack != nil {
		return w.lack.instead
	}
	carried := w.value(value)
	switch {
	case strings.HasPrefix(w.target, credentialsPath) && w.carry == noValue:
		return referenceHint(w.target)
	case carried == "":
		return ""
	case w.carry == countRetries:
		return fmt.Sprintf("write %s: %s (it counts the first call too)", w.target, carried)
	}
	return fmt.Sprintf("write %s: %s", w.target, carried)
}

// value is the value as our field takes it, "" if it cannot be converted.
func (w foreign) value(value *node) string {
	number, err := strconv.ParseFloat(value.text, 64)
	isNumber := err == nil && value.kind == isNumber && number >= 0 && number < 1e6
	switch w.carry {
	case sameValue:
		return w.same(value)
	case lowerCase:
		return w.same(&node{kind: value.kind, text: strings.ToLower(value.text)})
	case listValue:
		return w.same(inList(value))
	case vpcValue:
		return w.network(value)
	case natType:
		return NetworkNAT
	case ipv6Type:
		return NetworkIPv6
	case countRetries:
		if isNumber && number == float64(int(number)) {
			return strconv.Itoa(int(number) + 1)
		}
	case seconds:
		if isNumber {
			return inSeconds(time.Duration(number * float64(time.Second)))
		}
	case milliseconds:
		if isNumber {
			return inSeconds(time.Duration(number * float64(time.Millisecond)))
		}
	}
	return ""
}

// same is the value as it is written, if our field takes it.
func (w foreign) same(value *node) string {
	at := rootShape().at(w.target)
	if at.schema.Validate(value.json()) != nil {
		return ""
	}
	if value.kind == isList {
		line, _ := json.Marshal(value.json())
		return strings.NewReplacer(`"`, "", ",", ", ").Replace(string(line))
	}
	return value.text
}

// inSeconds writes a duration as a spec would, rounded up to what a state
// machine can count.
func inSeconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10) + "s"
}
