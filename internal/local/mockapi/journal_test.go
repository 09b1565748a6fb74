package mockapi

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheLastRequestsAreKept(t *testing.T) {
	api := mustNew(t, Config{Keep: 3}, newWorld().environment())
	for range 10 {
		call(t, api, "POST", "/", "body")
	}
	var got []int
	for _, q := range api.Requests() {
		got = append(got, q.Number)
	}
	diff(t, "numbers", []int{8, 9, 10}, got)
}

// Large requests are dropped earlier, and the count is what is held.
func TestKeptBytesAreBounded(t *testing.T) {
	j := journal{keep: 1_000_000}
	most := 0
	for number := 1; number <= 1100; number++ {
		q := &Request{Number: number}
		j.add(q)
		q.Body = make([]byte, keptBody)
		j.grow(q, len(q.Body))
		held := 0
		for _, kept := range j.all() {
			held += kept.size()
		}
		if held != j.bytes || held > journalBytes {
			t.Fatalf("after %d requests %d bytes are held, %d counted, at most %d allowed", number, held, j.bytes, journalBytes)
		}
		most = max(most, len(j.all()))
	}
	if want := journalBytes / (keptBody + 512); most != want {
		t.Errorf("%d requests are kept at most, want %d", most, want)
	}
}

// A body that arrives after its request was dropped is not counted.
func TestLateBody(t *testing.T) {
	j := journal{keep: 1}
	late := &Request{Number: 1}
	j.add(late)
	j.add(&Request{Number: 2})
	late.Body = []byte("late")
	j.grow(late, len(late.Body))
	diff(t, "bytes", j.all()[0].size(), j.bytes)
}

func TestClientsAreForgotten(t *testing.T) {
	r := newRecent[int]()
	*r.at("first") = 7
	for i := range maxClients - 1 {
		*r.at(fmt.Sprint(i)) = i
	}
	diff(t, "just in", 7, *r.at("first")) // and now the one used last
	*r.at("one more") = 1
	diff(t, "still there", 7, *r.at("first"))
	diff(t, "the one used longest ago", 0, *r.at("0"))
	diff(t, "clients", maxClients, len(r.byKey))
}

func TestCredentialsTakeLittleRoom(t *testing.T) {
	q := Request{Credential: strings.Repeat("x", 1<<20)}
	if key := q.client(PerCredential); len(key) > 32 {
		t.Errorf("the key has %d bytes", len(key))
	}
	other := Request{Credential: "y"}
	if q.client(PerCredential) == other.client(PerCredential) {
		t.Error("two credentials have one key")
	}
}
