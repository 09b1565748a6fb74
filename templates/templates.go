// Package templates holds the texts of a stack that are not built as documents:
// its Go mains, its module files and its README.
package templates

import (
	"embed"
	"sync"
	"text/template"
)

//go:embed stack
var files embed.FS

// Stack gives the templates of a stack's files, named as in templates/stack.
var Stack = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Option("missingkey=error").ParseFS(files, "stack/*.tmpl"))
})

// Text returns a file of templates/stack that is copied as it is.
func Text(name string) []byte {
	text, err := files.ReadFile("stack/" + name)
	if err != nil {
		panic(err) // the name is written in sfngen's own code
	}
	return text
}

// Init is the spec that `sfngen init` begins with; NAME stands for its name.
//
//go:embed init.yaml
var Init string
