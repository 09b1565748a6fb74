package main

// What STACK is, in the words of every command that takes one.
const (
	// stackIsFolder is for commands that need the folder.
	stackIsFolder = `STACK is the folder that sfngen build wrote, or its name under stacks/.`
	// stackIsDeployed is for commands about what AWS has.
	stackIsDeployed = `STACK is the folder that sfngen build wrote, or its name under stacks/, or,
without a folder here, the name of a deployed stack.`
)
