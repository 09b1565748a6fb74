// Holds what KICS found against accepted.yaml. Usage: node check-kics.js RESULTS COUNT,
// where RESULTS is the JSON that kics scan writes of a folder with a folder for each
// stack, and COUNT how many templates there are.
const fs = require('fs');
const path = require('path');
const { report } = require('./accepted');

const results = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const count = Number(process.argv[3]);

// Where a finding is of no resource, as when one is missing, its resource is "Resources".
const resource = (file) => file.search_key.replace(/^Resources\./, '').split('.')[0];

const findings = (results.queries || []).flatMap((query) =>
  query.files.map((file) => ({
    rule: query.query_name,
    stack: path.basename(path.dirname(file.file_name)),
    resource: resource(file),
    text: `${query.severity}: ${query.description} (${file.actual_value})`,
  })));

if (results.files_parsed !== count || results.queries_failed_to_execute > 0 || results.queries_total === 0) {
  console.log(`KICS parsed ${results.files_parsed} of ${count} templates; ` +
    `${results.queries_failed_to_execute} of ${results.queries_total} queries failed`);
  process.exit(1);
}
process.exit(report('kics', findings, count));
