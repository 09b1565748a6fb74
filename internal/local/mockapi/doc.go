// Package mockapi is an HTTP API on loopback with the limits and the failures that
// real APIs have: requests per window, requested waits in each known form, bans,
// scripted answers, latency, broken connections and broken TLS.
//
//	api, err := mockapi.New(mockapi.Config{
//		Limits: []mockapi.Limit{{Requests: 5, Window: 10 * time.Second}},
//	}, mockapi.Environment{Now: time.Now, Sleep: clock.System{}.Sleep, Random: rand.Float64})
//	listener, err := mockapi.Listen("127.0.0.1:0")
//	err = api.Serve(ctx, listener) // until ctx is done
//
// A request that no script entry answers is first counted, then answered: over
// the limit with [Config.Code], else, for the share [Config.Errors], with a 5xx,
// else with what its path asks for (see [Paths]).
package mockapi
