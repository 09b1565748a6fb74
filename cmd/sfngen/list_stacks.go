package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/spec"
)

// listedStack is one stack as sfngen list shows it, and its JSON.
type listedStack struct {
	Stack       string       `json:"stack"`
	Environment string       `json:"environment,omitempty"` // of the spec
	Spec        string       `json:"spec"`                  // its file; "" where no spec gives the stack
	Folder      string       `json:"folder"`
	State       folderState  `json:"state"`           // of the folder
	Files       int          `json:"files,omitempty"` // that differ from what the spec gives
	AWS         *listedInAWS `json:"aws,omitempty"`
}

// folderState compares a stack's folder with its spec.
type folderState string

const (
	isSame     folderState = "same"
	isOther    folderState = "differs"
	notBuilt   folderState = "not built"
	noSpec     folderState = "no spec"
	isCopy     folderState = "copy" // of the folder of another row
	specWrong  folderState = "spec has errors"
	unreadable folderState = "cannot be read"
)

func (s listedStack) words() string {
	switch {
	case s.State == isSame:
		return "as its spec"
	case s.State == isOther && s.Files > 0:
		return count.Of(s.Files, "file") + " " + count.Verb(s.Files, "differs", "differ")
	case s.State == isCopy:
		return "a copy in " + printable.Line(s.Folder)
	}
	return string(s.State)
}

// listedInAWS is what is deployed of a stack.
type listedInAWS struct {
	// State is deployed, none, other (a stack of this name that is not of this spec) or
	// unknown.
	State  string `json:"state"`
	Status string `json:"status,omitempty"` // CloudFormation's
	// SameTemplate is whether the folder's template is deployed; nil where that is not known.
	SameTemplate *bool `json:"sameTemplate,omitempty"`
}

func (a *listedInAWS) words() string {
	switch a.State {
	case "none":
		return "not deployed"
	case "other":
		return "another stack has this name"
	case "deployed":
		text := printable.Line(a.Status)
		if a.SameTemplate != nil && !*a.SameTemplate {
			text += ", another template"
		}
		return text
	}
	return "unknown"
}

// listed are the stacks of the specs in their order, then those without a spec. With
// environments it is their stacks alone: what is without a spec is in none.
func listed(c *cobra.Command, args []string, out string, env envFlag) ([]listedStack, error) {
	files, err := specsOf(c, args)
	if err != nil {
		return nil, err
	}
	sources, err := readAll(c.InOrStdin(), files)
	if err != nil {
		return nil, err
	}
	if _, err = env.choose(c.ErrOrStderr(), sources); err != nil {
		return nil, err
	}
	if out, err = stacksOf(c.Context(), out); err != nil {
		return nil, err
	}
	rows := []listedStack{}
	var all []*stack.Stack
	for _, source := range sources {
		stacks, findings := stack.LoadAll([]stack.Source{source})
		if spec.HasErrors(findings) {
			rows = append(rows, withErrors(source.Name, out)...)
			continue
		}
		all = append(all, stacks...)
		for _, t := range folder.Targets(stacks, out, nil) {
			rows = append(rows, compared(t))
		}
	}
	markTwice(rows)
	gone, err := withoutSpec(c.Context(), args, all, out)
	for _, l := range gone {
		row := listedStack{Stack: l.Stack, Folder: l.Dir, State: noSpec}
		if l.IsCopy {
			row.State = isCopy
		}
		rows = append(rows, row)
	}
	if len(env.names) > 0 {
		rows = slices.DeleteFunc(rows, func(s listedStack) bool {
			return s.Stack != noName && !slices.Contains(env.names, s.Environment)
		})
	}
	return rows, err
}

// noName stands for the stacks of a spec that says none.
const noName = "-"

// markTwice marks what two specs give: build writes neither.
func markTwice(rows []listedStack) {
	specs := map[string]int{} // by the stack's name
	for _, r := range rows {
		specs[r.Stack]++
	}
	for i, r := range rows {
		if specs[r.Stack] > 1 && r.Stack != noName {
			rows[i].State, rows[i].Files = specWrong, 0
		}
	}
}

// withErrors names the stacks of a spec with errors as far as they are known.
func withErrors(file, out string) []listedStack {
	var rows []listedStack
	for _, name := range specfile.NamesInFile(file) {
		rows = append(rows, listedStack{Stack: name.Stack, Environment: name.Environment, Spec: file, Folder: filepath.Join(out, name.Stack),
			State: specWrong})
	}
	if len(rows) == 0 {
		rows = append(rows, listedStack{Stack: noName, Spec: file, State: specWrong})
	}
	return rows
}

func compared(t folder.Target) listedStack {
	row := listedStack{Stack: t.Stack.Name, Environment: t.Stack.Plan.Environment, Spec: t.Stack.Origin.Name(), Folder: t.Dir, State: isSame}
	if !manifest.In(t.Dir) {
		row.State = notBuilt
		return row
	}
	d, err := folder.Compare(t.Stack, t.Dir)
	switch {
	case err != nil:
		row.State = unreadable
	case !d.None():
		row.State, row.Files = isOther, len(d.Changes)+len(d.Foreign)
	}
	return row
}

// inAWS looks for the stack of this name.
func inAWS(ctx context.Context, cl *cloud.Cloud, row listedStack) (*listedInAWS, error) {
	if row.Stack == noName { // of a spec whose name cannot be read
		return &listedInAWS{State: "none"}, nil
	}
	found, err := live.Under(ctx, cl, row.Stack)
	if err != nil {
		return nil, err
	}
	here := &listedInAWS{State: "none", Status: string(found.Status)}
	switch found.Holder {
	case live.Another:
		here.State = "other"
	case live.TheSpec:
		here.State = "deployed"
		if template, err := os.ReadFile(filepath.Join(row.Folder, stack.TemplateFile)); err == nil {
			same := found.Stack.Template == string(template)
			here.SameTemplate = &same
		}
	}
	return here, nil
}
