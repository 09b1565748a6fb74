package contract

// The pages of documentation that answers, messages and READMEs link to.
const (
	docs = "https://github.com/sfngen/sfngen/blob/main/docs/"

	AddressesPage  = docs + "addresses.md"
	DeployPage     = docs + "deploy.md"
	OperationsPage = docs + "operations.md"
	// ProblemsPage has a heading for each problem type of the orchestrator.
	ProblemsPage = docs + "problems.md"
	// RulesPage has an anchor for each rule of findings in a spec.
	RulesPage = docs + "rules.md"
)

// HealthPage shows which services of AWS have a failure.
const HealthPage = "health.aws.amazon.com"
