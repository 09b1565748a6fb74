package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/release"
)

// projectKey is of the context of a run: it holds a func() (*project.Project, error).
type projectKey struct{}

// withProject lets all of a run read the project file once, when the first one asks.
func withProject(ctx context.Context) context.Context {
	return context.WithValue(ctx, projectKey{}, sync.OnceValues(project.Find))
}

// projectOf is the project around the working directory.
func projectOf(ctx context.Context) (*project.Project, error) {
	if find, ok := ctx.Value(projectKey{}).(func() (*project.Project, error)); ok {
		return find()
	}
	return project.Find()
}

// errNoProject is about what only a project file says.
var errNoProject = errors.New("there is no file " + project.FileName + " here or above, which says which stacks there are: name them, or " +
	"write one (an empty file will do where specs are here or in specs, and stacks in stacks)")

// projectThere is the project of a command that needs one: of its arguments none names a
// stack.
func projectThere(ctx context.Context) (*project.Project, error) {
	p, err := projectOf(ctx)
	if err == nil && !p.Exists() {
		err = errNoProject
	}
	return p, err
}

// withoutProject are the commands that read neither specs nor stacks: a project file
// that is wrong, or for another sfngen, does not stop them.
var withoutProject = []string{"sfngen", "init", "schema", "explain", "demo", "mockapi", "version", "help", "completion",
	cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}

// admit fails before anything begins where the project file is wrong, or is for another
// sfngen.
func admit(c *cobra.Command, _ []string) error {
	if slices.Contains(withoutProject, c.Name()) || c.HasParent() && c.Parent().Name() == "completion" {
		return nil
	}
	p, err := projectOf(c.Context())
	if err != nil {
		return err
	}
	if err := p.Check(release.Current()); err != nil {
		return err
	}
	if note := p.Unchecked(release.Current()); note != "" {
		fmt.Fprintf(c.ErrOrStderr(), "sfngen: note: %s\n", note)
	}
	return nil
}

// specsOf are the files that the arguments name: specs, or folders of them; none for all
// specs of the project.
func specsOf(c *cobra.Command, args []string) ([]string, error) {
	p, err := projectOf(c.Context())
	switch {
	case err != nil:
		return nil, err
	case len(args) == 0 && !p.Exists():
		return nil, noSpecNamed(c)
	}
	return p.Named(args)
}

// isOneSpec reports whether the arguments name one file, which gives one result; else it
// is a list.
func isOneSpec(args []string) bool {
	if len(args) != 1 {
		return false
	}
	info, err := os.Stat(args[0])
	return err != nil || !info.IsDir()
}

// noSpecNamed says what to write instead of nothing.
func noSpecNamed(c *cobra.Command) error {
	found := ""
	if beside := project.Beside(); beside != "" {
		found = " (here: " + beside + ")"
	}
	return wrongArguments(c, "needs at least one SPEC%s, a folder of specs, or a file "+project.FileName+
		" here or above, which says where they are", found)
}

// stacksOf is the folder that holds the stacks: that of -o, of the project, or
// stacks.
func stacksOf(ctx context.Context, out string) (string, error) {
	if out != "" {
		return out, nil
	}
	p, err := projectOf(ctx)
	if err != nil {
		return "", err
	}
	return p.Stacks(), nil
}

// openFolder finds the folder of a stack that is named by it, or by its name.
func openFolder(ctx context.Context, arg string) (*folder.Folder, error) {
	p, err := projectOf(ctx)
	if err != nil {
		return nil, err
	}
	return folder.OpenIn(p.Stacks(), arg)
}

// findSpec is the spec that a stack's folder was built from.
func findSpec(ctx context.Context, built *folder.Folder) (string, error) {
	p, err := projectOf(ctx)
	if err != nil {
		return "", err
	}
	return p.SpecOf(built)
}
