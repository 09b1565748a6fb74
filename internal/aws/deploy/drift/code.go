package drift

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

// compareCode checks whether each Lambda runs the zip that was deployed. To
// CloudFormation its code is write-only (schema of AWS::Lambda::Function), so neither
// drift detection nor a change set shows a change.
func (s *search) compareCode(ctx context.Context) {
	for _, zip := range s.Zips {
		was := s.deployedZip(zip)
		for _, f := range s.functions(zip.Lambda) {
			same, known, err := s.runs(ctx, f.name, was)
			switch {
			case err != nil:
				s.noteUnknown(ctx, "the Lambdas run the zips that were deployed", err)
				return
			case !known:
				s.Unknown = true
			case !same:
				s.Code[zip.Lambda] = true
				s.Lines = append(s.Lines, fmt.Sprintf("%s (%s): its code is not the zip that was deployed", f.id,
					changes.InWords(f.id, "AWS::Lambda::Function")))
			}
		}
	}
}

type function struct{ id, name string }

// functions are those of the deployed stack that have the code of a Lambda.
func (s *search) functions(of string) []function {
	if of != gobuild.Egress {
		return []function{{cfn.OrchestratorID, s.Stack.Summary.Orchestrator}}
	}
	var all []function
	for i, name := range s.Stack.Summary.Egresses {
		all = append(all, function{cfn.EgressID(i + 1), name})
	}
	return all
}

// deployedZip is what the stack's parameters say is deployed.
type deployedZip struct {
	bucket, key string
	digits      string // of a hash, as the key has them; "" for none
	ours        bool   // the hash is the zip's, as in the keys of pack
}

func (s *search) deployedZip(now pack.Artifact) deployedZip {
	key := live.Parameter(s.Stack.Found, cfn.KeyParameter(now.Lambda))
	return deployedZip{
		bucket: live.Parameter(s.Stack.Found, cfn.ParameterBucket), key: key,
		digits: pack.HashIn(key), ours: now.HasKey(s.Stack.Summary.Name, key),
	}
}

// runs reports whether a function runs the zip. known is false for a function that does
// not exist, which drift detection reports, and for a zip that was deployed by hand: its
// key has the hash of the program in it.
func (s *search) runs(ctx context.Context, function string, z deployedZip) (same, known bool, err error) {
	now, err := s.Cloud.Lambda().GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &function})
	if errors.As(err, new(*lambdatypes.ResourceNotFoundException)) {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	hash := inHex(aws.ToString(now.CodeSha256))
	switch {
	case hash == "" || z.digits == "":
		return false, false, nil
	case strings.HasPrefix(hash, z.digits):
		return true, true, nil
	}
	return false, z.ours || s.isHashOfZip(ctx, z), nil
}

// isHashOfZip compares with the bucket, which knows the checksum of what sfngen uploads.
// It is false where the bucket may not be read, and for a zip that is gone.
func (s *search) isHashOfZip(ctx context.Context, z deployedZip) bool {
	out, err := s.Cloud.S3().HeadObject(ctx, &s3.HeadObjectInput{Bucket: &z.bucket, Key: &z.key, ChecksumMode: s3types.ChecksumModeEnabled})
	return err == nil && strings.HasPrefix(inHex(aws.ToString(out.ChecksumSHA256)), z.digits)
}

// inHex is a hash that Lambda and S3 give in Base64; "" for text that is not one.
func inHex(hash string) string {
	sum, err := base64.StdEncoding.DecodeString(hash)
	if err != nil || len(sum) == 0 {
		return ""
	}
	return hex.EncodeToString(sum)
}
