package credentials

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/egress"
)

const (
	// leastValue: shorter texts stand in too much to be masked, and are no secrets.
	leastValue = 4
	// mostValue is what servers take of a header field, and more than any key has.
	mostValue = 8 << 10
)

// secretive is embedded in what holds values, so that no verb of fmt prints them.
type secretive struct{}

// Format writes that there is something, and not what.
func (secretive) Format(f fmt.State, _ rune) { io.WriteString(f, "[credentials]") }

// secret is one secret or parameter, with all that its stack uses of it: they come from
// one fetch, so that a user goes with its own password.
type secret struct {
	*kept[contents]
	place Reference // Secret or Parameter
	uses  []use
}

// use is what a request needs of a secret.
type use struct {
	key    string // "" for the whole secret
	prefix string
	pem    bool // a client certificate and its key
}

// contents are the values of a secret's uses, in the same order.
type contents struct {
	values      []string // prefix included
	certificate *tls.Certificate
}

func differentContents(a, b contents) bool {
	return !slices.Equal(a.values, b.values)
}

// placeOf is a reference without what it takes of the secret.
func placeOf(r Reference) Reference { return Reference{Secret: r.Secret, Parameter: r.Parameter} }

// Name says in words where a reference leads: "secret prod/acme".
func (r Reference) Name() string {
	switch {
	case r.Secret != "":
		return "secret " + r.Secret
	case r.Parameter != "":
		return "parameter " + r.Parameter
	}
	return "a text of the spec"
}

// need notes a use, and gives its number.
func (s *secret) need(u use) int {
	if i := slices.Index(s.uses, u); i >= 0 {
		return i
	}
	s.uses = append(s.uses, u)
	return len(s.uses) - 1
}

func (s *secret) readBy(o *opened) func(context.Context) (version[contents], error) {
	return func(ctx context.Context) (version[contents], error) { return o.read(ctx, s) }
}

// read fetches a secret and takes all that is used of it: none, or the whole.
func (o *opened) read(ctx context.Context, s *secret) (version[contents], error) {
	text, err := o.store.Fetch(ctx, s.place)
	if err != nil {
		return version[contents]{}, err
	}
	now := o.now()
	v := version[contents]{fetched: now, until: now.Add(o.ttl)}
	for _, u := range s.uses {
		value, end, err := v.value.take(text, u, now)
		if err != nil {
			return v, &egress.CredentialError{Reason: s.name + ": " + err.Error()}
		}
		if !end.IsZero() {
			v.end = end
		}
		if !u.pem {
			o.masks.add(s.place, value)
		}
		v.value.values = append(v.value.values, u.prefix+value)
	}
	return v, nil
}

// take reads one use; end is that of a certificate.
func (c *contents) take(text string, u use, now time.Time) (value string, end time.Time, err error) {
	value = text
	if u.key != "" {
		if value, err = member(text, u.key); err != nil {
			return "", end, err
		}
	}
	if u.pem {
		c.certificate, err = readCertificate(value, now)
		if err == nil {
			end = c.certificate.Leaf.NotAfter
		}
		return value, end, err
	}
	return value, end, checkValue(value)
}

// member is the text that a JSON object has under a key. Its errors quote no value.
func member(text, key string) (string, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &object); err != nil || object == nil {
		return "", fmt.Errorf("it is no JSON object, so it has no key %q; store one, or leave key out", key)
	}
	raw, ok := object[key]
	if !ok {
		return "", fmt.Errorf("its JSON has no key %q", key)
	}
	var value *string
	if bytes.TrimSpace(raw)[0] != '"' || json.Unmarshal(raw, &value) != nil || value == nil {
		return "", fmt.Errorf("the value of its key %q is no text: write it in quotes", key)
	}
	return *value, nil
}

// checkValue refuses what cannot go out, or could not be masked.
func checkValue(value string) error {
	switch {
	case value == "":
		return errors.New("its value is empty")
	case strings.TrimRight(value, "\r\n") != value:
		return errors.New("its value ends with a line break, which no header can have: store it without (printf, not echo)")
	case strings.TrimSpace(value) != value:
		return errors.New("its value has spaces at its ends: store it without")
	case !utf8.ValidString(value), strings.ContainsFunc(value, isControl):
		return errors.New("its value has a control character, or is no text: no header can have it")
	case len(value) < leastValue:
		return fmt.Errorf("its value has fewer than %d bytes: that is no secret and cannot be masked; write it into the spec", leastValue)
	case len(value) > mostValue:
		return fmt.Errorf("its value is longer than %d KiB, which no server takes of a header", mostValue>>10)
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
