package main

import (
	"testing"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Flags win over the environment, and that over the project file. Keys in the
// environment are credentials as well as a profile is: CI has them.
func TestWhichAWS(t *testing.T) {
	for name, test := range map[string]struct {
		flags       awsFlags
		environment map[string]string
		want        cloud.Options // what the SDK is told; it reads the environment itself
	}{
		"the file":         {want: cloud.Options{Profile: "staging", Region: "eu-west-1"}},
		"a profile":        {environment: map[string]string{"AWS_PROFILE": "mine"}, want: cloud.Options{Region: "eu-west-1"}},
		"keys":             {environment: map[string]string{"AWS_ACCESS_KEY_ID": "AKIA"}, want: cloud.Options{Region: "eu-west-1"}},
		"a role of CI":     {environment: map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "token"}, want: cloud.Options{Region: "eu-west-1"}},
		"a region":         {environment: map[string]string{"AWS_REGION": "us-east-1"}, want: cloud.Options{Profile: "staging"}},
		"a default region": {environment: map[string]string{"AWS_DEFAULT_REGION": "us-east-1"}, want: cloud.Options{Profile: "staging"}},
		"flags": {awsFlags{profile: "p", region: "r"}, map[string]string{"AWS_PROFILE": "mine", "AWS_REGION": "us-east-1"},
			cloud.Options{Profile: "p", Region: "r"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range append(credentialVariables, regionVariables...) {
				t.Setenv(variable, test.environment[variable])
			}
			t.Chdir(t.TempDir())
			write(t, "sfngen.yaml", "profile: staging\nregion: eu-west-1\n")
			got, err := test.flags.options(t.Context())
			if err != nil || got != test.want {
				t.Errorf("%+v, want %+v (%v)", got, test.want, err)
			}
		})
	}
}
