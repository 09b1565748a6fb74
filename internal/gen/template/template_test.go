package template

import (
	"strings"
	"testing"
	texttemplate "text/template"

	"github.com/google/go-cmp/cmp"
)

type part struct {
	Name string
	Size float64
}

type values struct {
	*inner
	Name  string
	None  string
	Count int
	Parts []part
	Empty []part
	Lines []string
	Ptr   *part
	Nil   *part
	Yes   bool
	Shout func(string) string `json:"-"`
}

type inner struct{ Deep part }

// Loud is what text/template finds where this package has a field.
func (v values) Loud(text string) string { return v.Shout(text) }

func trial() values {
	return values{
		inner: &inner{part{"deep", 1}}, Name: "n", Count: 2, Parts: []part{{"a", 1.239}, {"b", 2}}, Lines: []string{"x", "y"},
		Ptr: &part{"p", 3}, Yes: true, Shout: strings.ToUpper,
	}
}

// TestExecuteIsTextTemplates: what this package knows, it does as text/template.
func TestExecuteIsTextTemplates(t *testing.T) {
	for _, text := range []string{
		"", "plain", "{{.Name}} {{.Deep.Name}} {{.Ptr.Name}} {{.Count}} {{.Yes}} {{.Ptr.Size}}",
		"{{if .Name}}a{{else}}b{{end}}{{if .None}}a{{else}}b{{end}}{{if .Nil}}a{{end}}{{if .Ptr}}c{{end}}{{if .Deep}}d{{end}}",
		"{{if .None}}a{{else if not .Yes}}b{{else if gt .Count 1}}c{{end}}{{if .Empty}}e{{end}}",
		"{{with .Name}}{{.}}{{else}}-{{end}}{{with .None}}{{.}}{{else}}{{.Name}}{{end}}{{with .Ptr}}{{.Name}}{{$.Name}}{{end}}",
		"{{range .Parts}}<{{.Name}} {{printf \"%.2f\" .Size}} {{$.Name}}>{{else}}none{{end}}",
		"{{range $p := .Parts}}{{range $.Lines}}{{.}}{{$p.Name}}{{end}}{{end}}{{range .Empty}}a{{else}}none{{end}}",
		"{{range $p := .Parts}}{{range $p := $.Lines}}{{$p}}{{end}}{{$p.Name}}{{end}}",
		"{{len .Parts}}{{len .Name}}{{if eq (len .Parts) 2}}two{{end}}{{if eq .Name \"n\"}}n{{end}}{{if eq .Count 3}}three{{end}}",
		"a\n{{- if .Yes}}\nb\n{{- end}}\n  {{/* said to nobody */ -}}\n c {{`raw`}}",
		"{{.Loud .Name}}|{{$.Loud \"b\"}}|{{range .Lines}}{{$.Loud .}}{{end}}",
	} {
		var want strings.Builder
		theirs := texttemplate.Must(texttemplate.New("t").Parse(text))
		if err := theirs.Execute(&want, trial()); err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "Loud", "Shout")
		got, err := New("t", func() string { return text }).Execute(trial())
		if diff := cmp.Diff(want.String(), string(got)); err != nil || diff != "" {
			t.Errorf("%s: error %v (-want +got):\n%s", text, err, diff)
		}
	}
}

func TestExecuteRefuses(t *testing.T) {
	tests := map[string]string{
		"{{if}}":                    `template: t:1: missing value for if`,
		"{{.Gone}}":                 `t:1:2: .Gone: there is no field Gone in template.values`,
		"a\n{{.Ptr.Gone}}":          `t:2:6: .Ptr.Gone: there is no field Gone in template.part`,
		"{{.inner}}":                `t:1:2: .inner: there is no field inner in template.values`,
		"{{.Loud .Name}}":           `t:1:2: .Loud: there is no field Loud in template.values`,
		"{{.Name.Gone}}":            `t:1:7: .Name.Gone: there is no field Gone in n`,
		"{{.Name .Name}}":           `t:1:2: .Name .Name: .Name is no function`,
		"{{.Shout}}":                `t:1:2: .Shout: the function takes 1 values, not 0`,
		"{{.Shout .Count}}":         `t:1:2: .Shout .Count: value 1 of the function must be of type string, not int`,
		"{{.Name | printf \"%s\"}}": `t:1:2: .Name | printf "%s": no template of a stack pipes a value into a command`,
		"{{range .Name}}{{end}}": `t:1:8: {{range .Name}}{{end}}: only a list can be gone through, with one variable for its items, ` +
			`not string`,
		"{{range $i, $p := .Parts}}{{end}}": `t:1:8: {{range $i, $p := .Parts}}{{end}}: only a list can be gone through, ` +
			`with one variable for its items, not []template.part`,
		"{{$n := .Name}}{{$n}}":       `t:1:2: $n := .Name: no template of a stack declares a variable outside of a range`,
		"{{if $n := .Name}}{{end}}":   `t:1:5: $n := .Name: no template of a stack declares a variable outside of a range`,
		"{{with $n := .Name}}{{end}}": `t:1:7: $n := .Name: no template of a stack declares a variable outside of a range`,
		"{{template \"t\"}}":          `t:1:11: {{template "t"}}: an action that no template of a stack uses`,
		"{{1.5}}":                     `t:1:2: 1.5: a word that no template of a stack uses`,
		"{{html .Name}}":              `template: t:1: function "html" not defined`,
	}
	for text, want := range tests {
		_, err := New("t", func() string { return text }).Execute(trial())
		if err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
}

// TestAPanicIsNoEmptyFile: what a function makes of a value that it cannot take must not
// pass for a template that gives nothing.
func TestAPanicIsNoEmptyFile(t *testing.T) {
	for _, text := range []string{"{{len .Count}}", "{{eq .Lines .Lines}}"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", text)
				}
			}()
			got, err := New("t", func() string { return text }).Execute(trial())
			t.Errorf("%s: got %q and error %v", text, got, err)
		}()
	}
}
