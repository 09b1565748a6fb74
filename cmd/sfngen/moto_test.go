//go:build moto

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws/moto"
)

// These tests need a moto_server. .ci/run starts one and names it in SFNGEN_MOTO.
func motoServer(t *testing.T) string {
	t.Helper()
	server := os.Getenv("SFNGEN_MOTO")
	if server == "" {
		t.Fatal("SFNGEN_MOTO is not set to the URL of a moto_server; .ci/run starts one")
	}
	resp, err := http.Post(server+"/moto-api/reset", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return server
}

// account is AWS as moto has it, empty, with one spec's stack built.
func account(t *testing.T, spec string) *cloud.Cloud {
	t.Helper()
	moto.Gateway(t, motoServer(t), "https://abcdefghij.lambda-url.eu-central-1.on.aws/")
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", spec)
	succeed(t, "build", "orders.yaml")
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const ordersSpec = `version: 1
name: orders
upstream: {url: 'https://api.example/v1'}
retry: {maxAttempts: 2}
egress: {count: 2}
`

// succeed runs sfngen and returns what it printed.
func succeed(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	code, stdout, stderr := run(args...)
	if code != exitFine {
		t.Fatalf("sfngen %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout, stderr
}

// fail runs sfngen, expects this exit status and all of these words.
func fail(t *testing.T, want int, args []string, words ...string) {
	t.Helper()
	code, stdout, stderr := run(args...)
	if code != want {
		t.Errorf("sfngen %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, stdout, stderr)
	}
	for _, word := range words {
		if !strings.Contains(stdout+stderr, word) {
			t.Errorf("sfngen %s does not say %q:\n%s%s", strings.Join(args, " "), word, stdout, stderr)
		}
	}
}

func functions(t *testing.T, c *cloud.Cloud) map[string]lambda.GetFunctionOutput {
	t.Helper()
	list, err := c.Lambda().ListFunctions(t.Context(), &lambda.ListFunctionsInput{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]lambda.GetFunctionOutput{}
	for _, f := range list.Functions {
		out, err := c.Lambda().GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: f.FunctionName})
		if err != nil {
			t.Fatal(err)
		}
		all[aws.ToString(f.FunctionName)] = *out
	}
	return all
}

func TestMotoDeployUpdateDestroy(t *testing.T) {
	c := account(t, ordersSpec)
	fail(t, exitTrouble, []string{"deploy", "orders", "--yes"}, "--create-bucket", "--bucket")

	_, story := succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	if !strings.Contains(story, "sfngen-artifacts-123456789012-eu-central-1") {
		t.Errorf("the bucket is not named:\n%s", story)
	}
	deployed := functions(t, c)
	if len(deployed) != 3 {
		t.Errorf("%d functions, want two egresses and the orchestrator", len(deployed))
	}
	checkBucket(t, c)

	for range 2 { // nothing to do is success, however often
		_, story := succeed(t, "deploy", "orders", "--yes")
		if !strings.Contains(story, "no changes") {
			t.Errorf("the second deployment says\n%s", story)
		}
	}

	write(t, "orders.yaml", strings.Replace(ordersSpec, "count: 2", "count: 2, memory: 256", 1))
	fail(t, exitTrouble, []string{"deploy", "orders", "--yes"}, "plan.json", "sfngen build", "--stale")
	succeed(t, "build", "orders.yaml")
	succeed(t, "deploy", "orders", "--dry-run")
	if got := *functions(t, c)["orders-egress-1"].Configuration.MemorySize; got != 128 {
		t.Errorf("after --dry-run an egress has %d MB, want 128 as before", got)
	}
	succeed(t, "deploy", "orders", "--yes")
	if got := *functions(t, c)["orders-egress-1"].Configuration.MemorySize; got != 256 {
		t.Errorf("after the update an egress has %d MB, want 256", got)
	}

	fail(t, exitTrouble, []string{"destroy", "orders"}, "--yes")
	succeed(t, "destroy", "orders", "--yes")
	if left := functions(t, c); len(left) != 0 {
		t.Errorf("%d functions are left", len(left))
	}
	_, story = succeed(t, "destroy", "orders", "--yes")
	if !strings.Contains(story, "nothing to destroy") {
		t.Errorf("destroying nothing says\n%s", story)
	}
}

func checkBucket(t *testing.T, c *cloud.Cloud) {
	t.Helper()
	bucket := "sfngen-artifacts-123456789012-eu-central-1"
	list, err := c.S3().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list.Contents {
		if key := aws.ToString(o.Key); !strings.HasPrefix(key, "orders/egress-") && !strings.HasPrefix(key, "orders/orchestrator-") {
			t.Errorf("object %s", key)
		}
	}
	if len(list.Contents) != 2 {
		t.Errorf("%d objects, want two zips", len(list.Contents))
	}
	access, err := c.S3().GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	if err != nil || !aws.ToBool(access.PublicAccessBlockConfiguration.BlockPublicPolicy) ||
		!aws.ToBool(access.PublicAccessBlockConfiguration.RestrictPublicBuckets) {
		t.Errorf("the bucket is not private: %v", err)
	}
	versions, err := c.S3().GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &bucket})
	if err != nil || versions.Status != "Enabled" {
		t.Errorf("the bucket is not versioned: %v", err)
	}
	if _, err := c.S3().GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: &bucket}); err != nil {
		t.Errorf("the bucket is not encrypted: %v", err)
	}
}

