// Package templates holds the files of a stack that are text templates: the Go
// mains, the module files and the README.
package templates

import "embed"

//go:embed stack
var files embed.FS

// Text returns a file of templates/stack, as it is: a template, or what is copied
// unchanged.
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
