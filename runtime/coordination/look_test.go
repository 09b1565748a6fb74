package coordination

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// TestStandings: what is left and booked, by whatever a limit counts.
func TestStandings(t *testing.T) {
	now := time.Date(2026, 12, 2, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		limit  contract.Limit
		own    bool
		booked []time.Duration // slots, from now
		who    Identity        // who is looked at
		want   []LimitStanding // of it, but for the limit itself
	}{
		{"nothing booked", contract.Limit{Requests: 2, WindowSeconds: 60, Per: contract.ScopeIP}, false, nil,
			Identity{Scope: contract.ScopeIP, Egress: 1}, []LimitStanding{{Left: 2}}},
		{"one that has gone", contract.Limit{Requests: 2, WindowSeconds: 60, Per: contract.ScopeIP}, false, []time.Duration{-time.Second},
			Identity{Scope: contract.ScopeIP, Egress: 1}, []LimitStanding{{Left: 1}}},
		{"slots ahead", contract.Limit{Requests: 2, WindowSeconds: 60, Per: contract.ScopeIP}, false,
			[]time.Duration{-time.Second, 0, 61 * time.Second}, Identity{Scope: contract.ScopeIP, Egress: 1},
			[]LimitStanding{{Booked: 1, Last: now.Add(61 * time.Second)}}},
		{"a bucket", contract.Limit{Requests: 60, WindowSeconds: 60, Per: contract.ScopeIP, Burst: 5}, false, []time.Duration{0, 0},
			Identity{Scope: contract.ScopeIP, Egress: 1}, []LimitStanding{{Left: 3}}},
		{"a limit of addresses is none of the credential", contract.Limit{Requests: 2, WindowSeconds: 60, Per: contract.ScopeIP}, false, nil,
			Identity{Scope: contract.ScopeCredential}, nil},
		{"one of the credential that all share", contract.Limit{Requests: 2, WindowSeconds: 60, Per: contract.ScopeCredential}, false, nil,
			Identity{Scope: contract.ScopeCredential}, []LimitStanding{{Left: 2}}},
		{"which is none of an egress", contract.Limit{Requests: 2, WindowSeconds: 60, Per: contract.ScopeCredential}, false, nil,
			Identity{Scope: contract.ScopeIP, Egress: 1}, nil},
		{"unless each has its own", contract.Limit{Requests: 2, WindowSeconds: 60, Per: contract.ScopeCredential}, true, nil,
			Identity{Scope: contract.ScopeIP, Egress: 1}, []LimitStanding{{Left: 2}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := limitsOf(Ask{Limits: []contract.Limit{test.limit}})[0]
			var s slots
			for _, at := range test.booked {
				s = s.book(now.Add(at).UnixMilli(), l.unit)
			}
			items := Items{Identity{Scope: contract.ScopeIP, Egress: 1}: Item{}.with(l, s)}
			ask := Ask{Egresses: 2, Limits: []contract.Limit{test.limit}, OwnCredentials: test.own}
			for i := range test.want {
				test.want[i].Limit = test.limit
			}
			for _, standing := range items.Standings(ask, now) {
				if standing.Of != test.who {
					continue
				}
				if diff := cmp.Diff(test.want, standing.Limits); diff != "" {
					t.Errorf("limits (-want +got):\n%s", diff)
				}
			}
		})
	}
}
