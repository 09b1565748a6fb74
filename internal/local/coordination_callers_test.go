package local_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// sendAs is send with header fields: name, value, ...
func (c *crowd) sendAs(r *rig, in time.Duration, path string, header ...string) {
	c.clock.Enter(1)
	c.sending.Go(func() {
		defer c.clock.Leave()
		if err := c.clock.Sleep(c.t.Context(), c.began.Add(in).Sub(c.clock.Now())); err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(c.t.Context(), hang)
		defer cancel()
		a, err := r.try(ctx, "GET", path, "", header...)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.came = append(c.came, arrival{a, c.clock.Now().Sub(c.began), 0, err})
	})
}

// A limit per credential is kept, whatever callers write into their requests: what is no
// credential to the API gives nobody a limit of his own, and two callers with credentials of
// their own have one each.
func TestWhoIsCountedPerCredential(t *testing.T) {
	t.Parallel()
	const limit = "{requests: 5, window: 10s, per: credential}"
	const passing = limit + "], forwardHeaders: [authorization, x-request-token"
	for _, tt := range []struct {
		name, upstream, path string
		header               []string
		answered             int
	}{
		{"parameters like names of accounts", limit, "/orders?user=%d&email=%[1]d&project_key=%[1]d", nil, 10},
		{"beside a credential of the spec", limit + "], headers: {authorization: Bearer of the spec}, forwardHeaders: [accept",
			"/orders?user=%d&api_key=%[1]d", nil, 10},
		{"two callers", passing, "/orders/%d", []string{"Authorization", "Bearer caller-%d", "X-Request-Token", "%d"}, 20},
		{"signatures", passing, "/orders/%d", []string{"Authorization", "OAuth oauth_nonce=%d"}, 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewTogether(wholeSecond())
			kind := "5/10s:sliding:all"
			if tt.answered > 10 {
				kind = "5/10s:sliding:credential"
			}
			upstream, at := asLimited(t, c.Now, mockapi.Ban{}, kind)
			quiet := func(o *local.Options) { o.Log = nil }
			r := run(t, coordinated(tt.upstream, "count: 3", "maxAttempts: 3, rateLimit: {scope: credential, maxWait: 10s}"), at,
				together(c), shares(tableOn(t, c.Now, nil)), quiet)
			crowd := newCrowd(t, c)
			for i := range 40 {
				var header []string
				for k, text := range tt.header {
					n := i
					if k == 1 && tt.answered > 10 {
						n = i % 2
					}
					if k%2 == 1 {
						text = fmt.Sprintf(text, n)
					}
					header = append(header, text)
				}
				crowd.sendAs(r, time.Duration(i)*100*time.Millisecond, fmt.Sprintf(tt.path, i), header...)
			}
			came := crowd.all()
			keeps(t, upstream)
			same(t, "answers", map[int]int{200: tt.answered, 429: 40 - tt.answered}, count(came))
		})
	}
}
