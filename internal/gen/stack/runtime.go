package stack

import (
	"slices"
	"strings"
	"sync"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime"
)

// ModuleFile is the file of a Go module that says what it is built from.
const ModuleFile = "go.mod"

// RuntimeCopy is the folder of a stack's own copy of the runtime.
const RuntimeCopy = "runtime"

// Runtime is the Go module that the Lambdas of every stack are built on, as a stack of
// its own, which is written once for all stacks of a folder. Its name is that of its
// content: manifest.RuntimeName.
var Runtime = sync.OnceValue(func() *Stack {
	s := Assemble("", append([]File{{Path: ".gitattributes", Content: text("runtime.gitattributes")}}, runtimeFiles()...))
	s.Name = s.Manifest.Files.RuntimeName()
	return s
})

// runtimeFiles are the module: the same for every stack.
var runtimeFiles = sync.OnceValue(func() []File {
	files := []File{{Path: ModuleFile, Content: text("runtime.go.mod")}}
	for _, p := range providers {
		files = append(files, File{Path: p.Folder + "/" + ModuleFile, Content: p.moduleText(".go.mod")})
	}
	for _, f := range runtime.Source() {
		files = append(files, File{Path: f.Path, Content: f.Content, hash: manifest.Hash(f.Content)})
	}
	return files
})

// RuntimeFiles are the files of the modules that the stack shares and imports; none where
// it has a copy of its own.
func (s *Stack) RuntimeFiles() []File {
	if s.Runtime == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Runtime.Files), func(f File) bool { return !IsModule(f.Path) || s.IsUnused(f.Path) })
}

// IsModule reports whether a file of a runtime's folder belongs to the module: the others
// are what sfngen and git know about the folder.
func IsModule(path string) bool { return path != manifest.Name && path != ".gitattributes" }

// Standalone is the same stack with a copy of the runtime of its own: its folder can be
// moved anywhere.
func (s *Stack) Standalone() *Stack {
	if s.Runtime == nil {
		return s
	}
	files := slices.DeleteFunc(slices.Clone(s.Files), func(f File) bool {
		return f.Path == manifest.Name || f.Path == ModuleFile || f.Path == ReadmeFile
	})
	for _, f := range runtimeFiles() {
		if !s.IsUnused(f.Path) {
			f.Path = RuntimeCopy + "/" + f.Path
			files = append(files, f)
		}
	}
	assembled := Assemble(s.Name, append(files, placed(s.Plan, asl.Build(s.Plan), "")...))
	own := *s
	own.Files, own.Manifest, own.Runtime = assembled.Files, assembled.Manifest, nil
	return &own
}

// place is where a stack's runtime is.
type place struct {
	// Runtime is its folder, slash-separated, from the stack's.
	Runtime string
	Shared  bool
}

// placed are the files that say where the runtime is; name is that of a shared one, or "".
func placed(p *plan.Plan, machine asl.Machine, name string) []File {
	at := place{"./" + RuntimeCopy, false}
	if name != "" {
		at = place{manifest.RuntimePath(name), true}
	}
	return []File{
		{Path: ModuleFile, Content: execute(goModTemplate, moduleValues{p.Name, at, usedModules(p)})},
		{Path: ReadmeFile, Content: readme(p, machine, at)},
	}
}

// moduleValues are what the template of the go.mod sees.
type moduleValues struct {
	Name string
	place
	Providers []moduleOfProvider
}

// IsRuntimeCopy reports whether a file of a stack belongs to its own copy of the runtime.
func IsRuntimeCopy(path string) bool { return strings.HasPrefix(path, RuntimeCopy+"/") }
