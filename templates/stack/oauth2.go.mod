module github.com/sfngen/sfngen/runtime/credentials/oauth2

go 1.25.0

require (
	github.com/sfngen/sfngen/runtime v0.0.0
	golang.org/x/oauth2 v0.36.0
)

require github.com/aws/aws-lambda-go v1.54.0 // indirect
