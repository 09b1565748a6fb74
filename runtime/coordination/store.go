package coordination

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Store keeps the items of a pool. It is safe for concurrent use.
//
// Its errors, but for a Conflict, wrap ErrUnavailable and say in words for a log what is the
// matter: the table is gone, throttles, is denied, is slow, or belongs to another stack. It
// does not try again by itself for longer than its context lasts.
type Store interface {
	// Read gives the items that there are: those of the pool, and where credential is not ""
	// that of this caller's own credential. They may be older than the last Write. The date
	// is the server's, of an answer that began after the call (header field Date, whole
	// seconds); zero where there is none.
	Read(ctx context.Context, credential string) (items Items, date time.Time, err error)
	// Write makes all changes or none. The error is a *Conflict where an item has changed
	// since it was read.
	Write(ctx context.Context, changes []Change) error
}

// Items are items by whose they are.
type Items map[Identity]Item

// Item is what the store keeps of an identity. A store writes every time as milliseconds
// since 1970 (attributes until and told), Expires as seconds, and nothing for what is zero.
type Item struct {
	// Version counts the writes; 0: there is no item. Every write adds 1.
	Version int64
	// CoolDown has no Until where there was none; its Of is not kept.
	CoolDown CoolDown
	// Logs are the booked slots, by the names of their attributes: "w60000" for a window of
	// 60,000 ms, "b1000" for a bucket that is filled in 1,000 ms. The texts are printable
	// ASCII, and short: an item with two of them is below 1 KB, the unit of a write.
	Logs map[string]string
	// Expires is when nothing of the item counts any more, for the store to delete it.
	Expires time.Time
}

// Change is a write of an item, conditional on its version: as read (From.Version), or that
// there is none. The item is then To, whose version is From.Version + 1: what From has and
// To does not is removed.
type Change struct {
	Of       Identity
	From, To Item
}

// Conflict is the error of a Write of which an item has changed since it was read.
type Conflict struct {
	// Items are the changed ones as they are now, one that is gone as the zero Item. One may
	// lack, where the store does not say it.
	Items Items
}

func (c *Conflict) Error() string {
	return fmt.Sprintf("%d items of the pool have changed since they were read", len(c.Items))
}

// Prefixes of the keys of items, and the one partition of those that all share.
const (
	partition       = "pool"
	callerPartition = "caller-"
	egressKey       = "egress-"
	credentialKey   = "credential"
	poolKey         = "pool"
)

// Partition is the partition key of the items that all callers share.
const Partition = partition

// Key is where an identity's item is: its partition key and its sort key. A credential that
// an egress has for itself is kept with the egress.
func (i Identity) Key() (pk, sk string) {
	switch {
	case i.Credential != "":
		return callerPartition + i.Credential, credentialKey
	case i.Scope == contract.ScopePool:
		return partition, poolKey
	case i.Egress > 0:
		return partition, egressKey + strconv.Itoa(i.Egress)
	default:
		return partition, credentialKey
	}
}

var errKey = errors.New("no key of an item of the pool")

// IdentityAt is the reverse of Key. The items of egresses are those of ScopeIP.
func IdentityAt(pk, sk string) (Identity, error) {
	if caller, ok := strings.CutPrefix(pk, callerPartition); ok && caller != "" && sk == credentialKey {
		return Identity{Scope: contract.ScopeCredential, Credential: caller}, nil
	}
	number, isEgress := strings.CutPrefix(sk, egressKey)
	egress, err := strconv.Atoi(number)
	switch {
	case pk != partition:
	case sk == poolKey:
		return Identity{Scope: contract.ScopePool}, nil
	case sk == credentialKey:
		return Identity{Scope: contract.ScopeCredential}, nil
	case isEgress && err == nil && egress > 0 && strconv.Itoa(egress) == number:
		return Identity{Scope: contract.ScopeIP, Egress: egress}, nil
	}
	return Identity{}, fmt.Errorf("%w: %q, %q", errKey, pk, sk)
}
