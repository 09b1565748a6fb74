package diagram_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/diagram"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

func machine(t *testing.T) asl.Machine { return machineOf(t, "egress: {count: 2}\n") }

func machineOf(t *testing.T, fields string) asl.Machine {
	t.Helper()
	file, findings := spec.Parse("spec.yaml", []byte("version: 1\nname: drawn\nupstream: {url: 'https://api.example'}\nretry: "+
		"{maxAttempts: 3}\n"+fields))
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	p, _ := plan.New(file)
	return asl.Build(p)
}

func TestMermaid(t *testing.T) {
	want := `stateDiagram-v2
    state "Attempt 1" as Attempt1
    state "Read 1" as Read1
    state "Wait 1" as Wait1
    state "Attempt 2" as Attempt2
    state "Read 2" as Read2
    state "Wait 2" as Wait2
    state "Attempt 3" as Attempt3
    [*] --> Start
    Start --> Attempt1
    Attempt1 --> [*]: success
    Attempt1 --> Attempt2: rate-limited, egress died
    Attempt1 --> Read1: transient
    Attempt1 --> Failed: rejected
    Read1 --> Wait1
    Wait1 --> Attempt2
    Attempt2 --> [*]: success
    Attempt2 --> Read2: rate-limited, transient
    Attempt2 --> Failed: rejected
    Attempt2 --> Attempt3: egress died
    Read2 --> Wait2
    Wait2 --> Attempt3
    Attempt3 --> [*]: success
    Attempt3 --> Failed: any failure
`
	if diff := cmp.Diff(want, diagram.Mermaid(machine(t))); diff != "" {
		t.Errorf("Mermaid (-want +got):\n%s", diff)
	}
}

func TestDOT(t *testing.T) {
	want := `digraph statemachine {
  node [shape=box, style=rounded, fontname=Helvetica];
  edge [fontname=Helvetica, fontsize=10];
  request [shape=plaintext]; answer [shape=plaintext];
  "Start";
  "Attempt 1";
  "Read 1";
  "Wait 1";
  "Attempt 2";
  "Read 2";
  "Wait 2";
  "Attempt 3";
  "Failed";
  "request" -> "Start" [label=""];
  "Start" -> "Attempt 1" [label=""];
  "Attempt 1" -> "answer" [label="success"];
  "Attempt 1" -> "Attempt 2" [label="rate-limited, egress died"];
  "Attempt 1" -> "Read 1" [label="transient"];
  "Attempt 1" -> "Failed" [label="rejected"];
  "Read 1" -> "Wait 1" [label=""];
  "Wait 1" -> "Attempt 2" [label=""];
  "Attempt 2" -> "answer" [label="success"];
  "Attempt 2" -> "Read 2" [label="rate-limited, transient"];
  "Attempt 2" -> "Failed" [label="rejected"];
  "Attempt 2" -> "Attempt 3" [label="egress died"];
  "Read 2" -> "Wait 2" [label=""];
  "Wait 2" -> "Attempt 3" [label=""];
  "Attempt 3" -> "answer" [label="success"];
  "Attempt 3" -> "Failed" [label="any failure"];
}
`
	if diff := cmp.Diff(want, diagram.DOT(machine(t))); diff != "" {
		t.Errorf("DOT (-want +got):\n%s", diff)
	}
}

func TestMermaidOfCoordinatedExecutions(t *testing.T) {
	want := `stateDiagram-v2
    state "Read 0" as Read0
    state "Wait 0" as Wait0
    state "Attempt 1" as Attempt1
    state "Read 1" as Read1
    state "Wait 1" as Wait1
    state "Attempt 2" as Attempt2
    state "Read 2" as Read2
    state "Wait 2" as Wait2
    state "Attempt 3" as Attempt3
    [*] --> Start
    Start --> Attempt1
    Start --> Wait0: may go later
    Read0 --> Wait0
    Wait0 --> Attempt1
    Attempt1 --> [*]: success
    Attempt1 --> Attempt2: rate-limited, egress died
    Attempt1 --> Read1: all cooling, transient
    Attempt1 --> Read0: skipped
    Attempt1 --> Failed: rejected
    Read1 --> Wait1
    Wait1 --> Attempt2
    Attempt2 --> [*]: success
    Attempt2 --> Attempt3: rate-limited, egress died
    Attempt2 --> Read2: all cooling, transient
    Attempt2 --> Read1: skipped
    Attempt2 --> Failed: rejected
    Read2 --> Wait2
    Wait2 --> Attempt3
    Attempt3 --> [*]: success
    Attempt3 --> Read2: skipped
    Attempt3 --> Failed: any failure
`
	if diff := cmp.Diff(want, diagram.Mermaid(machineOf(t, "egress: {coordination: dynamodb}\n"))); diff != "" {
		t.Errorf("Mermaid (-want +got):\n%s", diff)
	}
}
