package main

import (
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy"
	"github.com/sfngen/sfngen/internal/clock"
)

// newSession is what deploy and destroy are done with.
func newSession(c *cobra.Command, cl *cloud.Cloud, where *awsFlags, ask consent) deploy.Session {
	stderr := c.ErrOrStderr()
	return deploy.Session{
		Cloud:    cl,
		Out:      stderr,
		Terminal: isTerminal(stderr),
		Color:    isTerminal(stderr) && wantsColor(),
		Width:    columns(),
		Profile:  where.profile,
		Flags:    where.place(),
		Now:      time.Now,
		Sleep:    clock.Sleep,
		Random:   rand.Uint32,
		Confirm:  ask.ask(c),
	}
}
