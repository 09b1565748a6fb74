// Checks templates with cdk-nag, AWS's rules for CDK applications. Every finding needs
// a reason in accepted.yaml. Usage: node check-nag.js TEMPLATE...
const path = require('path');
const { App, Stack } = require('aws-cdk-lib');
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');
const { AwsSolutionsChecks, ServerlessChecks } = require('cdk-nag');
const { list, report } = require('./accepted');

// The actions that a role or policy allows on every resource.
function actionsOnAll(stack, resource) {
  const { policies = [], policyDocument } = resource;
  const documents = [...policies.map((p) => p.policyDocument), policyDocument].filter(Boolean);
  return documents
    .flatMap((document) => stack.resolve(document).Statement)
    .filter((statement) => statement.Effect === 'Allow' && list(statement.Resource).includes('*'))
    .flatMap((statement) => list(statement.Action));
}

// cdk-nag says once for each role that something is allowed on "*". A reason is
// given for each action, so that a new one is not accepted with the old ones.
function rulesOf(violation, stack, resource) {
  if (violation.ruleName === 'AwsSolutions-IAM5[Resource::*]') {
    return actionsOnAll(stack, resource).map((action) => `AwsSolutions-IAM5[${action} on *]`);
  }
  if (violation.description.startsWith('Rule threw')) return [`${violation.ruleName} (not decided)`];
  return [violation.ruleName.replaceAll(`:${stack.stackName}:`, ':STACK:')];
}

function findings(file) {
  const name = path.basename(path.dirname(path.resolve(file)));
  const stack = new Stack(new App(), name);
  const template = new CfnInclude(stack, 'Template', { templateFile: file });
  const violations = [AwsSolutionsChecks, ServerlessChecks].flatMap((Pack) => new Pack().validateScope(stack).violations);
  return violations.flatMap((violation) =>
    violation.violatingResources.flatMap(({ constructPath }) => {
      const id = constructPath.split('/').pop();
      return rulesOf(violation, stack, template.getResource(id))
        .map((rule) => ({ rule, stack: name, resource: id, text: violation.description }));
    }));
}

const files = process.argv.slice(2);
process.exit(report('cdk-nag', files.flatMap(findings), files.length));
