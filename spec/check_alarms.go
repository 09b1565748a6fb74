package spec

import "slices"

const alarmsPath = operationsPath + ".alarms"

// checkAlarms warns of thresholds without anybody to tell, and of an alarm that the stack
// cannot have.
func (c *checker) checkAlarms() {
	const topic = alarmsPath + ".topic"
	if !c.allSound(alarmsPath, topic) {
		return
	}
	if c.spec.Operations.Alarms.Topic == "" {
		c.checkThresholds()
		return
	}
	const level = "workflow.logLevel"
	if c.sound(level) && slices.Contains([]string{"fatal", "off"}, c.spec.Workflow.LogLevel) {
		c.warn("alarm-without-log", level,
			"the alarm about an egress that dies counts the attempts of the workflow's log, which "+c.spec.Workflow.LogLevel+
				" leaves out: the stack has the other alarms, and not that one",
			"write logLevel: error; if nobody has to know, ignore this warning")
	}
}

// checkThresholds: alarms that tell nobody are none.
func (c *checker) checkThresholds() {
	for _, name := range []string{"failurePercent", "rateLimitedPercent"} {
		if path := keyPath(alarmsPath, name); c.has(path) {
			c.warn("alarms-without-topic", path, "has no effect: without a topic the stack has no alarms",
				"name the topic that they tell, as topic: arn:aws:sns:REGION:ACCOUNT:NAME, or remove "+name)
			return
		}
	}
}
