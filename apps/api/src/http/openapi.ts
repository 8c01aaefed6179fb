/** `GET /openapi.json`, made of the very schemas that check the requests. */
import { z } from 'zod';
import { errorAnswer } from './answers.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of these routes. */
export function openApiOf(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:([a-z]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tickwire API',
      version: 'v1',
      description: 'Market data of one host. The WebSocket is at /api/v1/stream.',
    },
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'tickwire_session_<port>' },
      },
    },
    security: [{ key: [] }, { session: [] }],
  };
}

function operationOf(route: Route): Json {
  const ok = route.answer === undefined ? { 204: { description: 'Done' } } : okOf(route.answer);
  return {
    summary: route.summary,
    ...(route.isOpen ? { security: [] } : {}),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    responses: { ...ok, default: jsonOf('An error', errorAnswer) },
  };
}

const okOf = (answer: z.ZodType): Json => ({ 200: jsonOf('The answer', answer) });

const jsonOf = (description: string, schema: z.ZodType): Json => ({
  description,
  content: { 'application/json': { schema: schemaOf(schema) } },
});

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:([a-z]+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = schemaOf(query) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name) },
    schema,
  }));
}

/** As clients send it: numbers of a query come as text and are read as numbers. */
function schemaOf(schema: z.ZodType): Json {
  const json: Json = { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) };
  delete json.$schema;
  return json;
}
