package main

import (
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy"
	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// betweenCalls waits before AWS is called again; tests, whose AWS is quicker, wait less.
var betweenCalls = clock.Sleep

// newSession is what deploy and destroy are done with.
func newSession(c *cobra.Command, cl *cloud.Cloud, where *awsFlags, ask consent) deploy.Session {
	stderr := c.ErrOrStderr()
	o, _ := where.options(c.Context()) // cl was opened with them
	return deploy.Session{
		Cloud:    cl,
		Out:      stderr,
		Terminal: screen.IsTerminal(stderr),
		Paint:    screen.Painter(stderr),
		Width:    screen.Columns(stderr),
		Profile:  o.Profile,
		Flags:    where.place(),
		Now:      time.Now,
		Sleep:    betweenCalls,
		Random:   rand.Uint32,
		Confirm:  ask.ask(c),
	}
}
