// Checks state machines with the validators that AWS and the community publish,
// at the versions of package-lock.json. Usage: node check-asl.js FILE..., where FILE is
// a state machine, or a template that may have some of its own.
const fs = require('fs');
const path = require('path');
const yaml = require('yaml');
const validate = require('asl-validator');
const { getLanguageService, TextDocument } = require('amazon-states-language-service');

// The texts of the state machines in a file.
function machines(file) {
  const text = fs.readFileSync(file, 'utf8');
  if (file.endsWith('.json')) return [text];
  return Object.values(yaml.parse(text, { logLevel: 'error' }).Resources)
    .filter((resource) => resource.Type === 'AWS::StepFunctions::StateMachine' && resource.Properties.Definition)
    .map((resource) => JSON.stringify(resource.Properties.Definition, null, 2));
}

async function problems(file, text) {
  const { isValid, errors } = validate(JSON.parse(text));
  const found = isValid ? [] : errors.map((e) => `asl-validator: ${e.Message || JSON.stringify(e)}`);

  const service = getLanguageService({});
  const document = TextDocument.create('file://' + path.resolve(file), 'asl', 1, text);
  const diagnostics = await service.doValidation(document, service.parseJSONDocument(document));
  for (const d of diagnostics) {
    found.push(`amazon-states-language-service: line ${d.range.start.line + 1}: ${d.message}`);
  }
  return found;
}

(async () => {
  const files = process.argv.slice(2);
  const texts = files.flatMap((file) => machines(file).map((text) => ({ file, text })));
  let bad = texts.length === 0 ? 1 : 0;
  for (const { file, text } of texts) {
    for (const problem of await problems(file, text)) {
      console.log(`${file}: ${problem}`);
      bad++;
    }
  }
  if (bad === 0) console.log(`${texts.length} state machines are valid for both validators`);
  process.exit(bad === 0 ? 0 : 1);
})();
