// Command sfngen turns a YAML retry spec into a deployable AWS workflow.
package main

import "os"

func main() { os.Exit(Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
