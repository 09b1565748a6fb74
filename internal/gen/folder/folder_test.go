package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/examples"
	"github.com/sfngen/sfngen/internal/gen/folder"
)

func TestOpenFindsAFolderByItsPathAndByItsName(t *testing.T) {
	acme := load(t, string(examples.AcmeOrders))
	t.Chdir(t.TempDir())
	targets := []folder.Target{{Stack: acme, Dir: filepath.Join("stacks", "acme-orders")}}
	if _, err := folder.Write(context.Background(), targets, false); err != nil {
		t.Fatal(err)
	}
	for _, arg := range []string{"acme-orders", "stacks/acme-orders", "./stacks/acme-orders/"} {
		built, err := folder.Open(arg)
		if err != nil {
			t.Fatalf("%s: %v", arg, err)
		}
		if built.Name != "acme-orders" || built.Summary.Architecture != "arm64" {
			t.Errorf("%s: %+v", arg, built)
		}
	}
}

// A folder, or a file, that happens to have the stack's name hides nothing.
func TestOpenLooksPastWhatIsNoStack(t *testing.T) {
	acme := load(t, string(examples.AcmeOrders))
	for name, hide := range map[string]func() error{
		"folder": func() error { return os.Mkdir("acme-orders", 0o777) },
		"file":   func() error { return os.WriteFile("acme-orders", nil, 0o666) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if _, err := folder.Write(context.Background(), []folder.Target{{Stack: acme, Dir: "stacks/acme-orders"}}, false); err != nil {
				t.Fatal(err)
			}
			if err := hide(); err != nil {
				t.Fatal(err)
			}
			built, err := folder.Open("acme-orders")
			if err != nil || built.Dir != filepath.Join("stacks", "acme-orders") {
				t.Errorf("%+v, %v", built, err)
			}
		})
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
		"stacks/none": "no such stack: there is no folder stacks/none; sfngen build writes it from a spec",
		"./empty": "./empty is not a stack of sfngen's (template.yaml is missing): name the folder that sfngen build writes, such as " +
			"stacks/acme-orders",
		"":          "STACK is empty: name a stack's folder, such as stacks/acme-orders",
		"spec.yaml": "spec.yaml is a file, but STACK is the folder that sfngen build writes, such as stacks/acme-orders",
		"empty": "empty is not a stack of sfngen's (template.yaml is missing): name the folder that sfngen build writes, such as " +
			"stacks/acme-orders",
		"half": "half is not a stack of sfngen's (sfngen.manifest.json is missing): name the folder that sfngen build writes, such as " +
			"stacks/acme-orders",
		"foreign": "foreign/template.yaml: sfngen did not generate this template: build the stack again from its spec",
		"none":    "no such stack: neither none nor stacks/none is a folder here; sfngen build writes it from a spec",
	} {
		_, err := folder.Open(arg)
		if err == nil || err.Error() != want {
			t.Errorf("Open(%q): %v\nwant %s", arg, err, want)
		}
		couldBeAName := arg == "spec.yaml" || arg == "empty" || arg == "half" || strings.HasPrefix(want, "no such")
		if missing := errors.Is(err, folder.ErrNoFolder); missing != couldBeAName {
			t.Errorf("Open(%q): is ErrNoFolder %t", arg, missing)
		}
	}
}
