package spec

// checker runs the rules that no schema can say: those between fields, and those
// of one field that take more than a pattern.
type checker struct {
	*places
	*trust
	spec     Spec
	findings []Finding
}

// check runs all rules. Each looks at values only if all of them are sound.
func (c *checker) check() {
	c.checkTemplateWords()
	c.checkPlaceholders()
	c.checkNames()
	c.checkEnvironment()
	c.checkDescription()
	c.checkTags()
	c.checkURL()
	c.checkAddressEcho()
	c.checkLimits()
	c.checkHeaders()
	c.checkUpstreamCredentials()
	c.checkNetwork()
	c.checkAttempts()
	c.checkCoordination()
	c.checkBackoff()
	c.checkRetryable()
	c.checkRateLimit()
	c.checkRules()
	c.checkUnsafeMethods()
	c.checkKeyFormat()
	c.checkNotActed()
	c.checkRefused()
	c.checkDeadline()
	c.checkWorkflow()
	c.checkFunctionURL()
	c.checkSchedules()
	c.checkEvents()
	c.checkOnFailure()
	c.checkOperations()
}

// fail adds an error about the field at path.
func (c *checker) fail(rule, path, message, hint string) {
	c.findings = append(c.findings, c.finding(Error, rule, path, message, hint))
	c.distrust(path)
}

// warn adds a warning about the field at path.
func (c *checker) warn(rule, path, message, hint string) {
	c.findings = append(c.findings, c.finding(Warning, rule, path, message, hint))
}
