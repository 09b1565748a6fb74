package spec

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// checkReferences checks each reference of a field by itself.
func (c *checker) checkReferences(l CredentialList) {
	for i, r := range l.References {
		path := c.referencePath(l, i)
		if !c.sound(path) {
			continue
		}
		if problem, hint := c.referenceProblem(l, r); problem != "" {
			c.fail(ruleOf(path), path, problem, hint)
			continue
		}
		c.checkPrefix(l, path, r)
	}
}

// referenceProblem names the first thing that is wrong with a reference; "" for nothing.
func (c *checker) referenceProblem(l CredentialList, r Reference) (problem, hint string) {
	switch {
	case r.Text != "":
		return "", ""
	case r.Secret != "" && r.Parameter != "":
		return "names a secret and a parameter", "write one of them; in an environment, secret: null or parameter: null takes the other away"
	case r.IsPublic():
		return "names neither a secret nor a parameter", "write secret: NAME (Secrets Manager) or parameter: NAME (Parameter Store)"
	case r.Prefix != "" && (l.Path == credentialsPath+".clientCertificate" || strings.HasPrefix(l.Path, credentialsPath+".oauth2.")):
		return "has a prefix, which goes before a header or parameter", "remove prefix"
	case !isOneLine(r.Prefix):
		return "has a prefix with control characters", "write it in one line"
	case r.Secret != "":
		return c.secretProblem(r.Secret)
	}
	return c.parameterProblem(r.Parameter)
}

// Names and ARNs of secrets (Secrets Manager, CreateSecret: Name) and parameters (Systems
// Manager, PutParameter: Name; an ARN as GetParameter takes it).
var (
	secretName    = lazyregexp.New(`^[A-Za-z0-9/_+=.@-]{1,512}$`)
	secretARN     = lazyregexp.New(`^arn:([a-z0-9-]+):secretsmanager:([a-z]{2}[a-z0-9-]+):[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}$`)
	parameterName = lazyregexp.New(`^(/[A-Za-z0-9_.-]+){1,15}$|^[A-Za-z0-9_.-]+$`)
	parameterARN  = lazyregexp.New(`^arn:([a-z0-9-]+):ssm:([a-z]{2}[a-z0-9-]+):[0-9]{12}:parameter(/[A-Za-z0-9_.-]+){1,15}$`)
)

func (c *checker) secretProblem(name string) (problem, hint string) {
	switch {
	case looksLikeKey(name):
		return pastedKey, "write the name of the secret that holds it, and withdraw this key if the file was shared"
	case strings.HasPrefix(name, "arn:"):
		match := secretARN.FindStringSubmatch(name)
		if match == nil {
			return "is no ARN of a secret", "write it as in arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/acme, or the secret's name"
		}
		return c.partitionProblem(match[1])
	case !secretName.MatchString(name):
		return "is no name of a secret", "AWS allows letters, digits and / _ + = . @ -, at most 512 of them"
	}
	return "", ""
}

// reservedParameters begin with what AWS keeps for itself.
var reservedParameters = lazyregexp.New(`(?i)^/?(aws|ssm)`)

func (c *checker) parameterProblem(name string) (problem, hint string) {
	switch {
	case looksLikeKey(name):
		return pastedKey, "write the name of the parameter that holds it, and withdraw this key if the file was shared"
	case strings.HasPrefix(name, "/aws/reference/secretsmanager/"):
		return "leads to Secrets Manager", "write secret: " + strings.TrimPrefix(name, "/aws/reference/secretsmanager/")
	case strings.HasPrefix(name, "arn:"):
		match := parameterARN.FindStringSubmatch(name)
		if match == nil {
			return "is no ARN of a parameter",
				"write it as in arn:aws:ssm:eu-central-1:123456789012:parameter/prod/acme/key, or the parameter's name"
		}
		return c.partitionProblem(match[1])
	case !parameterName.MatchString(name) || len(name) > 1011:
		return "is no name of a parameter", parameterHint(name)
	case reservedParameters.MatchString(name):
		return "begins with aws or ssm, which AWS keeps for its own parameters", ""
	}
	return "", ""
}

func parameterHint(name string) string {
	switch {
	case strings.Contains(name, "/") && parameterName.MatchString("/"+strings.Trim(name, "/")):
		return "a name with levels begins with a slash: write /" + strings.Trim(name, "/")
	case strings.Contains(name, ":"):
		return "a version or label cannot be chosen: the egress reads the newest"
	}
	return "AWS allows letters, digits and . _ -, in up to 15 levels as in /prod/acme/key"
}

