package spec

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the names must be known on every machine

	"github.com/google/go-cmp/cmp"
)

// TestZonesAreKnown: each name of the list is a zone to Go too, and the list can
// be searched.
func TestZonesAreKnown(t *testing.T) {
	if !slices.IsSorted(zones()) || len(zones()) < 590 {
		t.Fatalf("%d zones, sorted: %t", len(zones()), slices.IsSorted(zones()))
	}
	for _, zone := range zones() {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Error(err)
		}
		if !rootShape().at("triggers.schedules[0].timezone").accepts(zone) {
			t.Errorf("the schema refuses %s", zone)
		}
	}
}

func TestZones(t *testing.T) {
	tests := []struct {
		name, zone, near string
		known            bool
	}{
		{"a zone", "Europe/Berlin", "Europe/Berlin", true},
		{"a link", "US/Pacific", "US/Pacific", true},
		{"a zone with a sign", "Etc/GMT+12", "Etc/GMT+12", true},
		{"the machine's own", "Local", "", false},
		{"another case", "europe/berlin", "Europe/Berlin", false},
		{"a space", "America/New York", "America/New_York", false},
		{"a city", "Berlin", "Europe/Berlin", false},
		{"a slip", "Europe/Berln", "Europe/Berlin", false},
		{"an abbreviation is no slip of another", "PST", "", false},
		{"the sign below Etc is the other way round", "GMT+2", "", false},
		{"a form without meaning", "Middle/Earth", "", false},
		{"not a zone but a placeholder in the database", "Factory", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := isZone(test.zone); got != test.known {
				t.Errorf("isZone(%q) = %t, want %t", test.zone, got, test.known)
			}
			if diff := cmp.Diff(test.near, nearZone(test.zone)); diff != "" {
				t.Errorf("nearZone(%q) (-want +got):\n%s", test.zone, diff)
			}
		})
	}
}
