package awscall

import (
	"fmt"
	"net/url"
	"strings"
)

// endpoint is the one that the variables name, or AWS's own.
func (c *Client) endpoint(of Service, region string) (string, error) {
	variable := of.Variable
	if c.getenv(variable) == "" {
		variable = "AWS_ENDPOINT_URL"
	}
	text := c.getenv(variable)
	if text == "" {
		return "https://" + of.Name + "." + region + "." + suffixOf(region, c.getenv("AWS_USE_DUALSTACK_ENDPOINT") == "true") + "/", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", fmt.Errorf("environment variable %s must be an absolute http or https URL without user info", variable)
	}
	return strings.TrimSuffix(u.Scheme+"://"+u.Host+u.Path, "/") + "/", nil
}

// suffixes are those of the partitions that are not like aws, by how the names of their
// regions begin; dual is for IPv6 and IPv4 (botocore's endpoints and partitions).
var suffixes = []struct{ region, plain, dual string }{
	{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
	{"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
	{"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
	{"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
	{"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
	{"", "amazonaws.com", "api.aws"},
}

func suffixOf(region string, dual bool) string {
	for _, s := range suffixes {
		if strings.HasPrefix(region, s.region) {
			if dual {
				return s.dual
			}
			return s.plain
		}
	}
	return ""
}