// partitionProblem: a stack reads no secrets of another partition of AWS.
func (c *checker) partitionProblem(partition string) (problem, hint string) {
	if !c.sound("partition") || partition == c.spec.Partition {
		return "", ""
	}
	return fmt.Sprintf("is in the partition %s, and the stack in %s", partition, c.spec.Partition),
		"write the ARN of a secret there, or partition: " + partition
}

// arnRegion is that of an ARN; "" for a name.
func arnRegion(text string) string {
	if parts := strings.SplitN(text, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[3]
	}
	return ""
}

// checkARNRegions: an egress reads the stores of its own region, and there is one.
func (c *checker) checkARNRegions(lists []CredentialList) {
	const keyField = credentialsPath + ".kmsKey"
	key := c.spec.Upstream.Credentials.KMSKey
	if partition := strings.Split(key+":::", ":")[1]; key != "" && c.sound(keyField) && partition != c.spec.Partition && c.sound("partition") {
		c.fail(ruleOf(keyField), keyField, fmt.Sprintf("is in the partition %s, and the stack in %s", partition, c.spec.Partition),
			"write the ARN of a key there, or partition: "+partition)
	}
	first, at := "", ""
	check := func(path, text string) {
		region := arnRegion(text)
		switch {
		case region == "" || !c.sound(path):
		case first == "":
			first, at = region, path
		case region != first:
			c.fail("credential-region", path, fmt.Sprintf("is in %s, and %s in %s: an egress reads the stores of its own region", region, at, first),
				"replicate the secret into the stack's region, and write its name or its ARN there")
		}
	}
	for _, l := range lists {
		for i, r := range l.References {
			check(c.referencePath(l, i), r.Secret+r.Parameter)
		}
	}
	check(keyField, key)
}

// checkPrefix warns where a scheme would run into the value.
func (c *checker) checkPrefix(l CredentialList, path string, r Reference) {
	switch strings.ToLower(r.Prefix) {
	case "bearer", "basic", "token", "apikey", "api-key", "key", "bot":
		c.warn("prefix-without-space", path, "has the prefix "+quoteShort(r.Prefix)+" without a space: "+l.What+" would be "+r.Prefix+"VALUE",
			fmt.Sprintf("write prefix: %q", r.Prefix+" "))
	}
}

func isOneLine(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// referenceKeyHint is our key for one by which other systems name a secret.
func referenceKeyHint(name string) string {
	switch plain(name) {
	case "name", "secretname", "secretid", "secretarn", "arn", "id":
		return "write secret: NAME (Secrets Manager) or parameter: NAME (Parameter Store)"
	case "ssm", "param", "parametername", "parameterarn", "path":
		return didYouMean("parameter")
	case "field", "jsonkey", "property", "member", "jsonpath":
		return didYouMean("key")
	case "value", "text", "token", "literal", "secretstring", "password":
		return "a value may not stand in a spec: write where it is kept, as in {secret: NAME}"
	case "scheme", "type":
		return "write prefix: \"Bearer \" for a value that is sent behind it"
	}
	return didYouMean(near(name, []string{"secret", "parameter", "key", "prefix"}))
}

// resolved are the dynamic references of CloudFormation to a secret and to a parameter.
var resolved = lazyregexp.New(`^\{\{resolve:(?:secretsmanager:([A-Za-z0-9/_+=.@-]+)(?::SecretString(?::([^:}]*))?)?|` +
	`ssm(?:-secure)?:([A-Za-z0-9/_.-]+))[:}]`)

// pastedHint is the reference that a text in its place stands for; it shows nothing that
// can be a value.
func pastedHint(text string) string {
	match := resolved.FindStringSubmatch(text)
	switch {
	case match != nil && match[3] != "":
		return "write {parameter: " + match[3] + "}"
	case match != nil && match[2] != "":
		return "write {secret: " + match[1] + ", key: " + match[2] + "}"
	case match != nil:
		return "write {secret: " + match[1] + "}"
	case strings.HasPrefix(text, "arn:") && strings.Contains(text, ":secretsmanager:"):
		return "write {secret: ARN}, with this ARN"
	case strings.HasPrefix(text, "arn:") && strings.Contains(text, ":ssm:"):
		return "write {parameter: ARN}, with this ARN"
	}
	return "a value may not stand in a spec: write where it is kept; if this is a key and the file was shared, withdraw it"
}
