package cfn

import (
	"maps"
	"slices"
	"strings"
)

// Operations are what a template has of operations of its spec.
type Operations struct {
	Boundary string // ARN of the policy; "" for none, and where the template makes no role
	Key      string // ARN; "" for AWS's own
	// Roles are the ARNs of the user's own, by the field of the spec.
	Roles map[string]string
	// KeptLogs are the logical ids of log groups that outlive the stack, sorted.
	KeptLogs []string
	// SendsEvents: EventBridge writes to a queue of the stack.
	SendsEvents bool
	// Unsearchable: the log groups are of the class Infrequent Access.
	Unsearchable bool
}

func (t readTemplate) operations() Operations {
	var o Operations
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		r := t.Resources[id]
		switch r.Type {
		case role.typeName:
			var p struct {
				PermissionsBoundary string `yaml:"PermissionsBoundary"`
			}
			t.has(id, &p)
			o.Boundary = p.PermissionsBoundary
		case logGroup.typeName:
			o.readLogGroup(t, id, r.DeletionPolicy)
		default:
			o.SendsEvents = o.SendsEvents || r.Type == rule.typeName
			o.addRole(t.roleOf(id, r.Type))
		}
	}
	return o
}

// addRole adds one that is no reference to another resource.
func (o *Operations) addRole(field, arn string) {
	if !strings.HasPrefix(arn, "arn:") {
		return
	}
	if o.Roles == nil {
		o.Roles = map[string]string{}
	}
	o.Roles[field] = arn
}

func (o *Operations) readLogGroup(t readTemplate, id, deletionPolicy string) {
	var p struct {
		KmsKeyID      string `yaml:"KmsKeyId"`
		LogGroupClass string `yaml:"LogGroupClass"`
	}
	t.has(id, &p)
	o.Key, o.Unsearchable = p.KmsKeyID, p.LogGroupClass == infrequentAccess
	if strings.HasPrefix(deletionPolicy, "Retain") {
		o.KeptLogs = append(o.KeptLogs, id)
	}
}

// roleOf is the role that a resource has, and the field of the spec that gives it.
func (t readTemplate) roleOf(id, typeName string) (field, arn string) {
	var p struct {
		Role    string `yaml:"Role"`
		RoleArn string `yaml:"RoleArn"`
		Target  struct {
			RoleArn string `yaml:"RoleArn"`
		} `yaml:"Target"`
		Targets []struct {
			RoleArn string `yaml:"RoleArn"`
		} `yaml:"Targets"`
	}
	t.has(id, &p)
	switch {
	case id == OrchestratorID:
		return "orchestrator", p.Role
	case typeName == function.typeName:
		return "egress", p.Role
	case typeName == stateMachine.typeName:
		return "workflow", p.RoleArn
	case typeName == schedule.typeName:
		return "schedules", p.Target.RoleArn
	case typeName == rule.typeName && len(p.Targets) > 0:
		return "events", p.Targets[0].RoleArn
	}
	return "", ""
}
