package revision

import (
	"context"
	"strings"
)

// Names are the branches and tags of the repository that holds a folder, in git's order;
// none where there is no repository, or no git.
func Names(ctx context.Context, dir string) []string {
	out, err := repository{dir}.output(ctx, nil, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
	if err != nil {
		return nil
	}
	return strings.Fields(string(out))
}
