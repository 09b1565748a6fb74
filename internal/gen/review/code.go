package review

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// codeOf names the Lambdas whose code is another: what both share is in both. Where other
// says so, nobody can know, and both may be.
func codeOf(before, after side, other bool) []string {
	paths := maps.Clone(after)
	maps.Copy(paths, before)
	found := map[string]bool{}
	if other {
		found[gobuild.Egress], found[gobuild.Orchestrator] = true, true
	}
	for path := range paths {
		if !differs(before, after, path) || path == stack.ModuleFile && sameModules(before[path], after[path]) {
			continue
		}
		for _, part := range partsOf(path) {
			if part == gobuild.Egress || !isOfCredentials(path, before[path], after[path]) {
				found[part] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// sameModules reports whether two go.mod of a stack differ in nothing but which shared
// runtime they name: its files are compared, and its place leaves no trace in a program.
// That of a copy of the stack's own does (gobuild.Options.Runtime).
func sameModules(before, after []byte) bool {
	shared := []byte("=> ../" + manifest.RuntimesFolder + "/")
	return bytes.Contains(before, shared) && bytes.Contains(after, shared) && bytes.Equal(withoutPlace(before), withoutPlace(after))
}

func withoutPlace(module []byte) []byte {
	var kept []byte
	for line := range bytes.Lines(module) {
		if !bytes.HasPrefix(line, []byte("//")) && !bytes.HasPrefix(line, []byte("replace ")) {
			kept = append(kept, line...)
		}
	}
	return kept
}

// isOfCredentials reports whether the modules that a stack is built from differ in nothing
// but those of its credentials, of which an orchestrator has nothing.
func isOfCredentials(path string, before, after []byte) bool {
	if path != stack.ModuleFile && path != "go.sum" {
		return false
	}
	before, after = withoutProviders(before), withoutProviders(after)
	return bytes.Equal(before, after) || sameModules(before, after)
}

func withoutProviders(modules []byte) []byte {
	var kept []byte
	for line := range bytes.Lines(modules) {
		if !stack.IsOfProvider(string(line)) && len(bytes.TrimSpace(line)) > 0 {
			kept = append(kept, line...)
		}
	}
	return kept
}

// partsOf are the Lambdas that a file is compiled into.
func partsOf(path string) []string {
	for _, part := range []string{gobuild.Egress, gobuild.Orchestrator} {
		if strings.HasPrefix(path, gobuild.Folder(part)+"/") || strings.HasPrefix(path, stack.RuntimeCopy+"/"+part+"/") {
			return []string{part}
		}
	}
	for _, of := range []string{"judge", "credentials"} { // which egresses alone import
		if strings.HasPrefix(path, stack.RuntimeCopy+"/"+of+"/") {
			return []string{gobuild.Egress}
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
