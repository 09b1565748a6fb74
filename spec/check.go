package spec

import (
	"slices"
)

// check runs the rules between fields, and the rules of one field that take more
// than the schema can say. Each looks at values only if all of them are sound.
func (f *File) check() {
	f.checkNames()
	f.checkDescription()
	f.checkTags()
	f.checkURL()
	f.checkAddressEcho()
	f.checkHeaders()
	f.checkAttempts()
	f.checkBackoff()
	f.checkRetryable()
	f.checkRateLimit()
	f.checkUnsafeMethods()
	f.checkRefused()
	f.checkDeadline()
	f.checkWorkflow()
	f.checkFunctionURL()
	f.checkSchedules()
	f.checkEvents()
}

// allSound reports whether a rule may use all of the values.
func (f *File) allSound(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool { return !f.sound(path) })
}

// fail adds an error about the field at path.
func (f *File) fail(rule, path, message, hint string) {
	f.findings = append(f.findings, f.Error(rule, path, message, hint))
	f.distrust(path)
}

// warn adds a warning about the field at path.
func (f *File) warn(rule, path, message, hint string) {
	f.findings = append(f.findings, f.Warning(rule, path, message, hint))
}
