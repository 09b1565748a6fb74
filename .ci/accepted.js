// Holds what a tool finds against accepted.yaml. Usage: report(tool, findings, count),
// where a finding is {rule, stack, resource, text}; it prints what is wrong, and
// gives the exit code. Three things are wrong: a finding that no entry accepts, an
// entry that accepts nothing any more, and an entry without a reason.
const fs = require('fs');
const path = require('path');
const yaml = require('yaml');

const file = path.join(__dirname, 'accepted.yaml');

const list = exports.list = (value) => (Array.isArray(value) ? value : [value]);

// A pattern names a resource by its logical ID, in every stack, or as STACK/ID; * is
// any run of characters.
function matches(pattern, finding) {
  const name = pattern.includes('/') ? `${finding.stack}/${finding.resource}` : finding.resource;
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${escaped}$`).test(name);
}

// One row for each rule and pattern of an entry: each of them must match something.
function rows(entries) {
  return entries.flatMap((entry) =>
    list(entry.rule).flatMap((rule) =>
      list(entry.on).map((pattern) => ({ rule, pattern, used: false }))));
}

// A reason is a sentence: one word ("accepted") says nothing.
function withoutReason(entries) {
  return entries
    .filter((entry) => !entry.rule || !entry.on || !/\S+(\s+\S+){3,}/.test(entry.reason || ''))
    .map((entry) => `${JSON.stringify(list(entry.rule))}: an entry needs rule, on, and a reason in words`);
}

function problems(tool, findings) {
  const entries = yaml.parse(fs.readFileSync(file, 'utf8'))[tool] || [];
  const accepted = rows(entries);
  const found = withoutReason(entries);
  for (const finding of findings) {
    const fitting = accepted.filter((row) => row.rule === finding.rule && matches(row.pattern, finding));
    for (const row of fitting) row.used = true;
    if (fitting.length === 0) found.push(`${finding.stack}/${finding.resource}: ${finding.rule}: ${finding.text}`);
  }
  for (const row of accepted.filter((row) => !row.used)) {
    found.push(`.ci/accepted.yaml: nothing found for ${row.rule} on ${row.pattern}: remove it`);
  }
  return found;
}

exports.report = function (tool, findings, count) {
  const found = problems(tool, findings);
  for (const problem of found) console.log(problem);
  if (found.length > 0) console.log(`${tool}: mend the template, or say in .ci/accepted.yaml why the finding stays`);
  else console.log(`${tool}: ${count} templates, ${findings.length} findings, each with a reason in .ci/accepted.yaml`);
  return found.length === 0 && count > 0 ? 0 : 1;
};
