// Package stack turns a spec into the files of its stack, in memory.
package stack

import (
	"cmp"
	"slices"
	"sync"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// Stack is what one spec generates. The same spec gives the same bytes,
// everywhere.
type Stack struct {
	Name  string
	Plan  *plan.Plan
	Files []File // sorted by path, the manifest included
	// Manifest lists the other files.
	Manifest manifest.Manifest
	// Runtime is what the Lambdas are built on, in a folder beside the stack's: see
	// Runtime. nil where the stack has a copy of its own (Standalone).
	Runtime *Stack
	// Origin is the spec that it was generated from, for later findings about it;
	// nil when there was no spec.
	Origin *spec.File
}

// File is one file of a stack. Path is slash-separated, from the stack's folder.
type File struct {
	Path    string
	Content []byte

	hash string // of Content, where it is already known
}

// The files of a stack that other parts of sfngen read by name.
const (
	MachineFile  = "statemachine.asl.json"
	TemplateFile = "template.yaml"
	PlanFile     = "plan.json"
	ReadmeFile   = "README.md"
)

// generate turns a spec into its stack, with the files that it names beside it. The findings are those that only the
// plan and the generated files show; with an error among them there is no stack.
// busy says that every processor has a spec of its own to generate.
func generate(file *spec.File, source Source, busy bool) (*Stack, []spec.Finding) {
	file, findings := withCABundle(file, source)
	p, found := plan.New(file)
	findings = append(findings, found...)
	if spec.HasErrors(findings) {
		return nil, findings
	}
	machine := asl.Build(p)
	shared := Runtime()
	texts := beside(busy, func() []File { return append(goFiles(p), placed(p, machine, shared.Name)...) })
	defer texts()
	workflow := machine.Document()
	definition := document.JSON(workflow)
	template := cfn.Build(p, workflow)
	text := cfn.YAML(template)
	findings = append(findings, cfn.Findings(file, p, template, text, definition)...)
	spec.Sort(findings)
	if spec.HasErrors(findings) {
		return nil, findings
	}
	files := []File{{Path: MachineFile, Content: definition}, {Path: TemplateFile, Content: text},
		{Path: PlanFile, Content: document.SpreadJSON(p.Record())}}
	s := assemble(p.Name, shared.Name, append(files, texts()...))
	s.Plan, s.Origin, s.Runtime = p, file, shared
	return s, findings
}

// beside makes what no finding depends on, on another processor if one is free: 4 % of a
// build of one spec. What it gives waits for it.
func beside(busy bool, texts func() []File) func() []File {
	result := sync.OnceValue(texts)
	if !busy {
		go result()
	}
	return result
}

// File is the content of the file with this path; nil when the stack has none.
func (s *Stack) File(path string) []byte {
	i, ok := slices.BinarySearchFunc(s.Files, path, func(f File, p string) int { return cmp.Compare(f.Path, p) })
	if !ok {
		return nil
	}
	return s.Files[i].Content
}

// Paths are the paths of all files, sorted.
func (s *Stack) Paths() []string {
	paths := make([]string, len(s.Files))
	for i, f := range s.Files {
		paths[i] = f.Path
	}
	return paths
}

// Assemble makes a stack of files and adds the manifest that lists them.
func Assemble(name string, files []File) *Stack { return assemble(name, "", files) }

func assemble(name, runtime string, files []File) *Stack {
	m := manifest.Manifest{Version: manifest.Own(), Runtime: runtime, Files: make(manifest.Hashes, len(files))}
	for _, f := range files {
		if m.Files[f.Path] = f.hash; f.hash == "" {
			m.Files[f.Path] = manifest.Hash(f.Content)
		}
	}
	files = append(files, File{Path: manifest.Name, Content: m.Text()})
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return &Stack{Name: name, Files: files, Manifest: m}
}

// Load reads and generates: the way from a spec's text to its stack, and all
// that is wrong with it. Of a spec with environments it is the first stack.
func Load(name string, src []byte, environments ...string) (*Stack, []spec.Finding) {
	return LoadWith(Source{Name: name, Text: src}, nil, environments...)
}

// LoadWith is Load with a change of the spec before it becomes a stack; change
// may be nil. It is called only for a spec without errors. environments, if given, are
// those that are wanted.
func LoadWith(source Source, change func(*spec.Spec), environments ...string) (*Stack, []spec.Finding) {
	stacks, findings := load(source, change, false, environments)
	if len(stacks) == 0 {
		return nil, findings
	}
	return stacks[0], findings
}

// goFiles are the files of the stack's Go module that are the same wherever its runtime is.
func goFiles(p *plan.Plan) []File {
	return []File{
		{Path: ".gitattributes", Content: text("gitattributes")},
		{Path: ".gitignore", Content: text("gitignore")},
		{Path: "go.sum", Content: goSum(p)},
		{Path: gobuild.Folder(gobuild.Egress) + "/main.go", Content: goFile(egressTemplate, p)},
		{Path: gobuild.Folder(gobuild.Orchestrator) + "/main.go", Content: goFile(orchestratorTemplate, p)},
	}
}
