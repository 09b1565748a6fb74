package dev

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/stack"
)

func TestUsableURL(t *testing.T) {
	for url, want := range map[string]string{
		"http://127.0.0.1:8420":   "http://127.0.0.1:8420",
		"http://[::]:8420":        "http://127.0.0.1:8420",
		"http://0.0.0.0:8420":     "http://127.0.0.1:8420",
		"http://[::1]:8420":       "http://[::1]:8420",
		"http://192.168.1.2:8420": "http://192.168.1.2:8420",
	} {
		if got := usable(url); got != want {
			t.Errorf("usable(%s) = %s, want %s", url, got, want)
		}
	}
}

// disk is the spec's file at each look; the last state repeats.
type disk []state

type state struct {
	text string
	err  error
}

func (d *disk) read() ([]byte, error) {
	now := (*d)[0]
	if len(*d) > 1 {
		*d = (*d)[1:]
	}
	return []byte(now.text), now.err
}

// A spec that an editor is just writing is not reported; one that stays away is,
// once.
func TestLooks(t *testing.T) {
	gone := state{err: &fs.PathError{Op: "open", Path: "a.yaml", Err: fs.ErrNotExist}}
	denied := state{err: errors.New("permission denied")}
	same, other := state{text: "same"}, state{text: "other"}
	tests := []struct {
		name string
		disk disk
		want []string // one for each look
	}{
		{"nothing new", disk{same, same}, []string{"", ""}},
		{"a change is reported once", disk{other, other}, []string{"changed", ""}},
		{"being written", disk{gone, gone, {text: "\n"}, other}, []string{"", "", "", "changed"}},
		{"gone", disk{gone, gone, gone, gone, gone, gone, same, same}, []string{"", "", "", "the spec is gone", "", "", "back", ""}},
		{"back with a change", disk{gone, gone, gone, gone, other}, []string{"", "", "", "the spec is gone", "back changed"}},
		{"empty", disk{{}, {}, {}, {}}, []string{"", "", "", "the spec is empty"}},
		{"unreadable", disk{denied, denied, denied, denied}, []string{"", "", "", "the spec cannot be read (permission denied)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := &watch{last: []byte("same"), options: Options{
				Read:     test.disk.read,
				Generate: func([]byte) (*stack.Stack, error) { return nil, nil },
			}}
			var got []string
			for range test.want {
				got = append(got, words(w.look()))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func words(l look) string {
	switch {
	case l.trouble != "":
		return l.trouble
	case l.back && l.changed:
		return "back changed"
	case l.back:
		return "back"
	case l.changed:
		return "changed"
	}
	return ""
}

func TestCheckAddress(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:0":   "",
		":8420":         "",
		"[::1]:8420":    "",
		"8433":          "--listen: must be HOST:PORT; write 127.0.0.1:8433",
		"localhost":     `--listen: must be HOST:PORT such as 127.0.0.1:8420, got "localhost"`,
		"127.0.0.1:a":   `--listen: "127.0.0.1:a" has no port from 0 to 65535; 0 takes any free one`,
		"127.0.0.1:-1":  `--listen: "127.0.0.1:-1" has no port from 0 to 65535; 0 takes any free one`,
		"127.0.0.1:1e9": `--listen: "127.0.0.1:1e9" has no port from 0 to 65535; 0 takes any free one`,
	} {
		got := ""
		if err := CheckAddress(address); err != nil {
			got = fmt.Sprint(err)
		}
		if got != want {
			t.Errorf("CheckAddress(%q) = %q, want %q", address, got, want)
		}
	}
}
