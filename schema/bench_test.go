package schema

import "testing"

// BenchmarkCompile is what each run of the command pays once.
func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(ID, JSON); err != nil {
			b.Fatal(err)
		}
	}
}
