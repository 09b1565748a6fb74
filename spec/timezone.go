package spec

import (
	_ "embed" // the names of the zones
	"slices"
	"strings"
	"sync"
)

// zoneNames are the zones and links of the IANA time zone database, sorted, as
// Go 1.26 has them. A list says the same on every machine; time.LoadLocation
// would ask the machine's own files, and takes "Local" for a zone.
//
//go:embed zones.txt
var zoneNames string

var zones = sync.OnceValue(func() []string { return strings.Fields(zoneNames) })

func isZone(name string) bool {
	_, found := slices.BinarySearch(zones(), name)
	return found
}

// nearZone is the zone that a name was probably meant to be: by another spelling,
// by its city alone, or a few slips away; "" when there is none. Zones below Etc
// are no answer to GMT+2: Etc/GMT+2 is two hours west of Greenwich.
func nearZone(name string) string {
	word := plain(name)
	for _, zone := range zones() {
		city := zone[strings.LastIndexByte(zone, '/')+1:]
		if plain(zone) == word || plain(city) == word && !strings.HasPrefix(zone, "Etc/") {
			return zone
		}
	}
	if !strings.Contains(name, "/") {
		return "" // PST is no slip of EST
	}
	return near(name, zones())
}

func (c *checker) checkZone(path, zone string) {
	if c.has(path) && c.sound(path) && !isZone(zone) {
		c.fail(ruleOf(path), path, "must be an IANA time zone such as Europe/Berlin or UTC, got "+quoteShort(zone), didYouMean(nearZone(zone)))
	}
}
