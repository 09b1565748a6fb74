package revision

import (
	"context"
	"path/filepath"
)

// Standing is what git does with a file.
type Standing int

// The standings.
const (
	Outside   Standing = iota // of any repository, or there is no git
	Tracked                   // it is in the next commit, as it was in the last
	Ignored                   // git add leaves it out
	Untracked                 // the next git add takes it along
)

// StandingOf says it of a file, which need not exist; its folder does.
func StandingOf(ctx context.Context, file string) Standing {
	whole, err := filepath.Abs(file)
	if err != nil {
		return Outside
	}
	git, name := repository{filepath.Dir(whole)}, "./"+filepath.Base(whole)
	inside, err := git.output(ctx, nil, "rev-parse", "--is-inside-work-tree")
	switch {
	case err != nil || string(inside) != "true\n":
		return Outside
	case git.succeeds(ctx, "ls-files", "--error-unmatch", "--", name):
		return Tracked
	case git.succeeds(ctx, "check-ignore", "-q", "--", name):
		return Ignored
	}
	return Untracked
}

func (g repository) succeeds(ctx context.Context, args ...string) bool {
	_, err := g.output(ctx, nil, args...)
	return err == nil
}
