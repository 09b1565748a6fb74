package probe

import (
	"fmt"
	"net/netip"
	"slices"
)

// Clients are what an API that counts per address takes the egresses of a pool for.
type Clients struct {
	order []Block
	by    map[Block][]int
}

// Add adds an egress by what its addresses count as, each once (Promise.Blocks).
func (c *Clients) Add(egress int, blocks []Block) {
	if c.by == nil {
		c.by = map[Block][]int{}
	}
	for _, b := range blocks {
		if c.by[b] == nil {
			c.order = append(c.order, b)
		}
		c.by[b] = append(c.by[b], egress)
	}
}

// Distinct is how many there are.
func (c *Clients) Distinct() int { return len(c.order) }

// Shared are those that several egresses are taken for, in the order in which they came; not
// nil.
func (c *Clients) Shared() []Shared {
	list := []Shared{}
	for _, b := range c.order {
		if len(c.by[b]) > 1 {
			list = append(list, Shared{b, c.by[b]})
		}
	}
	return list
}

// Blocks are what the addresses of one egress count as, each once.
func (p Promise) Blocks(addresses []netip.Addr) []Block {
	var list []Block
	for _, a := range addresses {
		if b := p.blockOf(a); !slices.Contains(list, b) {
			list = append(list, b)
		}
	}
	return list
}

// OneClient says that all egresses are in a range which some count as one client: Amazon
// gives a VPC one /56 of IPv6.
func OneClient(all Block) string {
	return fmt.Sprintf("All of them are in %s: an API that counts per /56 sees one caller.", all)
}
