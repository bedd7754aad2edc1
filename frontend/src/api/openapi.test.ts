import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';

interface Operation {
  operationId?: string;
  tags?: string[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
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
      if (!/^[123]/.test(status)) expect(Object.keys(content ?? {}), `${name}: ${status}`).toEqual(['application/problem+json']);
    }
  }
});

test('each JSON body has an example', () => {
  const bodies = operations.flatMap(({ operation }) => operation.requestBody?.content['application/json']?.schema.$ref ?? []);
  const names = bodies.map((ref) => ref.split('/').at(-1)!);
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => document.components.schemas[name]?.example === undefined)).toEqual([]);
});
