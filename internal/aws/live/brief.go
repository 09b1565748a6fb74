package live

import (
	"cmp"
	"context"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// Brief is what is deployed under the name of a spec, as a list of many has it, and its
// JSON.
type Brief struct {
	State  BriefState `json:"state"`
	Status string     `json:"status,omitempty"` // CloudFormation's
	// SameTemplate is whether a folder's template is deployed; nil where that is not known.
	SameTemplate *bool `json:"sameTemplate,omitempty"`
}

// BriefState is whether something is deployed.
type BriefState string

const (
	IsDeployed BriefState = "deployed"
	IsNone     BriefState = "none"
	IsOther    BriefState = "other" // a stack of this name that is not of this spec
	IsUnknown  BriefState = "unknown"
)

// Wanted is a stack to look for; Name "" is that of a spec without a name, of which there
// is none. Dir is its folder.
type Wanted struct{ Name, Dir string }

// Briefs looks for the stacks, in their order. The error is why it is not known of all: a
// policy may allow to look at some only, anything else ends the looking.
func Briefs(ctx context.Context, c *cloud.Cloud, stacks []Wanted) ([]Brief, error) {
	list := make([]Brief, len(stacks))
	var first error
	isOver := false
	for i, s := range stacks {
		list[i] = Brief{State: IsUnknown}
		if isOver {
			continue
		}
		found, err := briefOf(ctx, c, s)
		if err == nil {
			list[i] = found
		}
		first, isOver = cmp.Or(first, err), err != nil && !cloud.IsDenied(err)
	}
	return list, first
}

func briefOf(ctx context.Context, c *cloud.Cloud, s Wanted) (Brief, error) {
	if s.Name == "" {
		return Brief{State: IsNone}, nil
	}
	found, err := Under(ctx, c, s.Name)
	if err != nil {
		return Brief{}, err
	}
	b := Brief{State: IsNone, Status: string(found.Status)}
	switch found.Holder {
	case Another:
		b.State = IsOther
	case TheSpec:
		b.State = IsDeployed
		if same, err := found.Stack.HasTemplateOf(s.Dir); err == nil {
			b.SameTemplate = &same
		}
	}
	return b, nil
}

// HasTemplateOf reports whether the template of a stack's folder is the deployed one.
func (s *Stack) HasTemplateOf(dir string) (bool, error) {
	text, err := os.ReadFile(filepath.Join(dir, stack.TemplateFile))
	return err == nil && string(text) == s.Template, err
}
