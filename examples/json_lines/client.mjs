// A client in another language, and its adapter: `incident-double check --client 'exec:node examples/json_lines/client.mjs'`.
// It gets one JSON line for each call and answers with one; contract_tests/drive/exec_client.py describes both.

import { createInterface } from "node:readline";

const PATIENCE = 5_000; // milliseconds for one attempt
const ATTEMPTS = 3;

class ApiError extends Error {
  constructor(status, body) {
    let errors = [];
    try {
      errors = JSON.parse(body).errors ?? [];
    } catch {
      // no envelope: an empty body, or something that stands before the API
    }
    super(`${status}: ${errors.map((each) => each.message).join("; ") || body.slice(0, 100)}`);
    Object.assign(this, { name: "ApiError", status, errors });
  }
}

/** `{status: {one_of: ["A", "B"]}}` as `status[one_of]=A&status[one_of]=B`. */
function* pairs(name, value) {
  if (Array.isArray(value)) {
    for (const each of value) yield [name, String(each)];
  } else if (value !== null && typeof value === "object") {
    for (const [key, each] of Object.entries(value)) yield* pairs(`${name}[${key}]`, each);
  } else {
    yield [name, String(value)];
  }
}

async function send(method, url, apiKey, body) {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === null ? {} : { "content-type": "application/json" }),
    },
    body: body === null ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE), // covers the reading of the body too
  });
  return { response, text: await response.text() };
}

async function call({ base_url, api_key, method, path_template, path, query, body }) {
  const filled = path_template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name]));
  const url = new URL(filled, base_url);
  for (const [name, value] of Object.entries(query)) {
    for (const pair of pairs(name, value)) url.searchParams.append(...pair);
  }
  for (let attempt = 1; ; attempt++) {
    const { response, text } = await send(method, url, api_key, body);
    if (response.ok) return text === "" ? null : JSON.parse(text);
    if (response.status !== 429 || attempt === ATTEMPTS) throw new ApiError(response.status, text);
    const seconds = Number(response.headers.get("retry-after") ?? 1);
    await new Promise((resolve) => setTimeout(resolve, 1_000 * (Number.isFinite(seconds) ? seconds : 1)));
  }
}

const OWN = new Set(["ApiError", "TimeoutError", "TypeError"]); // fetch reports a lost connection as a TypeError

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = { value: await call(asked) };
  } catch (error) {
    const { name, message, status, errors } = error;
    answer = { error: { type: name, message, declared: OWN.has(name), details: { status, errors } } };
  }
  process.stdout.write(`${JSON.stringify({ id: asked.id, ...answer })}\n`);
}
