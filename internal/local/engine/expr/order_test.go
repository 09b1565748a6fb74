package expr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOrder: a case with a source is as recorded from AWS, by LocalStack's test of
// that name; the others are as java.util.HashMap has them.
func TestOrder(t *testing.T) {
	tests := []struct{ name, template, want string }{
		{"thirteen names, which need a longer table", // test_query_context_object_values
			"context_object.$ execution.$ execution_id.$ execution_input.$ execution_name.$ execution_rolearn.$ execution_starttime.$ " +
				"state.$ state_enteredtime.$ state_name.$ statemachine.$ statemachine_id.$ statemachine_name.$",
			"execution execution_rolearn execution_name statemachine_id execution_id execution_input execution_starttime " +
				"state_name state_enteredtime statemachine state context_object statemachine_name"},
		{"twelve names, which do not",
			"execution.$ execution_id.$ execution_input.$ execution_name.$ execution_rolearn.$ execution_starttime.$ " +
				"state.$ state_enteredtime.$ state_name.$ statemachine.$ statemachine_id.$ statemachine_name.$",
			"execution execution_id execution_input execution_starttime state_name state_enteredtime " +
				"execution_rolearn execution_name statemachine state statemachine_id statemachine_name"},
		{"what is no expression first, as it stands", "Z B.$ Y A.$ {N} X", "Z Y N X A B"},
		{"one bucket as it stands", "BB.$ Aa.$", "BB Aa"}, // one hash code
		{"one bucket, the other way", "Aa.$ BB.$", "Aa BB"},
		{"names beyond ASCII", "😀.$ ä.$ a.$", "a ä 😀"}, // 0x1b0d63 (two units), 0xe4, 0x61
		{"nothing but literals", "z y a", "z y a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var members, names []string
			for name := range strings.FieldsSeq(test.template) {
				literal := `"$.index"`
				if bare := strings.Trim(name, "{}"); bare != name { // a template in the template
					name, literal = bare, `{"in.$":"$.index"}`
				}
				members = append(members, fmt.Sprintf("%q:%s", name, literal))
			}
			out, err := compileTemplate(t, "{"+strings.Join(members, ",")+"}").Eval(scope(t))
			if err != nil {
				t.Fatal(err)
			}
			for name := range out.Members() {
				names = append(names, name)
			}
			if diff := cmp.Diff(test.want, strings.Join(names, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
