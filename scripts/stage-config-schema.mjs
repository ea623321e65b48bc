import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';

// The JSON Schema of stage.config.json: what the server's parser takes, with the descriptions of its types. So each limit
// and each sentence stands in one place.

const TYPES = 'src/stage-server/config-types.ts';
const INTERFACE = /export interface (\w+) \{\n([\s\S]*?)\n\}/g;
const FIELD = /\/\*\*([\s\S]*?)\*\/\s+readonly ([$\w]+)\??: ([^;]+);/g;
/** In place of a text: the command reads it from the environment. */
const REFERENCE = '^env:\\w+$';

const oneLine = (comment) =>
  comment
    .replace(/\s*\n\s*\*\s*/g, ' ')
    .replaceAll('`', '')
    .trim();

/** By interface and field: what the field is, and its type as text. */
function readTypes() {
  const interfaces = [...readFileSync(TYPES, 'utf8').matchAll(INTERFACE)].map(([, name, body]) => {
    const fields = [...body.matchAll(FIELD)].map(([, comment, field, type]) => [
      field,
      { description: oneLine(comment), type },
    ]);
    return [name, Object.fromEntries(fields)];
  });
  return Object.fromEntries(interfaces);
}

const types = readTypes();

/** The schema of the objects that a field holds: its own, its items', its values', or one of several. */
function objectOf(schema) {
  if (schema.properties) return schema;
  const inner = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? [])];
  const found = inner.filter((one) => typeof one === 'object').map(objectOf);
  return found.find(Boolean);
}

function describe(schema, name) {
  const fields = types[name];
  const missing = Object.keys(fields).filter((field) => !schema.properties[field]);
  if (missing.length > 0) throw new Error(`${name}: the parser knows no ${missing.join(', ')}.`);
  for (const [field, of] of Object.entries(schema.properties)) {
    const known = fields[field];
    if (!known) throw new Error(`${TYPES} has no ${name}.${field}.`);
    if (of.pattern?.includes('https?')) {
      of.anyOf = [{ pattern: of.pattern }, { pattern: REFERENCE }];
      delete of.pattern;
    }
    schema.properties[field] = { description: known.description, ...of };
    const nested = Object.keys(types).find((other) =>
      new RegExp(`\\b${other}\\b`).test(known.type),
    );
    if (nested) describe(objectOf(of), nested);
  }
}

/** @param configSchema of the built server. */
export function writeStageConfigSchema(configSchema, path) {
  const schema = toJsonSchema(configSchema, {
    typeMode: 'input',
    // A check by code can only be narrower than the rest.
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === 'check' ? jsonSchema : undefined,
  });
  describe(schema, 'StageConfig');
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:earshot:stage-config:1',
    title: 'Earshot stage configuration, version 1',
  };
  writeFileSync(
    path,
    `${JSON.stringify({ ...head, ...schema, $schema: head.$schema }, null, 2)}\n`,
  );
}
