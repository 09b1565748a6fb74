// Package templates holds the files of a stack that are text templates: the Go
// mains, the module files and the README.
package templates

import (
	"embed"
	"sync"
	"text/template"
)

//go:embed stack
var files embed.FS

// Stack returns the templates of a stack's files, named as in templates/stack.
var Stack = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Option("missingkey=error").ParseFS(files, "stack/*.tmpl"))
})

// Text returns a file of templates/stack that is copied unchanged.
func Text(name string) []byte {
	text, err := files.ReadFile("stack/" + name)
	if err != nil {
		panic(err) // the name is written in sfngen's own code
	}
	return text
}

// Init is the spec that `sfngen init` writes; NAME is the placeholder of its name.
//
//go:embed init.yaml
var Init string