func TestMotoZipsAreNotUploadedTwice(t *testing.T) {
	c := account(t, ordersSpec)
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	before := versions(t, c)
	write(t, "orders.yaml", strings.Replace(ordersSpec, "count: 2", "count: 3", 1))
	succeed(t, "build", "orders.yaml")
	_, story := succeed(t, "deploy", "orders", "--yes")
	if after := versions(t, c); after != before {
		t.Errorf("%d versions of objects, before the second deployment %d: the Lambdas are the same\n%s", after, before, story)
	}
	if n := len(functions(t, c)); n != 4 {
		t.Errorf("%d functions, want three egresses and the orchestrator", n)
	}
}

func versions(t *testing.T, c *cloud.Cloud) int {
	t.Helper()
	bucket := "sfngen-artifacts-123456789012-eu-central-1"
	list, err := c.S3().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	return len(list.Versions)
}

func TestMotoDryRunLeavesNothing(t *testing.T) {
	c := account(t, ordersSpec)
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	succeed(t, "destroy", "orders", "--yes")
	before := versions(t, c)
	stdout, stderr := succeed(t, "deploy", "orders", "--bucket", "sfngen-artifacts-123456789012-eu-central-1", "--dry-run")
	if !strings.Contains(stdout+stderr, "Orchestrator") {
		t.Errorf("--dry-run shows no changes:\n%s%s", stdout, stderr)
	}
	if after := versions(t, c); after != before {
		t.Errorf("--dry-run uploaded %d objects", after-before)
	}
	_, story := succeed(t, "destroy", "orders", "--yes")
	if !strings.Contains(story, "nothing to destroy") {
		t.Errorf("--dry-run leaves a stack:\n%s", story)
	}
}

// What is deployed is what the folder has, byte for byte.
func TestMotoDeploysThePackages(t *testing.T) {
	c := account(t, ordersSpec)
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	for _, name := range []string{"egress", "orchestrator"} {
		zip, err := os.ReadFile(filepath.Join("stacks", "orders", "dist", name+".zip"))
		if err != nil {
			t.Fatal(err)
		}
		function := map[string]string{"egress": "orders-egress-2", "orchestrator": "orders-orchestrator"}[name]
		if got := functions(t, c)[function].Configuration.CodeSize; got != int64(len(zip)) {
			t.Errorf("%s has %d bytes of code, its zip %d", function, got, len(zip))
		}
	}
}

// A change set that moto fails, because only the template's text has changed.
func TestMotoFailedChangeSet(t *testing.T) {
	account(t, ordersSpec)
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	name := filepath.Join("stacks", "orders", "template.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	write(t, name, string(text)+"# somebody's remark\n")
	fail(t, exitTrouble, []string{"deploy", "orders", "--yes"}, "template.yaml", "--stale")
	_, story := succeed(t, "deploy", "orders", "--yes", "--stale")
	if !strings.Contains(story, "no changes") {
		t.Errorf("a failed change set without changes says\n%s", story)
	}
}

// What is in the way of a resource is in the reason, and what is left is said.
func TestMotoFailedDeployment(t *testing.T) {
	c := account(t, ordersSpec)
	group := "/aws/lambda/orders-egress-2"
	if _, err := c.Logs().CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group}); err != nil {
		t.Fatal(err)
	}
	deploy := []string{"deploy", "orders", "--create-bucket", "--yes"}
	fail(t, exitFindings, deploy, "The specified log group already exists", "ROLLBACK_COMPLETE", "sfngen destroy orders")
	fail(t, exitTrouble, deploy, "is in ROLLBACK_COMPLETE", "sfngen destroy orders")
	if _, err := c.Logs().DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &group}); err != nil {
		t.Fatal(err)
	}
	succeed(t, "destroy", "orders", "--yes")
	succeed(t, deploy...)
	if n := len(functions(t, c)); n != 3 {
		t.Errorf("%d functions, want two egresses and the orchestrator", n)
	}
}
