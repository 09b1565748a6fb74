package stack

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/plan"
)

// provider is a package of the runtime that some stacks alone import. It is a Go module
// of its own, within the folder of the runtime's, so that no other stack requires what it
// requires.
type provider struct {
	Folder string // in the runtime's, slash-separated
	// Requires are the modules, with their versions, that a stack requires for it alone.
	Requires []string
	used     func(*plan.Plan) bool
}

// Module is its import path.
func (p provider) Module() string { return runtimeModule + "/" + p.Folder }

const runtimeModule = "github.com/sfngen/sfngen/runtime"

// providers are all of them, in the order of their folders.
var providers = []provider{
	{"coordination/dynamodb", nil, (*plan.Plan).Coordinates},
	{"credentials/awsstore", nil, (*plan.Plan).ReadsSecrets},
	{"credentials/oauth2", []string{"golang.org/x/oauth2 v0.36.0"}, (*plan.Plan).AsksForTokens},
}

// providersOf are those that a stack imports.
func providersOf(p *plan.Plan) []provider {
	var used []provider
	for _, other := range providers {
		if other.used(p) {
			used = append(used, other)
		}
	}
	return used
}

// egressImports are those of an egress, beside what every one has.
func egressImports(p *plan.Plan) []string {
	var imports []string
	for _, used := range providersOf(p) {
		imports = append(imports, used.Module())
	}
	if p.HasCredentials() {
		imports = append(imports, runtimeModule+"/credentials")
	}
	slices.Sort(imports)
	return imports
}

// orchestratorImports are those of an orchestrator, beside what every one has.
func orchestratorImports(p *plan.Plan) []string {
	c := p.OrchestratorConfig().Coordination
	if c == nil {
		return nil
	}
	imports := []string{runtimeModule + "/coordination/dynamodb"}
	if len(c.Limits) > 0 {
		imports = append([]string{runtimeModule + "/contract"}, imports...)
	}
	return imports
}

// moduleOfProvider is a provider as the template of the go.mod sees it, where values have
// no methods.
type moduleOfProvider struct {
	Module, Folder string
	Requires       []string
}

func usedModules(p *plan.Plan) []moduleOfProvider {
	var used []moduleOfProvider
	for _, other := range providersOf(p) {
		used = append(used, moduleOfProvider{other.Module(), other.Folder, other.Requires})
	}
	return used
}

// moduleText is a file of templates/stack that is a provider's.
func (p provider) moduleText(end string) []byte { return text(path.Base(p.Folder) + end) }

// goSum are the checksums of what a stack is built from: the same for every stack, but for
// what its providers require.
func goSum(p *plan.Plan) []byte {
	lines := bytes.SplitAfter(text("go.sum"), []byte("\n"))
	for _, used := range providersOf(p) {
		if len(used.Requires) > 0 {
			lines = append(lines, bytes.SplitAfter(used.moduleText(".go.sum"), []byte("\n"))...)
		}
	}
	slices.SortStableFunc(lines, bytes.Compare)
	return bytes.Join(lines, nil)
}

// IsUnused reports whether a file of the runtime is of a package that the stack does not
// import: one of the credentials, of a table, or awscall. Without a plan nobody can tell.
func (s *Stack) IsUnused(file string) bool {
	if s.Plan == nil {
		return false
	}
	return strings.HasPrefix(file, "credentials/") && !s.Plan.HasCredentials() ||
		strings.HasPrefix(file, "awscall/") && !callsAWS(s.Plan) ||
		slices.ContainsFunc(providers, func(p provider) bool { return strings.HasPrefix(file, p.Folder+"/") && !p.used(s.Plan) })
}

// callsAWS reports whether a provider of the stack is built on the runtime's awscall.
func callsAWS(p *plan.Plan) bool {
	return slices.ContainsFunc(providersOf(p), func(p provider) bool {
		return p.Folder == "coordination/dynamodb" || p.Folder == "credentials/awsstore"
	})
}

// IsOfProvider reports whether a line of a stack's go.mod or go.sum is about a module that
// only a provider needs.
func IsOfProvider(line string) bool {
	return slices.ContainsFunc(providers, func(p provider) bool {
		required := slices.ContainsFunc(p.Requires, func(module string) bool {
			name, _, _ := strings.Cut(module, " ")
			return strings.Contains(line, name+" ")
		})
		return required || strings.Contains(line, p.Module()+" ")
	})
}
