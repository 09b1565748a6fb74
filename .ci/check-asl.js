// Checks state machines with the validators that AWS and the community publish,
// at the versions of package-lock.json. Usage: node check-asl.js FILE...
const fs = require('fs');
const path = require('path');
const validate = require('asl-validator');
const { getLanguageService, TextDocument } = require('amazon-states-language-service');

async function problems(file) {
  const text = fs.readFileSync(file, 'utf8');
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
  let bad = files.length === 0 ? 1 : 0;
  for (const file of files) {
    for (const problem of await problems(file)) {
      console.log(`${file}: ${problem}`);
      bad++;
    }
  }
  if (bad === 0) console.log(`${files.length} state machines are valid for both validators`);
  process.exit(bad === 0 ? 0 : 1);
})();
