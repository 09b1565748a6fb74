package review

import (
	"maps"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

// codeOf names the Lambdas whose code is another: what both share is in both, and a foreign
// file may be.
func codeOf(before, after side, foreign []string) []string {
	paths := maps.Clone(after)
	maps.Copy(paths, before)
	found := map[string]bool{}
	if len(foreign) > 0 {
		found[gobuild.Egress], found[gobuild.Orchestrator] = true, true
	}
	for path := range paths {
		if !differs(before, after, path) {
			continue
		}
		for _, part := range partsOf(path) {
			found[part] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// partsOf are the Lambdas that a file is compiled into.
func partsOf(path string) []string {
	for _, part := range []string{gobuild.Egress, gobuild.Orchestrator} {
		if strings.HasPrefix(path, gobuild.Folder(part)+"/") || strings.HasPrefix(path, "runtime/"+part+"/") {
			return []string{part}
		}
	}
	name := path[strings.LastIndex(path, "/")+1:]
	if strings.HasSuffix(name, ".go") || name == "go.mod" || name == "go.sum" {
		return []string{gobuild.Egress, gobuild.Orchestrator}
	}
	return nil
}

// deploys are the parts that run something else afterwards.
func (r *Review) deploys(code []string) []string {
	found := map[string]bool{}
	for _, part := range code {
		found[part] = true
	}
	for _, c := range r.Resources {
		found[partOf(c)] = true
	}
	var list []string
	for _, part := range []string{"workflow", gobuild.Egress, gobuild.Orchestrator, "template"} {
		if found[part] {
			list = append(list, part)
		}
	}
	return list
}

// partOf is the part that a resource is.
func partOf(c Resource) string {
	switch {
	case c.ID == cfn.StateMachineID:
		return "workflow"
	case c.ID == cfn.OrchestratorID:
		return gobuild.Orchestrator
	case c.Type == "AWS::Lambda::Function":
		return gobuild.Egress
	}
	return "template"
}
