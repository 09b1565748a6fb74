module github.com/sfngen/sfngen/runtime/credentials/awsstore

go 1.25.0

require github.com/sfngen/sfngen/runtime v0.0.0

require (
	github.com/aws/aws-lambda-go v1.54.0 // indirect
	github.com/aws/aws-sdk-go-v2 v1.47.8 // indirect
	github.com/aws/smithy-go v1.28.8 // indirect
)
