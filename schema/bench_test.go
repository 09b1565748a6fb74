package schema

import "testing"

// BenchmarkQuickly is what each run of the command that reads a spec pays once.
func BenchmarkQuickly(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := quickly(ID, JSON); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompile is what a run pays on top where a spec breaks the schema.
func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(ID, JSON); err != nil {
			b.Fatal(err)
		}
	}
}
