import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

interface Operation {
  operationId?: string;
  tags?: string[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
}
interface Media {
  schema?: { $ref?: string; items?: { $ref?: string } };
}
interface Document {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { example?: unknown; allOf?: unknown }> };
}

const path = join(import.meta.dirname, '../../../backend/openapi.json');
const text = await readFile(path, 'utf8');
const document = JSON.parse(text) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

test('the document is valid OpenAPI', async () => {
  const { valid, errors } = await new Validator().validate(text);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

test('each operation has a name of its own, such as list_chats, and a tag', () => {
  const ids = operations.map(({ operation }) => operation.operationId ?? '');
  expect(ids.filter((id) => !/^[a-z]+(_[a-z]+)+$/.test(id))).toEqual([]);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const tags = new Set(document.tags.map(({ name }) => name));
  expect(operations.filter(({ operation }) => !operation.tags?.every((tag) => tags.has(tag))).map(({ name }) => name)).toEqual([]);
});

test('each problem is one, and each response is described', () => {
  for (const { name, operation } of operations) {
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      expect(description, `${name}: ${status}`).toBeTruthy();
      // Whether it is ready or not, it says why in the same form.
      if (/\/health\/ready$/.test(name) && status === '503') continue;
      if (!/^[123]/.test(status)) expect(Object.keys(content ?? {}), `${name}: ${status}`).toEqual(['application/problem+json']);
    }
  }
});

test('each answer in JSON has an example, and each example is one of its schema', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...document });
  const answers = operations.flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {}) as Media[]),
  );
  const named = answers.flatMap(({ schema }) => schema?.$ref ?? schema?.items?.$ref ?? []).map((ref) => ref.split('/').at(-1)!);
  const names = [...new Set(named)];
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => document.components.schemas[name]?.example === undefined)).toEqual([]);
  for (const [name, { example }] of Object.entries(document.components.schemas)) {
    if (example === undefined) continue;
    const validate = ajv.compile({ $ref: `document#/components/schemas/${name}` });
    expect(validate(example) ? [] : validate.errors, name).toEqual([]);
  }
});

test('each JSON body has an example', () => {
  const bodies = operations.flatMap(({ operation }) => operation.requestBody?.content['application/json']?.schema.$ref ?? []);
  const names = bodies.map((ref) => ref.split('/').at(-1)!);
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => document.components.schemas[name]?.example === undefined)).toEqual([]);
});
