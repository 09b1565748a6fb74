package key

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// policy is a key's ("Key policies in AWS KMS").
type policy struct {
	Statement statements
}

// statements are a list, or one without it (IAM, "Grammar of the IAM JSON policy language").
type statements []statement

func (s *statements) UnmarshalJSON(data []byte) (err error) {
	*s, err = oneOrList[statement](data)
	return err
}

func oneOrList[T any](data []byte) ([]T, error) {
	var one T
	if json.Unmarshal(data, &one) == nil {
		return []T{one}, nil
	}
	var list []T
	err := json.Unmarshal(data, &list)
	return list, err
}

type statement struct {
	Effect    string
	Principal principal
	Action    texts
	Condition map[string]map[string]texts
}

// texts are one, or a list.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) (err error) {
	*t, err = oneOrList[string](data)
	return err
}

// principal is "*", or names by their kind: AWS, Service.
type principal map[string]texts

func (p *principal) UnmarshalJSON(data []byte) error {
	var all string
	if json.Unmarshal(data, &all) == nil {
		*p = principal{"AWS": {all}, "Service": {all}}
		return nil
	}
	var kinds map[string]texts
	err := json.Unmarshal(data, &kinds)
	*p = kinds
	return err
}

func parse(text string) (policy, error) {
	var p policy
	err := json.Unmarshal([]byte(text), &p)
	return p, err
}

type place struct{ partition, region, account string }

const logContext = "kms:encryptioncontext:aws:logs:arn"

// lacks says what the policy does not allow of what is needed. A condition that is not
// known here may hold: what is certain is told, and no more.
func (p policy) lacks(at place, needs Needs) []string {
	var list []string
	logs := []string{"logs." + at.region + ".amazonaws.com", "logs." + at.region + ".amazonaws.com.cn"}
	for _, group := range needs.LogGroups {
		arn := "arn:" + at.partition + ":logs:" + at.region + ":" + at.account + ":log-group:" + group
		if !p.allows("Service", logs, "kms:GenerateDataKey", arn) || !p.allows("Service", logs, "kms:Decrypt", arn) {
			list = append(list, "its policy does not let CloudWatch Logs ("+logs[0]+") use it for the log group "+group)
			break // the others are most likely alike
		}
	}
	if needs.Events && (!p.allows("Service", []string{"events.amazonaws.com"}, "kms:GenerateDataKey", "") ||
		!p.allows("Service", []string{"events.amazonaws.com"}, "kms:Decrypt", "")) {
		list = append(list, "its policy does not let EventBridge (events.amazonaws.com) write to queues with it: events that fail would be lost")
	}
	root := []string{"arn:" + at.partition + ":iam::" + at.account + ":root", at.account}
	if !p.allows("AWS", root, "kms:Decrypt", "") {
		list = append(list, "its policy leaves nothing to the IAM policies of account "+at.account+", so no role of the stack may use it")
	}
	return list
}

// allows reports whether one of these principals may do that, for log groups with this ARN.
func (p policy) allows(kind string, who []string, action, logGroup string) bool {
	return slices.ContainsFunc(p.Statement, func(s statement) bool {
		named := slices.ContainsFunc(s.Principal[kind], func(one string) bool { return one == "*" || slices.Contains(who, one) })
		does := slices.ContainsFunc(s.Action, func(one string) bool { return matches(one, action) })
		return s.Effect == "Allow" && named && does && s.holds(logGroup)
	})
}

// holds reports whether the conditions may hold.
func (s statement) holds(logGroup string) bool {
	for operator, keys := range s.Condition {
		for name, values := range keys {
			isLike := strings.HasPrefix(operator, "Arn") || strings.HasPrefix(operator, "String")
			if logGroup == "" || !isLike || strings.Contains(operator, "Not") || !strings.EqualFold(name, logContext) {
				continue
			}
			if !slices.ContainsFunc(values, func(value string) bool { return matches(value, logGroup) }) {
				return false
			}
		}
	}
	return true
}

// matches compares as IAM does: * and ? stand for anything, the case of actions does not
// count.
func matches(pattern, text string) bool {
	// path.Match stops at slashes, which mean nothing to IAM.
	flat := strings.NewReplacer("/", "\x01", "[", "\\[", "\\", "\\\\")
	ok, err := path.Match(flat.Replace(strings.ToLower(pattern)), flat.Replace(strings.ToLower(text)))
	return ok && err == nil
}
