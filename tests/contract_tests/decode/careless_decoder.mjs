// A decoder as they are often written, with one fault of three: node careless_decoder.mjs crash|hang|double PIDS
// It appends the id of each process that it runs in to the file PIDS.

import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

import * as exact from "../../../examples/node_client/exact_json.mjs";

const [fault, pids] = process.argv.slice(2);
appendFileSync(pids, `${process.pid}\n`);

const { parse, stringify } = fault === "double" ? JSON : exact; // every number of JSON.parse is a double

const decoders = {
  // Not every incident has a severity.
  crash: (incident) => ({ ...incident, severity: { ...incident.severity, name: incident.severity.name } }),
  // Goes once around the assignments, and for ever where there are none.
  hang: (incident) => {
    let index = 0;
    do index = (index + 1) % incident.incident_role_assignments.length;
    while (index !== 0);
    return incident;
  },
  double: (incident) => incident,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, json, base64, url, api_key } = parse(line);
  let body = json;
  try {
    if (base64 !== undefined) body = parse(Buffer.from(base64, "base64").toString());
    if (url !== undefined) {
      const response = await fetch(url, { headers: { authorization: `Bearer ${api_key}` } });
      body = parse(await response.text()).incident;
    }
  } catch ({ name, message }) {
    process.stdout.write(`${stringify({ id, error: { type: name, message, declared: true } })}\n`);
    continue;
  }
  process.stdout.write(`${stringify({ id, value: decoders[fault](body) })}\n`);
}
