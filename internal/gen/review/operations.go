package review

import "strings"

// operationsDangers are about keys, roles and logs that a platform team gives.
func operationsDangers(f Field) []Danger {
	if of, is := strings.CutPrefix(f.Name, "operations.roles."); is {
		return when(f.To != "", KindPermission, "the role of "+roleHolder(of)+" is "+f.To+" from now on: what it may do stands outside of "+
			"the stack; sfngen plan --policies prints what it must")
	}
	switch f.Name {
	case "operations.kmsKey":
		return keyDangers(f)
	case "operations.permissionsBoundary":
		switch {
		case f.To == "":
			return []Danger{{KindPermission, "no boundary bounds the roles of the stack any more; it was " + f.From}}
		case f.From != "":
			return []Danger{{KindPermission, f.To + " bounds the roles of the stack, no longer " + f.From}}
		}
	case "operations.retainLogs":
		return when(f.To == "false", KindDeleted, "the logs go with the stack again (operations.retainLogs)")
	}
	return nil
}

func roleHolder(field string) string {
	switch field {
	case "egress":
		return "the egresses"
	case "events":
		return "the event rules"
	case "schedules":
		return "the schedules"
	}
	return "the " + field
}

// keyDangers: AWS encrypts anew what it writes from now on, and the environments; what
// stands in logs and queues stays as it was written.
func keyDangers(f Field) []Danger {
	var list []Danger
	if f.From != "" {
		list = append(list, Danger{KindUnreadable, "logs and messages that are there need " + f.From + " as long as they are kept: " +
			"without it nobody can read them (operations.kmsKey)"})
	}
	if f.To != "" {
		list = append(list, Danger{KindUnreadable, "whoever reads logs or queues of the stack needs kms:Decrypt on " + f.To +
			"; if that key is disabled, no Lambda of the stack starts (operations.kmsKey)"})
	}
	return list
}
