// The client's decoder, for `incident-double fuzz --exec 'node examples/node_client/decode.mjs'`, and with `--fetch`.
// It gets one JSON line for each incident and answers with one; contract_tests/decode/targets/processes.py describes both.

import { createInterface } from "node:readline";

import { fetchBytes } from "./api.mjs";
import { parse, stringify } from "./exact_json.mjs";
import { Incident, RefusedError } from "./incident.mjs";

async function decode({ json, base64, url, api_key }) {
  if (url !== undefined) return Incident.fromBytes(await fetchBytes(url, api_key));
  if (base64 !== undefined) return Incident.fromBytes(Buffer.from(base64, "base64"));
  return new Incident(json);
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = parse(line);
  let answer;
  try {
    answer = { value: await decode(asked) };
  } catch (error) {
    const { name, message, stack } = error;
    const frame = stack.split("\n").find((each) => each.includes(".mjs"))?.trim();
    answer = { error: { type: name, message, frame, declared: error instanceof RefusedError } };
  }
  process.stdout.write(`${stringify({ id: asked.id, ...answer })}\n`);
}
