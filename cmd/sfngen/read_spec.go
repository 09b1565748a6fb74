package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// readAll reads the files; "-" is standard input.
func readAll(stdin io.Reader, names []string) ([]stack.Source, error) {
	var sources []stack.Source
	var failed error
	for _, name := range names {
		source, err := readSpec(stdin, name)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		sources = append(sources, source)
	}
	return sources, failed
}

// readSpec is readOne with a hint what was probably meant: a stack and its spec have
// the same name.
func readSpec(stdin io.Reader, name string) (stack.Source, error) {
	source, err := readOne(stdin, name)
	if err != nil {
		err = fmt.Errorf("reading the spec: %w%s", err, specHint(name))
	}
	return source, err
}

func specHint(name string) string {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return ": SPEC is a file, such as acme-orders.yaml"
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return ""
	}
	for _, file := range []string{name + ".yaml", name + ".yml"} {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return "; did you mean " + file + "?"
		}
	}
	if hint := stackHint(name); hint != "" {
		return hint
	}
	if built, err := folder.Open(name); err == nil {
		return "; " + built.Dir + " is a stack, but SPEC is the file that it was built from"
	}
	return specsBeside(name)
}

// stackHint names the spec of a stack, and the environment, where it is where people keep
// specs.
func stackHint(name string) string {
	f := &folder.Folder{Dir: filepath.Join(folder.DefaultDir, filepath.Base(name)), Name: filepath.Base(name)}
	file, err := f.FindSpec()
	if err != nil {
		return ""
	}
	hint := "; the stack " + f.Name + " is built from " + file + ": name that"
	if environment := specfile.NamesInFile(file).EnvironmentOf(f.Name); environment != "" {
		hint += ", with --env " + environment
	}
	return hint
}

// specsBeside names the files in the same folder that can be specs, a few at most.
func specsBeside(name string) string {
	const most = 5
	dir := filepath.Dir(name)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "; there is no folder " + dir
	}
	var specs []string
	for _, entry := range entries {
		if specfile.HasExtension(entry.Name()) && entry.Type().IsRegular() {
			specs = append(specs, filepath.Join(dir, entry.Name()))
		}
	}
	switch {
	case len(specs) == 0:
		return "; 'sfngen init NAME' writes one"
	case len(specs) > most:
		specs = append(specs[:most], "…")
	}
	return "; its folder has " + count.And(specs...)
}

// mostRead bounds what is read of a file that is too large to be a spec. It is high
// enough that the finding can say the size of most.
const mostRead = spec.MostRead

func readOne(stdin io.Reader, name string) (stack.Source, error) {
	if name == "-" {
		text, err := io.ReadAll(io.LimitReader(stdin, mostRead))
		return sourceOf("<stdin>", text), err
	}
	file, err := os.Open(name)
	if err != nil {
		return stack.Source{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostRead))
	return sourceOf(name, text), err
}

// sourceOf is a spec with the files beside it; those of one from stdin are beside the user.
func sourceOf(name string, text []byte) stack.Source {
	return stack.Source{Name: name, Text: text, Now: time.Now(), Beside: func(path string) ([]byte, error) {
		full := filepath.Join(filepath.Dir(name), filepath.FromSlash(path))
		info, err := os.Stat(full)
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("is no regular file") // opening a named pipe waits for a writer
		}
		if err != nil {
			return nil, err
		}
		return os.ReadFile(full)
	}}
}
