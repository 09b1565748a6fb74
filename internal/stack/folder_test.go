package stack_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/stack"
)

func TestOpenFindsAFolderByItsPathAndByItsName(t *testing.T) {
	built := examples(t)["acme-orders"]
	t.Chdir(t.TempDir())
	targets := []stack.Target{{Stack: built, Dir: filepath.Join("stacks", "acme-orders")}}
	if _, err := stack.Write(context.Background(), targets, false); err != nil {
		t.Fatal(err)
	}
	for _, arg := range []string{"acme-orders", "stacks/acme-orders", "./stacks/acme-orders/"} {
		folder, err := stack.Open(arg)
		if err != nil {
			t.Fatalf("%s: %v", arg, err)
		}
		if folder.Name != "acme-orders" || folder.Summary.Architecture != "arm64" {
			t.Errorf("%s: %+v", arg, folder)
		}
	}
}

func TestOpenSaysWhatIsNoStack(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{
		"spec.yaml":                         "version: 1",
		"empty/x":                           "",
		"half/template.yaml":                "Resources: {}",
		"foreign/template.yaml":             "Resources: {}",
		"foreign/" + "sfngen.manifest.json": "{}",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for arg, want := range map[string]string{
		"":          "STACK is empty: name a stack's folder, such as stacks/acme-orders",
		"spec.yaml": "spec.yaml is a file, but STACK is the folder that sfngen build writes, such as stacks/acme-orders",
		"empty":     "empty is no stack of sfngen's (template.yaml is missing): name the folder that sfngen build writes, such as stacks/acme-orders",
		"half":      "half is no stack of sfngen's (sfngen.manifest.json is missing): name the folder that sfngen build writes, such as stacks/acme-orders",
		"foreign":   "foreign/template.yaml: the template is none that sfngen has generated: build the stack again from its spec",
		"none":      "no such stack: neither none nor stacks/none is a folder here; sfngen build writes it from a spec",
	} {
		_, err := stack.Open(arg)
		if err == nil || err.Error() != want {
			t.Errorf("Open(%q): %v\nwant %s", arg, err, want)
		}
		if missing := errors.Is(err, stack.ErrNoFolder); missing != strings.HasPrefix(want, "no such") {
			t.Errorf("Open(%q): is ErrNoFolder %t", arg, missing)
		}
	}
}
