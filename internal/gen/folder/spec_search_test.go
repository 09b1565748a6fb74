package folder_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

const searched = "version: 1\nname: orders\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 2}\n"

// inRepository goes to a folder with these files, of which a stack may be one.
func inRepository(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFindSpec(t *testing.T) {
	const none = "no spec of orders (a .yaml or .yml file with 'name: orders') in "
	const help = "; name it with --spec FILE, or leave out the comparison with it by --stale"
	for name, c := range map[string]struct {
		dir         string
		files       map[string]string
		want, wrong string
	}{
		"here": {"stacks/orders", map[string]string{"stacks/orders/x": "", "any.yaml": searched}, "any.yaml", ""},
		"beside the stacks": {"infra/stacks/orders", map[string]string{"infra/stacks/orders/x": "", "infra/any.yml": searched},
			"infra/any.yml", ""},
		"among the stacks": {"infra/stacks/orders", map[string]string{"infra/stacks/orders/x": "", "infra/stacks/any.yml": searched},
			"infra/stacks/any.yml", ""},
		"nowhere": {"infra/stacks/orders", map[string]string{"infra/stacks/orders/x": "", "infra/other/any.yaml": searched}, "",
			none + "., infra/stacks, infra" + help},
		"in specs here": {"stacks/orders", map[string]string{"stacks/orders/x": "", "specs/any.yaml": searched}, "specs/any.yaml", ""},
		"in specs beside them": {"infra/stacks/orders", map[string]string{"infra/stacks/orders/x": "", "infra/specs/any.yaml": searched},
			"infra/specs/any.yaml", ""},
		"an environment that is gone": {"stacks/orders-dev",
			map[string]string{"stacks/orders-dev/plan.json": `{"name": "orders-dev", "environment": "dev"}`, "a.yaml": searched}, "",
			"no spec of orders-dev (a .yaml or .yml file with 'name: orders' and the environment dev) in ., stacks" + help},
		"folders that are one": {"stacks/orders", map[string]string{"stacks/orders/x": ""}, "", none + "., stacks" + help},
		"twice": {"stacks/orders", map[string]string{"stacks/orders/x": "", "a.yaml": searched, "stacks/b.yaml": searched},
			"", "several files are specs of orders: a.yaml, stacks/b.yaml; name the right one with --spec FILE"},
		"others of the same name": {"stacks/orders",
			map[string]string{"stacks/orders/x": "", "compose.yaml": "name: orders\nservices: {}\n", "broken.yaml": "name: [",
				"other.yaml": "name: other\nupstream: {}\n", "a.yaml": searched}, "a.yaml", ""},
	} {
		t.Run(name, func(t *testing.T) {
			inRepository(t, c.files)
			got, err := (&folder.Folder{Dir: c.dir, Name: path.Base(c.dir)}).FindSpec()
			wrong := ""
			if err != nil {
				wrong = err.Error()
			}
			if filepath.ToSlash(got) != c.want || wrong != c.wrong || (err != nil) != errors.As(err, new(*folder.SpecSearchError)) {
				t.Errorf("got %q, want %q; error (-want +got)\n%s", got, c.want, cmp.Diff(c.wrong, wrong))
			}
		})
	}
}

func put(t *testing.T, file string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("package x\n"), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestMatches(t *testing.T) {
	inRepository(t, map[string]string{"orders.yaml": searched})
	s, _ := stack.Load("orders.yaml", []byte(searched))
	build := func(dir string) *folder.Folder {
		t.Helper()
		if _, err := folder.Write(t.Context(), []folder.Target{{Stack: s, Dir: dir}}, false); err != nil {
			t.Fatal(err)
		}
		f, err := folder.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := build("stacks/orders")
	if err := f.Matches(s, "orders.yaml"); err != nil {
		t.Errorf("just built: %v", err)
	}
	const how = "; see it with 'sfngen diff orders.yaml', update it with 'sfngen build orders.yaml', or deploy the folder unchanged with " +
		"--stale"
	spoil := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(f.Dir, name), []byte("changed"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		spoiled []string
		want    string
	}{
		{[]string{"README.md"}, "stacks/orders no longer matches orders.yaml: README.md differs" + how},
		{[]string{"go.mod", "template.yaml"}, "stacks/orders no longer matches orders.yaml: template.yaml, go.mod, README.md differ" + how},
		{[]string{"go.sum"}, "stacks/orders no longer matches orders.yaml: template.yaml, go.mod, go.sum and 1 more differ" + how},
	} {
		spoil(c.spoiled...)
		err := f.Matches(s, "orders.yaml")
		if err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	// What sfngen did not write counts where Go compiles it, and only there.
	f = build("foreign/orders")
	for _, harmless := range []string{"notes.txt", "cmd/egress/main_test.go", "cmd/egress/_x.go", "cmd/egress/.x.go",
		"runtime/egress/x.go", "docs/x.go", "vendor/x.go", "cmd/egress/x_windows.go", "cmd/egress/x.S", "cmd/egress/x.c"} {
		put(t, filepath.Join(f.Dir, harmless))
	}
	if err := os.WriteFile(filepath.Join(f.Dir, "cmd/egress/gen.go"), []byte("//go:build ignore\n\npackage main\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := f.Matches(s, "orders.yaml"); err != nil {
		t.Errorf("with files that Go does not compile: %v", err)
	}
	put(t, filepath.Join(f.Dir, "cmd/egress/zz_new.go"))
	const away = ", or deploy the folder unchanged with --stale"
	for _, c := range []struct{ put, want string }{
		{"cmd/egress/zz_new.go", "foreign/orders no longer matches orders.yaml: cmd/egress/zz_new.go is not a file of sfngen's, but " +
			"would be compiled into the Lambdas; move it out of the folder" + away},
		{"cmd/egress/x.syso", "foreign/orders no longer matches orders.yaml: cmd/egress/x.syso, cmd/egress/zz_new.go are not files of " +
			"sfngen's, but would be compiled into the Lambdas; move them out of the folder" + away},
		{"vendor/modules.txt", "foreign/orders no longer matches orders.yaml: cmd/egress/x.syso, cmd/egress/zz_new.go, " +
			"vendor/modules.txt are not files of sfngen's, but would be compiled into the Lambdas; move them out of the folder" + away},
		{"README.md", "foreign/orders no longer matches orders.yaml: README.md differs; cmd/egress/x.syso, cmd/egress/zz_new.go, " +
			"vendor/modules.txt are not files of sfngen's, but would be compiled into the Lambdas; " +
			"see it with 'sfngen diff orders.yaml -o foreign', update it with 'sfngen build orders.yaml -o foreign', move them out of the folder" +
			away},
	} {
		put(t, filepath.Join(f.Dir, c.put))
		if err := f.Matches(s, "orders.yaml"); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	// What an earlier sfngen wrote, and this one has no more, is its own: it differs.
	f = build("upgraded/orders")
	put(t, filepath.Join(f.Dir, "cmd/egress/old_part.go"))
	manifest := filepath.Join(f.Dir, manifest.Name)
	text, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("package x\n"))
	text = []byte(strings.Replace(string(text), `"go.mod":`, `"cmd/egress/old_part.go": "`+hex.EncodeToString(sum[:])+`", "go.mod":`, 1))
	if err := os.WriteFile(manifest, text, 0o666); err != nil {
		t.Fatal(err)
	}
	var stale *folder.StaleError
	if err := f.Matches(s, "orders.yaml"); !errors.As(err, &stale) || len(stale.Foreign) > 0 ||
		!slices.Contains(stale.Paths, "cmd/egress/old_part.go") {
		t.Errorf("upgraded: %v", err)
	}
	written, err := folder.Write(t.Context(), []folder.Target{{Stack: s, Dir: f.Dir}}, false)
	if err != nil || len(written[0].Foreign) > 0 || f.Matches(s, "orders.yaml") != nil {
		t.Errorf("upgraded and built: %v, %v, %v", written, err, f.Matches(s, "orders.yaml"))
	}
	f = build("infra/orders")
	spoil("README.md")
	want := "infra/orders no longer matches orders.yaml: README.md differs; see it with 'sfngen diff orders.yaml -o infra', update it " +
		"with 'sfngen build orders.yaml -o infra', or deploy the folder unchanged with --stale"
	if err := f.Matches(s, "orders.yaml"); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	t.Run("inside the stack", func(t *testing.T) {
		t.Chdir("infra/orders")
		for dir, want := range map[string]string{".": "..", "cmd/..": "..", "cmd/egress/../..": ".."} {
			inside := &folder.Folder{Dir: dir, Name: "orders"}
			want = "'sfngen build ../../orders.yaml -o " + want + "'"
			if err := inside.Matches(s, "../../orders.yaml"); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", dir, err)
			}
		}
	})
	other := &folder.Folder{Dir: "infra/orders", Name: "other"}
	if err := other.Matches(s, "orders.yaml"); err == nil ||
		err.Error() != "orders.yaml is the spec of orders, but infra/orders is the stack of other" {
		t.Errorf("%v", err)
	}
}
